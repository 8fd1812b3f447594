"""Pages of contracts: the public register, agreeing, working, paying, being paid, changing and ending."""

from contracts.views import agreeing, changing, onboarding, paying, reading, sandbox, texts, working
from contracts.views.blueprint import pages

__all__ = ["agreeing", "changing", "onboarding", "pages", "paying", "reading", "sandbox", "texts", "working"]
from contracts.views import batching

__all__ = ["agreeing", "batching", "changing", "onboarding", "pages", "paying", "reading", "sandbox", "working"]
