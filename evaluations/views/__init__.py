"""Pages of evaluations."""

from evaluations.views import analysis, awarding, opening, panel, results, sheets
from evaluations.views.blueprint import pages

__all__ = ["analysis", "awarding", "opening", "pages", "panel", "results", "sheets"]
