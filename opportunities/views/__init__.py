"""Pages of opportunities: writing, reviewing, managing and asking."""

from opportunities.views import draft, manage, review
from opportunities.views.blueprint import pages

__all__ = ["draft", "manage", "pages", "review"]
