"""Pages of proposals: begin, write, check and submit, receipt, withdraw."""

from proposals.views import lists, sending, writing
from proposals.views.blueprint import pages

__all__ = ["lists", "pages", "sending", "writing"]
