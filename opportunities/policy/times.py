"""Until when: the closing, and the last moment for questions."""

from datetime import datetime
from typing import Protocol

from app.core.bilingual import N_

CLOSED = N_("The closing has passed. Nothing can be changed or added any more.")


class Timed(Protocol):
    """An opportunity, or the columns of one."""

    @property
    def state(self) -> str:
        """Its state as last moved."""

    @property
    def closing_at(self) -> datetime | None:
        """The first moment that is too late."""


class Asked(Timed, Protocol):
    """An opportunity with its last moment for questions."""

    @property
    def questions_until(self) -> datetime | None:
        """The first moment at which a question is too late; none means until the closing."""


def is_open(opportunity: Timed, at: datetime) -> bool:
    """Say whether proposals come in at a moment; equal to the closing is late. The only closing rule there is."""
    return opportunity.state == "open" and opportunity.closing_at is not None and at < opportunity.closing_at


def has_closed(opportunity: Timed, at: datetime) -> bool:
    """Say whether the closing has come, whether or not the clock's work has moved the state yet."""
    return opportunity.state == "open" and not is_open(opportunity, at)


def shown_state(opportunity: Timed, at: datetime) -> str:
    """Give the state as it stands at a moment: closed from the closing on, without waiting for the clock's work."""
    return "closed" if has_closed(opportunity, at) else opportunity.state


def accepts_questions(opportunity: Asked, at: datetime) -> bool:
    """Say whether a question may still be asked."""
    until = opportunity.questions_until
    return is_open(opportunity, at) and (until is None or at < until)
