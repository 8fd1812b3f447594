"""Pages of evaluations."""

from evaluations.views import analysis, awarding, debriefs, opening, panel, results, sheets
from evaluations.views.blueprint import pages

__all__ = ["analysis", "awarding", "debriefs", "opening", "pages", "panel", "results", "sheets"]
