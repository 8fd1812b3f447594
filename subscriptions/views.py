"""Pages of subscriptions."""

import subscriptions.models  # noqa: F401
from app.core.web import Pages

pages = Pages("subscriptions", __name__)
