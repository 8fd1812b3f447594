"""The only place that reads the clock, and whose time zones it is read by."""

import zoneinfo
from datetime import UTC, datetime

# A province changes its clock and a machine may hold tables years old: the pinned `tzdata` decides, everywhere alike.
zoneinfo.reset_tzpath(())
zoneinfo.ZoneInfo.clear_cache()


def now() -> datetime:
    """Say what time it is, in UTC; for display and for the database's own clock on SQLite."""
    return datetime.now(UTC)
