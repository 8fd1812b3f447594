"""Pages of evaluations."""

from evaluations.views import (
    analysis,
    awarding,
    comparing,
    consensus,
    debriefs,
    explaining,
    invitations,
    opening,
    panel,
    results,
    rounds,
    sheets,
    standing,
)
from evaluations.views.blueprint import pages

__all__ = [
    "analysis",
    "awarding",
    "comparing",
    "consensus",
    "debriefs",
    "explaining",
    "invitations",
    "opening",
    "pages",
    "panel",
    "results",
    "rounds",
    "sheets",
    "standing",
]
