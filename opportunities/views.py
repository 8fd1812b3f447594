"""Pages of opportunities."""

import opportunities.models  # noqa: F401
from app.core.web import Pages

pages = Pages("opportunities", __name__)
