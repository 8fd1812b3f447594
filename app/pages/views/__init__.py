"""The pages that several packages share."""

from app.pages.views import about, beside, home, listing, log, mailbox, opportunity, review, work
from app.pages.views.blueprint import pages

__all__ = ["about", "beside", "home", "listing", "log", "mailbox", "opportunity", "pages", "review", "work"]
