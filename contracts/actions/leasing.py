"""Taking the next row that waits for the worker, so that no other worker takes it while the lease runs."""

from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, or_, select, update

from app.core.db import Base, db

LEASE = timedelta(minutes=2)
Leased = TypeVar("Leased", bound=Base)


def lease_next(model: type[Leased], waiting: ColumnElement[bool], *, at: datetime) -> Leased | None:
    """Lease the row that is due longest among those that wait; None when nothing is due, or another took it."""
    table: Any = model
    free = or_(table.leased_until.is_(None), table.leased_until <= at)
    due = select(table.id).where(waiting, table.due_at <= at, free).order_by(table.due_at, table.id).limit(1)
    found = db.session.scalar(due)
    if found is None:
        return None
    lease = update(table).where(table.id == found, free).values(leased_until=at + LEASE, tries=table.tries + 1)
    if db.session.execute(lease.execution_options(synchronize_session=False)).rowcount != 1:  # type: ignore[attr-defined]
        return None
    return db.session.get_one(model, found, populate_existing=True)
