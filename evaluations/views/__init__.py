"""Pages of evaluations."""

from evaluations.views import awarding, opening, panel, results, sheets
from evaluations.views.blueprint import pages

__all__ = ["awarding", "opening", "pages", "panel", "results", "sheets"]
