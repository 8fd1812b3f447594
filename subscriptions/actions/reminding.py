"""Reminders that a closing comes near: three days and 24 hours before, each once, also after missed runs."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from app.core import audit
from app.core.audit import CLOCK, PARTIES, Subject
from app.core.db import db
from app.core.formats import utc
from opportunities.models import Opportunity

HOURS = (72, 24)
"""How long before a closing people are reminded."""


def remind(*, at: datetime) -> int:
    """Record each reminder that has come due; `tell` then tells it from the log. Returns how many.

    A cursor for each span remembers up to which closing was reminded of, so that none comes twice, a run that was
    missed is caught up, and a closing that was moved later is reminded of again.
    """
    return sum(_remind_before(hours, at) for hours in HOURS)


def _remind_before(hours: int, at: datetime) -> int:
    cursor = audit.hold(f"closings within {hours} hours")
    reached = int((at + timedelta(hours=hours)).timestamp()) // 60
    since = datetime.fromtimestamp(cursor.number * 60, UTC)
    nearest = at + timedelta(hours=max((other for other in HOURS if other < hours), default=0))
    coming = select(Opportunity).where(
        Opportunity.state == "open",
        Opportunity.closing_at > max(since, nearest),
        Opportunity.closing_at <= datetime.fromtimestamp(reached * 60, UTC),
    )
    found = db.session.scalars(coming.order_by(Opportunity.closing_at, Opportunity.id)).all()
    for opportunity in found:
        subject = Subject("opportunity", opportunity.id)
        closing = utc(opportunity.closing_at) if opportunity.closing_at else None
        audit.record("opportunity.remind", subject, by=CLOCK, at=at, audience=PARTIES, hours=hours, closing=closing)
    cursor.number = max(cursor.number, reached)
    return len(found)
