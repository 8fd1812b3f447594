"""Pages of contracts: the public register, agreeing, working, paying, changing and ending."""

from contracts.views import agreeing, changing, paying, reading, working
from contracts.views.blueprint import pages

__all__ = ["agreeing", "changing", "pages", "paying", "reading", "working"]
