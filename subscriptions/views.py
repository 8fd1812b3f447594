"""Pages of subscriptions."""

import subscriptions.models  # noqa: F401
from app.core.errors import NotFound
from app.core.web import Pages

pages = Pages("subscriptions", __name__)


@pages.page("/alerts/stop/<key>", "/avis/arreter/<key>", methods=("GET", "POST"))
def stop(key: str) -> str:
    """Stop one kind of message to one address, from the link in any message of that kind."""
    raise NotFound(key)
