"""When and in what parts a contract is paid: shares of a value, days to answer, days to pay, days late."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from contracts.interest import days_late

DAYS_TO_ANSWER = 15
DAYS_TO_PAY = 30


def shares(value_cents: int, planned: Sequence[int]) -> tuple[int, ...]:
    """Split a value in the proportions planned, in whole cents; the remainder falls to the last part.

    What is planned in sums of the value stays as planned. Refuses with ValueError when a part would be no cent.
    """
    whole = sum(planned)
    if not planned or whole <= 0:
        msg = "There is nothing to split the value by."
        raise ValueError(msg)
    parts = [value_cents * part // whole for part in planned[:-1]]
    parts.append(value_cents - sum(parts))
    if min(parts) <= 0:
        msg = "A milestone would be worth less than a cent."
        raise ValueError(msg)
    return tuple(parts)


def due_on(start: date, days: int | None) -> date | None:
    """Give the day that lies a planned number of days after the start; none planned, none given."""
    return start + timedelta(days=days) if days is not None else None


def answer_by(delivered_at: datetime) -> datetime:
    """Until when the buyer raises a problem: day 15 from delivery."""
    return delivered_at + timedelta(days=DAYS_TO_ANSWER)


def pay_by(delivered_at: datetime, accepted_at: datetime | None) -> datetime:
    """Until when it is paid: day 30 from the later of invoice (made by the delivery) and acceptance."""
    return max(delivered_at, accepted_at or delivered_at) + timedelta(days=DAYS_TO_PAY)


def late(until: datetime, at: datetime) -> int:
    """Count the whole days by which something is late at a moment; 0 when it is not."""
    return days_late(until.date(), at.date())
