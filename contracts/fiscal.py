"""The government's year: from 1 April to 31 March, in four quarters, by the capital's clock."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

CAPITAL = ZoneInfo("America/Toronto")
FIRST_MONTH = 4
STARTS = ((0, 4), (0, 7), (0, 10), (1, 1), (1, 4))
"""When each quarter begins, and the next year: years after the first, month."""


@dataclass(frozen=True)
class Period:
    """From a moment up to another, the latter left out."""

    begins: datetime
    ends: datetime

    def holds(self, moment: datetime | None) -> bool:
        """Say whether a moment lies in it."""
        return moment is not None and self.begins <= moment < self.ends


@dataclass(frozen=True, order=True)
class FiscalYear:
    """A fiscal year, by the calendar year in which it begins."""

    start: int

    @classmethod
    def of(cls, moment: datetime) -> "FiscalYear":
        """Give the fiscal year that a moment lies in."""
        local = moment.astimezone(CAPITAL)
        return cls(local.year if local.month >= FIRST_MONTH else local.year - 1)

    @property
    def label(self) -> str:
        """How people write it: 2026–2027."""
        return f"{self.start}–{self.start + 1}"

    @property
    def quarters(self) -> tuple[Period, ...]:
        """Its four quarters."""
        starts = [datetime(self.start + later, month, 1, tzinfo=CAPITAL) for later, month in STARTS]
        return tuple(Period(begins, ends) for begins, ends in pairwise(starts))

    @property
    def whole(self) -> Period:
        """The year as one period."""
        return Period(self.quarters[0].begins, self.quarters[-1].ends)


def years(first: datetime | None, now: datetime) -> tuple[FiscalYear, ...]:
    """List the years from the first moment that counts until now, the latest first."""
    last = FiscalYear.of(now)
    begins = min(FiscalYear.of(first), last) if first else last
    return tuple(FiscalYear(start) for start in range(last.start, begins.start - 1, -1))
