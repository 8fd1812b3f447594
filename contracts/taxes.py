"""Sales tax on an invoice, by the province of supply: GST, HST and QST as dated rows.

Rates are in thousandths of a percent, because 9.975 % is no whole number of basis points. Provincial sales taxes other
than Quebec's do not apply to these services. Sources: Canada Revenue Agency, "GST/HST rates by province"; Revenu
Québec, "Basic rules for applying the GST/HST and QST". A new rate is a new row; old rows stay, for old invoices.
"""

from dataclasses import dataclass
from datetime import date

PER_UNIT = 100_000
PROVINCES = ("AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT")


class NoRate(LookupError):
    """No rate is known for this province on this day."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A tax in some provinces from a day on, until a later row for the same province and tax takes its place."""

    tax: str
    provinces: tuple[str, ...]
    since: date
    thousandths: int


@dataclass(frozen=True, slots=True)
class TaxLine:
    """One tax on an invoice: its name (GST, HST, QST), its rate in thousandths of a percent, its amount in cents."""

    tax: str
    thousandths: int
    amount_cents: int


GST_PROVINCES = ("AB", "BC", "MB", "NT", "NU", "QC", "SK", "YT")

RATES = (
    Rate("GST", GST_PROVINCES, date(2013, 4, 1), 5_000),
    Rate("QST", ("QC",), date(2013, 1, 1), 9_975),
    Rate("HST", ("ON",), date(2010, 7, 1), 13_000),
    Rate("HST", ("NB", "NL"), date(2016, 7, 1), 15_000),
    Rate("HST", ("PE",), date(2016, 10, 1), 15_000),
    Rate("HST", ("NS",), date(2010, 7, 1), 15_000),
    Rate("HST", ("NS",), date(2025, 4, 1), 14_000),
)


def rates(province: str, day: date) -> tuple[Rate, ...]:
    """The taxes of a province on a day; NoRate when none is known."""
    latest: dict[str, Rate] = {}
    for rate in sorted(RATES, key=lambda rate: rate.since):
        if province in rate.provinces and rate.since <= day:
            latest[rate.tax] = rate
    if not latest:
        msg = f"No sales tax rate is known for {province} on {day.isoformat()}."
        raise NoRate(msg)
    return tuple(latest[tax] for tax in sorted(latest))


def tax_lines(amount_cents: int, province: str, day: date) -> tuple[TaxLine, ...]:
    """The taxes on an amount before tax, each in whole cents, half a cent up; both of Quebec's on the same base."""
    if amount_cents < 0:
        msg = "An amount is not negative."
        raise ValueError(msg)
    return tuple(
        TaxLine(rate.tax, rate.thousandths, _share(amount_cents, rate.thousandths)) for rate in rates(province, day)
    )


def before_tax(total_cents: int, province: str, day: date) -> int:
    """The amount before tax in a total with taxes in: the largest whose total does not exceed it."""
    share = sum(rate.thousandths for rate in rates(province, day))
    amount = total_cents * PER_UNIT // (PER_UNIT + share) + 1
    while amount + sum(line.amount_cents for line in tax_lines(amount, province, day)) > total_cents:
        amount -= 1
    return amount


def _share(amount_cents: int, thousandths: int) -> int:
    return (2 * amount_cents * thousandths + PER_UNIT) // (2 * PER_UNIT)
