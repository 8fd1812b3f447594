"""Simple interest on an account paid late."""

from datetime import date

DAYS_IN_YEAR = 365
BASIS_POINTS = 10_000


def days_late(due: date, paid: date) -> int:
    """The days of delay: from the day after the due date to the day of payment, never negative."""
    return max((paid - due).days, 0)


def interest_cents(amount_cents: int, rate_basis_points: int, days: int) -> int:
    """Simple interest in whole cents, half a cent up: amount · yearly rate · days / 365.

    The rate is the payer's affair and given: for federal accounts the Bank of Canada's average bank rate of the month
    before plus 3 % (Treasury Board, Directive on Payments).
    """
    if min(amount_cents, rate_basis_points, days) < 0:
        msg = "An amount, a rate and a delay are not negative."
        raise ValueError(msg)
    divisor = BASIS_POINTS * DAYS_IN_YEAR
    return (2 * amount_cents * rate_basis_points * days + divisor) // (2 * divisor)
