"""Reminders that a closing or a decision comes near, each once, also after missed runs."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.core import audit
from app.core.audit import CLOCK, PARTIES, Subject
from app.core.db import db
from app.core.formats import DEFAULT_ZONE, utc
from opportunities.models import Opportunity

HOURS = (72, 24)
"""How long before a closing people are reminded."""
DAYS = 3
"""How long before the day of a decision evaluators are reminded of what they have not scored."""


def remind(*, at: datetime) -> int:
    """Record each reminder that has come due; `tell` then tells it from the log. Returns how many.

    A cursor for each span remembers up to which closing was reminded of, so that none comes twice, a run that was
    missed is caught up, and a closing that was moved later is reminded of again.
    """
    return sum(_remind_before(hours, at) for hours in HOURS) + _remind_panels(at)


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


def _remind_panels(at: datetime) -> int:
    cursor = audit.hold(f"decisions within {DAYS} days")
    today = at.astimezone(ZoneInfo(DEFAULT_ZONE)).date()
    until = today + timedelta(days=DAYS)
    since = max(cursor.number, today.toordinal() - 1)
    coming = select(Opportunity).where(
        Opportunity.state == "evaluation",
        Opportunity.decision_on > date.fromordinal(since),
        Opportunity.decision_on <= until,
    )
    found = db.session.scalars(coming.order_by(Opportunity.decision_on, Opportunity.id)).all()
    for opportunity in found:
        subject = Subject("opportunity", opportunity.id)
        audit.record("opportunity.remind_panel", subject, by=CLOCK, at=at, audience=PARTIES)
    cursor.number = max(cursor.number, until.toordinal())
    return len(found)
