"""A deadline's local hour follows the pinned time-zone data, not whatever the machine holds."""

import zoneinfo
from datetime import UTC, datetime

from app.core import formats

IN_WINTER = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)


def test_the_machines_own_zone_tables_are_not_asked() -> None:
    assert zoneinfo.TZPATH == ()


def test_british_columbia_keeps_its_clock_in_the_winter_of_2026() -> None:
    assert formats.hour(IN_WINTER, "en", "America/Vancouver") == "17:00"


def test_ottawa_still_changes_its_clock() -> None:
    assert formats.hour(IN_WINTER, "en", "America/Toronto") == "19:00"
