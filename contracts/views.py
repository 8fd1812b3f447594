"""Pages of contracts."""

import contracts.models  # noqa: F401
from app.core.web import Pages

pages = Pages("contracts", __name__)
