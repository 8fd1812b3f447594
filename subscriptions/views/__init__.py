"""Pages of subscriptions."""

from subscriptions.views import alerts, feeds, following, preferences
from subscriptions.views.blueprint import pages

__all__ = ["alerts", "feeds", "following", "pages", "preferences"]
