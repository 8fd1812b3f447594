"""The clock of deliveries and payments: what is due for an answer or for payment, and how late it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager
from sqlalchemy.sql.elements import ColumnElement

from app.core.db import db
from contracts import interest, schedule
from contracts.invoicing import Invoice
from contracts.models import Contract, Delivery, Milestone, Reminder
from contracts.schedule import DAYS_TO_ANSWER, DAYS_TO_PAY

ACCEPTED = ("accepted", "released", "paid")
UNPAID = ("accepted", "released")
LAST_DAY = timedelta(days=1)
"""A reminder goes out when the last day begins."""
AT_ONCE = 200


@dataclass(frozen=True)
class Clock:
    """The dates that count from a delivery, the days by which they are late, and what late payment costs in cents.

    `pay_by` is None until the work is accepted; interest is counted on the whole invoice, taxes included.
    """

    answer_by: datetime
    answer_late: int
    pay_by: datetime | None = None
    pay_late: int = 0
    interest_cents: int = 0


def clock_of(milestone: Milestone, at: datetime) -> Clock | None:
    """Read the clock of a milestone's latest delivery at a moment; None before there is one."""
    if not milestone.deliveries:
        return None
    delivery = milestone.deliveries[-1]
    answer_by = schedule.answer_by(delivery.at)
    answer_late = schedule.late(answer_by, delivery.decided_at or at)
    if milestone.state not in ACCEPTED:
        return Clock(answer_by, answer_late)
    pay_by = schedule.pay_by(delivery.at, milestone.accepted_at)
    ends = milestone.paid_at if milestone.state == "paid" and milestone.paid_at else at
    owed = interest.owed_cents(Invoice.of(delivery.invoice).total_cents, pay_by.date(), ends.date())
    return Clock(answer_by, answer_late, pay_by, schedule.late(pay_by, ends), owed)


def late_of(contract: Contract, at: datetime) -> dict[int, Clock]:
    """Give the clock of each milestone of a contract that is, or was, paid late, by the milestone's number."""
    clocks = {one.id: clock_of(one, at) for one in contract.milestones if one.state in ACCEPTED}
    return {number: clock for number, clock in clocks.items() if clock is not None and clock.pay_late}


def to_remind_of(kind: str, at: datetime) -> list[Delivery]:
    """List the deliveries of which somebody is to be reminded now, and was not yet: `answer`, `pay` or `late`."""
    told = select(Reminder.id).where(Reminder.delivery_id == Delivery.id, Reminder.kind == kind)
    latest = select(func.max(Delivery.id)).group_by(Delivery.milestone_id)
    found = (
        select(Delivery)
        .join(Delivery.milestone)
        .join(Milestone.contract)
        .options(contains_eager(Delivery.milestone).contains_eager(Milestone.contract))
        .where(Delivery.id.in_(latest), ~told.exists(), *_due(kind, at))
        .order_by(Delivery.id)
        .limit(AT_ONCE)
    )
    rows = list(db.session.scalars(found))
    return [one for one in rows if is_late(one.milestone, at)] if kind == "late" else rows


def is_late(milestone: Milestone, at: datetime) -> bool:
    """Say whether a payment is late at a moment."""
    clock = clock_of(milestone, at)
    return clock is not None and clock.pay_late > 0


def _due(kind: str, at: datetime) -> tuple[ColumnElement[bool], ...]:
    if kind == "answer":
        since = at - timedelta(days=DAYS_TO_ANSWER) + LAST_DAY
        return (Milestone.state == "delivered", Contract.state == "active", Delivery.at <= since)
    since = at - timedelta(days=DAYS_TO_PAY) + (LAST_DAY if kind == "pay" else timedelta(0))
    return (Milestone.state.in_(UNPAID), Milestone.accepted_at <= since)
