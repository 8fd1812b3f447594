"""Reminders by the clock: to answer a delivery by day 15, to pay by day 30, and that a payment is late; each once.

What was told is kept with the delivery, so that a worker that was away tells it late, and none tells it twice.
"""

from datetime import datetime

from app.core import audit
from app.core.audit import CLOCK, PARTIES, PUBLIC
from app.core.db import db
from contracts import notifications
from contracts.models import Delivery, Reminder
from contracts.queries import clock_of, is_late, to_remind_of

ACTIONS = {"answer": "milestone.remind_to_answer", "pay": "milestone.remind_to_pay", "late": "milestone.fall_late"}
CURSOR = "reminders of deliveries"


def remind_due(*, at: datetime) -> int:
    """Remind of whatever has come due; gives how many reminders there were. Held, so that no other worker does too."""
    audit.hold(CURSOR)
    due = [(kind, one) for kind in ACTIONS for one in to_remind_of(kind, at)]
    for kind, delivery in due:
        _remind(kind, delivery, at)
    return len(due)


def _remind(kind: str, delivery: Delivery, at: datetime) -> None:
    """Tell one reminder; who is told that a payment is late need not hear that it is due."""
    db.session.add(Reminder(delivery=delivery, kind=kind, at=at))
    milestone = delivery.milestone
    clock = clock_of(milestone, at)
    if clock is None or (kind == "pay" and is_late(milestone, at)):
        return
    audience = PUBLIC if kind == "late" else PARTIES
    event = audit.record(
        ACTIONS[kind], milestone.subject, by=CLOCK, at=at, audience=audience, position=milestone.position
    )
    notifications.tell_of_clock(milestone, event, kind, clock)
