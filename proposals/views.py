"""Pages of proposals."""

import proposals.models  # noqa: F401
from app.core.web import Pages

pages = Pages("proposals", __name__)
