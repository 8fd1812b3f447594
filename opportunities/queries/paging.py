"""A place in a list: written into an address, and read from it again whatever came."""

import base64
import binascii
import json
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from opportunities.searching import BY_MOMENT, SORTS

LONGEST_CURSOR = 200
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Cursor(NamedTuple):
    """A place in a list: the sort it belongs to, whether one goes back from it, and the last row's key."""

    sort: str
    back: bool
    value: datetime | int
    id: int


def write_cursor(cursor: Cursor) -> str:
    """Write a place in a list for an address."""
    value = (cursor.value - EPOCH) // MICROSECOND if isinstance(cursor.value, datetime) else cursor.value
    plain = json.dumps([cursor.sort, int(cursor.back), value, cursor.id], separators=(",", ":"))
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def read_cursor(written: str) -> Cursor | None:
    """Read a place in a list from an address; what is none is the beginning."""
    if not written or len(written) > LONGEST_CURSOR:
        return None
    try:
        plain = json.loads(base64.urlsafe_b64decode(written + "=" * (-len(written) % 4)))
        sort, back, value, identifier = plain
        if not all(isinstance(one, int) and abs(one) < 2**62 for one in (back, value, identifier)):
            return None
        key = EPOCH + value * MICROSECOND if sort in BY_MOMENT else value
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
        return None
    return Cursor(sort, bool(back), key, identifier) if sort in SORTS else None
