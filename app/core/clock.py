"""The only place that reads the clock."""

from datetime import UTC, datetime


def now() -> datetime:
    """Say what time it is, in UTC; for display and for the database's own clock on SQLite."""
    return datetime.now(UTC)
