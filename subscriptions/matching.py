"""Does an opportunity match a saved search? The same questions as the list of opportunities asks; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from app.core.formats import DEFAULT_ZONE
from app.core.money import parse_cents

LONGEST_WORDS = 200
MOST_CHOICES = 20
MORNING = time(7)
"""When digests are due, in Ottawa: each day, or each Monday."""

FITS = {"en": ("en", "either"), "fr": ("fr", "either"), "both": ("both",), "either": ("either",)}
"""Which languages of work suit somebody who looks for one."""


@dataclass(frozen=True)
class Posted:
    """What a search asks of an opportunity, besides its words."""

    value_cents: int | None
    skills: frozenset[str]
    department: str
    work_language: str


@dataclass(frozen=True)
class Search:
    """A search as the list of opportunities takes it from its address."""

    words: str = ""
    skills: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    min_cents: int | None = None
    max_cents: int | None = None
    language: str = ""

    @classmethod
    def read(cls, query: Mapping[str, Sequence[str]]) -> Self:
        """Read a search from parameters named as in the list's address; what makes no sense there asks nothing."""
        return cls(
            words=" ".join(_first(query, "q").split())[:LONGEST_WORDS],
            skills=_codes(query, "skill"),
            departments=_codes(query, "department"),
            min_cents=_cents(_first(query, "min")),
            max_cents=_cents(_first(query, "max")),
            language=_first(query, "language") if _first(query, "language") in FITS else "",
        )

    def as_query(self) -> dict[str, list[str]]:
        """Give the parameters again, only those that ask something; the form in which a search is kept."""
        given = {
            "q": [self.words] if self.words else [],
            "skill": list(self.skills),
            "department": list(self.departments),
            "min": [_dollars(self.min_cents)] if self.min_cents is not None else [],
            "max": [_dollars(self.max_cents)] if self.max_cents is not None else [],
            "language": [self.language] if self.language else [],
        }
        return {name: values for name, values in given.items() if values}

    def fits(self, posted: Posted) -> bool:
        """Say whether an opportunity is what is looked for, its words left aside."""
        value = posted.value_cents or 0
        return (
            (not self.skills or not posted.skills.isdisjoint(self.skills))
            and (not self.departments or posted.department in self.departments)
            and (self.min_cents is None or value >= self.min_cents)
            and (self.max_cents is None or value <= self.max_cents)
            and (not self.language or posted.work_language in FITS[self.language])
        )


def _first(query: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(_strings(query, name)), "").strip()


def _codes(query: Mapping[str, Sequence[str]], name: str) -> tuple[str, ...]:
    return tuple(sorted({code.strip() for code in _strings(query, name) if code.strip()}))[:MOST_CHOICES]


def _strings(query: Mapping[str, Any], name: str) -> list[str]:
    given = query.get(name, ())
    return [given] if isinstance(given, str) else [str(one) for one in given]


def _cents(typed: str) -> int | None:
    try:
        return parse_cents(typed) if typed else None
    except ValueError:
        return None


def _dollars(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}" if cents % 100 else str(cents // 100)


def last_slot(frequency: str, at: datetime) -> datetime:
    """Give the last moment at or before `at` when digests of a frequency (daily, weekly) were due."""
    local = at.astimezone(ZoneInfo(DEFAULT_ZONE))
    days = local.weekday() if frequency == "weekly" else 0
    slot = datetime.combine(local.date() - timedelta(days=days), MORNING, local.tzinfo)
    if slot > at:
        slot = datetime.combine(slot.date() - timedelta(days=7 if frequency == "weekly" else 1), MORNING, local.tzinfo)
    return slot.astimezone(at.tzinfo)
