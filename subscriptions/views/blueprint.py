"""The blueprint that the pages of this package join."""

import subscriptions.models  # noqa: F401  (the tables are known once the pages are)
from app.core.web import Pages

pages = Pages("subscriptions", __name__)
PER_MINUTE = "20 per minute"
"""How often one visitor may ask for a message or open a link of one."""
