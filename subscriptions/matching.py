"""Does a new opportunity match an alert? The same questions as the list of opportunities asks; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.core.formats import DEFAULT_ZONE
from opportunities.searching import LANGUAGES, OPEN, SORTS, Search

MORNING = time(7)
"""When digests are due, in Ottawa: each day, or each Monday."""

Query = dict[str, list[str]]


@dataclass(frozen=True)
class Posted:
    """What a search asks of an opportunity, besides its words."""

    value_cents: int | None
    skills: frozenset[str]
    department: str
    work_language: str


def lasting(search: Search) -> Search:
    """Keep of a search what an alert can ask of an opportunity that is just published."""
    return replace(search, within_days=None, stage=OPEN, sort=SORTS[0])


def kept(search: Search) -> Query:
    """Write a search as it is kept: parameters named as in the list's address."""
    query: Query = {}
    for name, value in lasting(search).pairs():
        query.setdefault(name, []).append(value)
    return query


def read(query: Mapping[str, Sequence[str]]) -> Search:
    """Read a search from parameters of an address, or as it was kept."""
    return lasting(Search.of(query))


def fits(search: Search, posted: Posted) -> bool:
    """Say whether an opportunity is what is looked for, its words left aside."""
    value = posted.value_cents or 0
    return (
        (not search.skills or not posted.skills.isdisjoint(search.skills))
        and (not search.department or posted.department == search.department)
        and (search.least_cents is None or value >= search.least_cents)
        and (search.most_cents is None or value <= search.most_cents)
        and (not search.language or posted.work_language in LANGUAGES[search.language])
    )


def last_slot(frequency: str, at: datetime) -> datetime:
    """Give the last moment at or before `at` when digests of a frequency (daily, weekly) were due."""
    local = at.astimezone(ZoneInfo(DEFAULT_ZONE))
    weekly = frequency == "weekly"
    day = local.date() - timedelta(days=local.weekday() if weekly else 0)
    slot = datetime.combine(day, MORNING, local.tzinfo)
    if slot > at:
        slot = datetime.combine(day - timedelta(days=7 if weekly else 1), MORNING, local.tzinfo)
    return slot.astimezone(at.tzinfo)
