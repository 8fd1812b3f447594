"""Pages of opportunities: writing, reviewing, managing and asking."""

from opportunities.views import asking, draft, editing, files, manage, review, starting
from opportunities.views.blueprint import pages

__all__ = ["asking", "draft", "editing", "files", "manage", "pages", "review", "starting"]
