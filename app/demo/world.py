"""The world as its files tell it, and its moments counted from a given now (`world/README.md` says the schema)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from app.core.bilingual import Bilingual

WORLD = Path(__file__).with_name("world")
MORNING = time(9, 0)
LAST_GOOD_DAY = 3
_RELATIVE = re.compile(r"([+-]\d+)d(?: (\d\d:\d\d))?")
_HOURS = re.compile(r"([+-]\d+)h")

Spec = dict[str, Any]


def load(name: str) -> Any:  # noqa: ANN401  (what a YAML file holds)
    """Read one file of the world."""
    return yaml.safe_load((WORLD / name).read_text(encoding="utf-8"))


@lru_cache
def opportunities() -> tuple[Spec, ...]:
    """Read every opportunity, in the order of the files."""
    return tuple(load(f"opportunities/{path.name}") for path in sorted((WORLD / "opportunities").glob("*.yaml")))


def both(value: Spec | None) -> Bilingual:
    """Read a bilingual text."""
    return Bilingual(value.get("en") or "", value.get("fr") or "") if value else Bilingual()


@dataclass(frozen=True)
class Calendar:
    """Turns a moment of one opportunity into a real one.

    Moments move together by the fewest days that put the closing on Monday to Thursday: a past closing moves everything
    relative earlier, one to come moves only what is to come later.
    """

    now: datetime
    zone: str
    past: int = 0
    future: int = 0

    @classmethod
    def around(cls, now: datetime, zone: str, closing: str | None) -> "Calendar":
        """Make the calendar of an opportunity that closes at `closing` (as the file writes it)."""
        plain = cls(now, zone)
        if not closing or not _RELATIVE.fullmatch(closing):
            return plain
        day = plain.moment(closing).astimezone(ZoneInfo(zone)).weekday()
        if day <= LAST_GOOD_DAY:
            return plain
        if closing.startswith("-"):
            return cls(now, zone, past=LAST_GOOD_DAY - day, future=LAST_GOOD_DAY - day)
        return cls(now, zone, future=7 - day)

    def moment(self, written: str) -> datetime:
        """Give the moment, in UTC."""
        zone = ZoneInfo(self.zone)
        if hours := _HOURS.fullmatch(written):
            full = self.now + timedelta(hours=int(hours[1]), minutes=59, seconds=59)
            return full.replace(minute=0, second=0, microsecond=0)
        if relative := _RELATIVE.fullmatch(written):
            days = int(relative[1])
            days += self.future if relative[1].startswith("+") else self.past
            at = time.fromisoformat(relative[2]) if relative[2] else MORNING
            day = self.now.astimezone(zone).date() + timedelta(days=days)
            return datetime.combine(day, at, zone).astimezone(UTC)
        local = datetime.fromisoformat(written)
        if ":" not in written:
            local = datetime.combine(local.date(), MORNING)
        return local.replace(tzinfo=zone).astimezone(UTC)
