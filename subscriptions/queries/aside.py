"""Events that could not be told and were set aside."""

from collections.abc import Sequence

from sqlalchemy import select

from app.core.audit import Event
from app.core.db import db

SET_ASIDE = "telling.set_aside"
TOLD_AGAIN = "telling.told_again"


def set_aside() -> Sequence[Event]:
    """List the events that were set aside and not told since, oldest first."""
    left = select(Event.subject_id).where(Event.action == SET_ASIDE)
    told = select(Event.subject_id).where(Event.action == TOLD_AGAIN)
    return db.session.scalars(select(Event).where(Event.id.in_(left), Event.id.not_in(told)).order_by(Event.id)).all()
