"""Sign-in, accounts, organizations, departments and their roles."""

from auth.views import account, administration, departments, kept, organizations, sign_in, terms, ways, welcome
from auth.views.base import pages

__all__ = [
    "account",
    "administration",
    "departments",
    "kept",
    "organizations",
    "pages",
    "sign_in",
    "terms",
    "ways",
    "welcome",
]
