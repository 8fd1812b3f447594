"""What takes many rows to find out is kept for a little while: facets, large counts, how much waits for a person."""

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Any, TypeVar

KEPT = timedelta(seconds=30)
MOST = 2_000

T = TypeVar("T")
_known: dict[Hashable, tuple[datetime, object]] = {}


def recall(key: Hashable, at: datetime, find_out: Callable[[], T]) -> T:
    """Give what was found under a key less than KEPT ago, or find it out."""
    kept = find(key, at)
    return keep(key, at, find_out()) if kept is None else kept


def find(key: Hashable, at: datetime) -> Any:  # noqa: ANN401  (as it was kept)
    """Give what was kept under a key less than KEPT ago, or None."""
    since, kept = _known.get(key, (None, None))
    return kept if since is not None and at - KEPT < since <= at else None


def keep(key: Hashable, at: datetime, found: T) -> T:
    """Keep something for KEPT."""
    if len(_known) >= MOST:
        _known.clear()
    _known[key] = (at, found)
    return found


def drop(key: Hashable) -> None:
    """Forget one thing, because it has changed."""
    _known.pop(key, None)


def forget() -> None:
    """Forget everything, as when the tables were emptied."""
    _known.clear()
