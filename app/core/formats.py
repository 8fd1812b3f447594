"""How amounts, dates and moments look in each language; the one formatter behind pages, notifications and PDFs."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_timedelta, get_timezone, get_timezone_name
from babel.numbers import format_decimal

from app.core.bilingual import Bilingual

NO_BREAK = "\u00a0"
DEFAULT_ZONE = "America/Toronto"
OWN_NAMES = {
    "America/Regina": {"en": "Saskatchewan Time", "fr": "heure de la Saskatchewan"},
    "America/Whitehorse": {"en": "Yukon Time", "fr": "heure du Yukon"},
}
"""Zones without summer time: the usual names would be those of neighbours whose clocks change."""


@lru_cache
def locale(language: str) -> Locale:
    """Give the Canadian locale of a language."""
    return Locale.parse(f"{language}_CA")


def money(cents: int | None, language: str) -> str:
    """Show an amount: `$25,000` or `25 000 $`; cents only when there are any."""
    if cents is None:
        return ""
    pattern = "#,##0.00" if cents % 100 else "#,##0"
    number = format_decimal(abs(cents) / 100, pattern, locale=locale(language)).replace("\u202f", NO_BREAK)
    sign = "\u2212" if cents < 0 else ""
    return f"{sign}{number}{NO_BREAK}$" if language == "fr" else f"{sign}${number}"


def day(value: date | datetime | None, language: str, zone: str = DEFAULT_ZONE) -> str:
    """Show a date: `29 November 2026` or `29 novembre 2026` (`1er` for the first)."""
    if value is None:
        return ""
    on = value.astimezone(ZoneInfo(zone)).date() if isinstance(value, datetime) else value
    if language == "fr":
        first = "1er" if on.day == 1 else str(on.day)
        return f"{first}{NO_BREAK}" + format_date(on, "MMMM y", locale=locale("fr"))
    return f"{on.day}{NO_BREAK}" + format_date(on, "MMMM y", locale=locale("en"))


def weekday(value: datetime, language: str, zone: str = DEFAULT_ZONE) -> str:
    """Name the day of the week of a moment in a zone."""
    return format_date(value.astimezone(ZoneInfo(zone)).date(), "EEEE", locale=locale(language))


def hour(value: datetime, language: str, zone: str = DEFAULT_ZONE) -> str:
    """Show the time of day: `16:00` or `16 h`, `16 h 30`."""
    local = value.astimezone(ZoneInfo(zone))
    if language == "fr":
        minutes = f"{NO_BREAK}{local.minute:02d}" if local.minute else ""
        return f"{local.hour}{NO_BREAK}h{minutes}"
    return f"{local.hour:02d}:{local.minute:02d}"


@lru_cache
def zone_name(zone: str, language: str) -> str:
    """Name a time zone in words: `Eastern Time`, `heure de l’Est`."""
    if zone in OWN_NAMES:
        return OWN_NAMES[zone][language]
    return get_timezone_name(get_timezone(zone), width="long", locale=locale(language))


def moment(value: datetime | None, language: str, zone: str = DEFAULT_ZONE) -> str:
    """Show a moment whole: `29 November 2026, 16:00 Eastern Time` or `29 novembre 2026, 16 h, heure de l’Est`."""
    if value is None:
        return ""
    comma = "," if language == "fr" else ""
    return f"{day(value, language, zone)}, {hour(value, language, zone)}{comma} {zone_name(zone, language)}"


def to_the_second(value: datetime, language: str, zone: str = DEFAULT_ZONE) -> str:
    """Show a moment whole, with its seconds: `…, 16:00:03 Eastern Time` or `…, 16 h 00 min 03 s, heure de l’Est`."""
    local = value.astimezone(ZoneInfo(zone))
    name = zone_name(zone, language)
    if language == "fr":
        hours = f"{local.hour} h {local.minute:02d} min {local.second:02d} s,".replace(" ", NO_BREAK)
        return f"{day(value, language, zone)}, {hours} {name}"
    return f"{day(value, language, zone)}, {local:%H:%M:%S} {name}"


def utc(value: datetime) -> str:
    """Show a moment of any zone for machines: RFC 3339, UTC, microseconds."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def number(value: float, language: str) -> str:
    """Show a number with its language's separators."""
    return format_decimal(value, locale=locale(language)).replace("\u202f", NO_BREAK)


def text(value: Bilingual | None, language: str) -> str:
    """Show a bilingual text in the reader's language, or in the other when theirs is missing."""
    return value.text(language) if value is not None else ""


def distance(delta: timedelta, language: str) -> str:
    """Say how far off something is: `in 6 days`, `il y a 3 heures`; from a day on in days, never in rounded weeks."""
    days_before_weeks = max(1.2, abs(delta).days)
    return format_timedelta(delta, add_direction=True, threshold=days_before_weeks, locale=locale(language))
