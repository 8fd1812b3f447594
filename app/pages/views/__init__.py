"""The pages that several packages share."""

from app.pages.views import home, listing
from app.pages.views.blueprint import pages

__all__ = ["home", "listing", "pages"]
