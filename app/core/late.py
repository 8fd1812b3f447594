"""A form that comes too late: its page is drawn again around the refusal and what was typed; nothing is written."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from app.core.errors import NotNow, Refusal

_late: ContextVar[NotNow | None] = ContextVar("late", default=None)


@contextmanager
def drawing_again(refusal: NotNow) -> Iterator[None]:
    """Draw the page of what was refused: it is shown as a form, and every act is refused with the same words."""
    before = _late.set(refusal)
    try:
        yield
    finally:
        _late.reset(before)


def refusal_drawn() -> NotNow | None:
    """Give the refusal around which a page is drawn again."""
    return _late.get()


def refuse_early(refusal: Refusal | None) -> None:
    """Refuse a page before its form is shown; not while the form is drawn again, which says itself why."""
    if refusal is not None and not (isinstance(refusal, NotNow) and _late.get()):
        raise refusal
