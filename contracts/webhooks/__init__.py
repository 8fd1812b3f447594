"""Where other services tell us what happened: signed, in no language, outside any session.

Each service has its own module, whose views join `hooks`; importing it here is what makes them answer.
"""

from contracts.webhooks import github as github
from contracts.webhooks import stripe as stripe
from contracts.webhooks.blueprint import hooks

__all__ = ["hooks"]
