"""Pages of opportunities: writing, commenting, managing and asking; the review shows alerts too (app/pages)."""

from opportunities.views import asking, commenting, draft, editing, files, manage, starting
from opportunities.views.blueprint import pages

__all__ = ["asking", "commenting", "draft", "editing", "files", "manage", "pages", "starting"]
