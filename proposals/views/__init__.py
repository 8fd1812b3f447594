"""Pages of proposals: begin, write, check and submit, receipt, withdraw."""

from proposals.views import custody, lists, sending, writing
from proposals.views.blueprint import pages

__all__ = ["custody", "lists", "pages", "sending", "writing"]
