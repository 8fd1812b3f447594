"""Sign-in, accounts, organizations, departments and their roles."""

from app.core.errors import SignInNeeded
from app.core.web import Pages

pages = Pages("auth", __name__)


@pages.page("/sign-in", "/ouvrir-session")
def sign_in() -> str:
    """Offer the ways to sign in."""
    raise SignInNeeded
