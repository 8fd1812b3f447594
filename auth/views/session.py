"""Who is signed in: the guard that every package's views begin with."""

from app.core.errors import SignInNeeded
from app.core.web import person
from auth.models import User


def current_person() -> User | None:
    """Give the person who is signed in, or None for a visitor."""
    found = person()
    return found if isinstance(found, User) else None


def signed_in() -> User:
    """Give the person who is signed in; a visitor is asked to sign in and comes back here."""
    found = current_person()
    if found is None:
        raise SignInNeeded
    return found
