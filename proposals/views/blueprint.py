"""The blueprint that the pages of this package join."""

import proposals.models  # noqa: F401  (the tables are known once the pages are)
from app.core.web import Pages

pages = Pages("proposals", __name__)
