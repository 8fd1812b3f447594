"""The words for states, closings and amounts that lists and pages share."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from flask_babel import gettext, ngettext

from app.core import formats
from app.core.bilingual import N_

STATES = {
    "draft": N_("Draft"),
    "review": N_("In review"),
    "approved": N_("Approved"),
    "refine": N_("Being refined"),
    "open": N_("Open"),
    "closed": N_("Closed"),
    "evaluation": N_("Being evaluated"),
    "awarded": N_("Awarded"),
    "completed": N_("Completed"),
    "unsuccessful": N_("No award"),
    "cancelled": N_("Cancelled"),
}
CONTRACT_STATES = {
    "proposed": N_("To be accepted"),
    "active": N_("Under way"),
    "declined": N_("Declined"),
    "completed": N_("Completed"),
    "terminated": N_("Terminated"),
}
STAGES = {
    "open": N_("Open"),
    "closed": N_("Being evaluated"),
    "awarded": N_("Awarded"),
    "ended": N_("Ended without award"),
    "all": N_("All"),
}
SORTS = {
    "closing": N_("Closing first"),
    "newest": N_("Newest opportunities first"),
    "value": N_("Largest value first"),
}
WORK_LANGUAGES = {
    "en": N_("In English"),
    "fr": N_("In French"),
    "both": N_("In both languages"),
    "either": N_("In English or French"),
}

money = lru_cache(maxsize=4096)(formats.money)
moment = lru_cache(maxsize=4096)(formats.moment)
"""The same few amounts and moments stand on many pages; writing one takes longer than reading its row."""


@lru_cache(maxsize=4096)
def local_day(value: datetime, zone: str) -> date:
    """Give the day of a moment in a zone."""
    return value.astimezone(ZoneInfo(zone)).date()


def days_left(closing: datetime, now: datetime, zone: str) -> int:
    """Count the days of the calendar in the opportunity's zone from now to the closing."""
    return (local_day(closing, zone) - now.astimezone(ZoneInfo(zone)).date()).days


@lru_cache(maxsize=1024)
def closes(days: int, lang: str) -> str:  # noqa: ARG001  (what is kept is kept for a language)
    """Say when something open closes: today, tomorrow, in so many days. `lang` is the page's language."""
    if days <= 0:
        return str(gettext("Closes today"))
    if days == 1:
        return str(gettext("Closes tomorrow"))
    return str(ngettext("Closes in %(num)d day", "Closes in %(num)d days", days))


@lru_cache(maxsize=1024)
def milestones(count: int, lang: str) -> str:  # noqa: ARG001  (what is kept is kept for a language)
    """Count milestones in words. `lang` is the page's language."""
    return str(ngettext("%(num)d milestone", "%(num)d milestones", count))
