"""What is counted for everybody is kept for a little while: facets and large counts."""

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import TypeVar

KEPT = timedelta(seconds=30)
MOST = 2_000

T = TypeVar("T")
_known: dict[Hashable, tuple[datetime, object]] = {}


def recall(key: Hashable, at: datetime, find: Callable[[], T]) -> T:
    """Give what was found under a key less than KEPT ago, or find it."""
    kept = _known.get(key)
    if kept is not None and at - KEPT < kept[0] <= at:
        return kept[1]  # type: ignore[return-value]
    found = find()
    if len(_known) >= MOST:
        _known.clear()
    _known[key] = (at, found)
    return found


def forget() -> None:
    """Forget everything, as when the tables were emptied."""
    _known.clear()
