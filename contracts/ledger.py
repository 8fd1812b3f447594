"""A statement's lines and their sums: each invoice with what was paid of it, given back, and owed for being late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.core.bilingual import Bilingual
from contracts.invoicing import Invoice

TAXES = ("GST", "HST", "QST")


@dataclass(frozen=True)
class Line:
    """One invoice: what it is for, whose, its dates, and its money in cents.

    `state` is the milestone's, `payment` that of the last try to pay it (empty without one). Interest is owed beside
    the invoice's total, never part of it.
    """

    contract: int
    position: int
    title: Bilingual
    department: Bilingual
    supplier: str
    invoice: Invoice
    state: str
    payment: str
    invoiced_at: datetime
    accepted_at: datetime | None
    released_at: datetime | None
    paid_at: datetime | None
    refunded_at: datetime | None
    paid_cents: int
    refunded_cents: int
    days_late: int
    interest_cents: int

    def tax_cents(self, name: str) -> int:
        """The tax of one name on this invoice."""
        return sum(line.amount_cents for line in self.invoice.lines if line.tax == name)

    @property
    def unpaid_cents(self) -> int:
        """What of the invoice is not paid, or was given back."""
        return self.invoice.total_cents - self.paid_cents + self.refunded_cents


@dataclass(frozen=True)
class Sums:
    """The sums of a statement's lines, in cents; taxes by name."""

    amount_cents: int
    taxes: dict[str, int]
    total_cents: int
    paid_cents: int
    refunded_cents: int
    unpaid_cents: int
    interest_cents: int
    late: int


def add_up(lines: Sequence[Line]) -> Sums:
    """Add up the lines; `late` counts those that are or were paid late."""
    return Sums(
        amount_cents=sum(one.invoice.amount_cents for one in lines),
        taxes={name: sum(one.tax_cents(name) for one in lines) for name in TAXES},
        total_cents=sum(one.invoice.total_cents for one in lines),
        paid_cents=sum(one.paid_cents for one in lines),
        refunded_cents=sum(one.refunded_cents for one in lines),
        unpaid_cents=sum(one.unpaid_cents for one in lines),
        interest_cents=sum(one.interest_cents for one in lines),
        late=sum(one.days_late > 0 for one in lines),
    )
