"""When an opportunity should close: how long it runs, and which moments to avoid."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from app.core.bilingual import Bilingual

FRIDAY = 4
NOON = time(12)
LENGTHS = (14, 21, 28)
USUAL_HOUR = time(14)

# the calendar leaves these names in English, or uses the older French one
_FRENCH = {
    "Boxing Day": "Lendemain de Noël",
    "Fête de la Reine": "Fête de Victoria",
}


class Caution(StrEnum):
    """Why a closing is ill chosen."""

    FRIDAY_AFTERNOON = "friday_afternoon"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Advice:
    """A reason against a closing; of a holiday, its name."""

    code: Caution
    holiday: Bilingual = field(default_factory=Bilingual)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A closing that avoids ill-chosen moments, after at least so many days."""

    days: int
    closing: datetime


def advice(closing: datetime, zone: ZoneInfo) -> tuple[Advice, ...]:
    """What speaks against a closing, seen in the opportunity's zone; nothing when it is well chosen.

    Friday after noon (noon itself is well), Saturday, Sunday, and the holidays that federal offices keep.
    """
    local = closing.astimezone(zone)
    found: list[Advice] = []
    if local.weekday() == FRIDAY and local.time() > NOON:
        found.append(Advice(Caution.FRIDAY_AFTERNOON))
    if local.weekday() > FRIDAY:
        found.append(Advice(Caution.WEEKEND))
    if name := holiday(local.date()):
        found.append(Advice(Caution.HOLIDAY, name))
    return tuple(found)


def holiday(day: date) -> Bilingual | None:
    """The holiday that federal offices keep on a day."""
    english, french = _holidays(day.year)
    if day not in english:
        return None
    name = french[day]
    for wrong, right in _FRENCH.items():
        name = name.replace(wrong, right)
    return Bilingual(english[day], name)


def suggestions(opens: datetime, zone: ZoneInfo, hour: time = USUAL_HOUR) -> tuple[Suggestion, ...]:
    """A closing for each usual length (14, 21, 28 days), at an hour of the zone, moved on to a well-chosen day."""
    first = opens.astimezone(zone).date()
    return tuple(Suggestion(days, _well_chosen(first + timedelta(days=days), zone, hour)) for days in LENGTHS)


@dataclass(frozen=True, slots=True)
class Along:
    """The dates that move with a closing."""

    questions_until: datetime | None
    decision_on: date | None


def along(
    before: datetime, after: datetime, zone: ZoneInfo, questions_until: datetime | None, decision_on: date | None
) -> Along:
    """Move the end of questions and the decision by as many days as the closing; questions end with it at the latest.

    The end of questions keeps its hour on the zone's clock.
    """
    days = after.astimezone(zone).date() - before.astimezone(zone).date()
    if questions_until is not None:
        local = questions_until.astimezone(zone)
        questions_until = min(datetime.combine(local.date() + days, local.time(), zone), after)
    return Along(questions_until, decision_on + days if decision_on is not None else None)


def _well_chosen(day: date, zone: ZoneInfo, hour: time) -> datetime:
    while advice(closing := datetime.combine(day, hour, zone), zone):
        day += timedelta(days=1)
    return closing


@cache
def _holidays(year: int) -> tuple[dict[date, str], dict[date, str]]:
    """The holidays of a year in English and French."""
    kept = ("government", "public")
    english, french = (
        dict(holidays.country_holidays("CA", years=year, categories=kept, language=code)) for code in ("en_CA", "fr")
    )
    return english, french
