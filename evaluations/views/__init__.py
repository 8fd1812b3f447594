"""Pages of evaluations."""

from evaluations.views import (
    analysis,
    awarding,
    comparing,
    consensus,
    debriefs,
    disqualifying,
    explaining,
    invitations,
    opening,
    panel,
    prizes,
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
    "disqualifying",
    "explaining",
    "invitations",
    "opening",
    "pages",
    "panel",
    "prizes",
    "results",
    "rounds",
    "sheets",
    "standing",
]
