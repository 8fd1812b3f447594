"""Simple interest on an account paid late, at the rate of the Treasury Board's Directive on Payments.

The rate is the Bank of Canada's bank rate, on average over the month before the one of payment, plus 3 %. Source of the
rows: Bank of Canada, "Policy interest rate" (the bank rate is a quarter of a percent above it). A change of the rate is
a new row; old rows stay, for old accounts.
"""

from dataclasses import dataclass
from datetime import date, timedelta

DAYS_IN_YEAR = 365
BASIS_POINTS = 10_000
ABOVE_BANK_RATE = 300


@dataclass(frozen=True, slots=True)
class BankRate:
    """The bank rate from a day on, in basis points (hundredths of a percent) a year."""

    since: date
    basis_points: int


BANK_RATES = (
    BankRate(date(2023, 7, 13), 525),
    BankRate(date(2024, 6, 6), 500),
    BankRate(date(2024, 7, 25), 475),
    BankRate(date(2024, 9, 5), 450),
    BankRate(date(2024, 10, 24), 400),
    BankRate(date(2024, 12, 12), 350),
    BankRate(date(2025, 1, 30), 325),
    BankRate(date(2025, 3, 13), 300),
    BankRate(date(2025, 9, 18), 275),
    BankRate(date(2025, 10, 30), 250),
)


def days_late(due: date, paid: date) -> int:
    """The days of delay: from the day after the due date to the day of payment, never negative."""
    return max((paid - due).days, 0)


def rate_for(paid: date) -> int:
    """The yearly rate of an account paid on a day, in basis points: the month before's average bank rate plus 3 %."""
    last = paid.replace(day=1) - timedelta(days=1)
    month = [last.replace(day=day) for day in range(1, last.day + 1)]
    average = (2 * sum(_bank_rate(day) for day in month) + len(month)) // (2 * len(month))
    return average + ABOVE_BANK_RATE


def _bank_rate(day: date) -> int:
    return next((one.basis_points for one in reversed(BANK_RATES) if one.since <= day), BANK_RATES[0].basis_points)


def owed_cents(amount_cents: int, due: date, paid: date) -> int:
    """The interest on an account due on one day and paid on another, in whole cents; none when it is not late."""
    return interest_cents(amount_cents, rate_for(paid), days_late(due, paid))


def interest_cents(amount_cents: int, rate_basis_points: int, days: int) -> int:
    """Simple interest in whole cents, half a cent up: amount · yearly rate · days / 365."""
    if min(amount_cents, rate_basis_points, days) < 0:
        msg = "An amount, a rate and a delay are not negative."
        raise ValueError(msg)
    divisor = BASIS_POINTS * DAYS_IN_YEAR
    return (2 * amount_cents * rate_basis_points * days + divisor) // (2 * divisor)
