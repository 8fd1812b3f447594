"""What a proposal's own page says of its evaluation."""

from collections.abc import Callable
from typing import Any

from app.core import clock
from evaluations import queries
from evaluations.views.blueprint import pages
from evaluations.views.rounds import stage_name


@pages.app_context_processor
def standing() -> dict[str, Callable[..., Any]]:
    """Let the page of a proposal ask where it stands; asked by no other page."""
    return {
        "standing_of": queries.standing_of, "stage_name": stage_name,
        "may_explain": lambda asked: queries.waits(asked, clock.now()),
    }  # fmt: skip
