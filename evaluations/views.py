"""Pages of evaluations."""

import evaluations.models  # noqa: F401
from app.core.web import Pages

pages = Pages("evaluations", __name__)
