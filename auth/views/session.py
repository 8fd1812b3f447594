"""Who is signed in: the guard that every package's views begin with."""

import hashlib

from flask import request, session
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response

from app.core.errors import SignInNeeded, TermsNeeded
from app.core.web import person
from auth import queries
from auth.models import User

LAST = "last"
DAY = 24 * 60 * 60


def find_session_person(key: str) -> User | None:
    """Find whom a session names; a suspended person's sessions end at once."""
    found = queries.find_user_by_key(key)
    return found if found is not None and found.is_active else None


def current_person() -> User | None:
    """Give the person who is signed in, or None for a visitor."""
    found = person()
    return found if isinstance(found, User) else None


def signed_in() -> User:
    """Give the person who is signed in; a visitor is asked to sign in and comes back here.

    Who acts (anything but reading) must have accepted the newest terms; they are asked, and what they sent is kept.
    """
    found = current_person()
    if found is None:
        raise SignInNeeded
    if request.method not in ("GET", "HEAD") and queries.due_terms(found):
        raise TermsNeeded
    return found


def begin_session(user: User) -> None:
    """Start a new session: nothing of the one before lives on."""
    session.clear()
    login_user(user)


def end_session() -> None:
    """End the session whole."""
    logout_user()
    session.clear()


def mark_of(user: User) -> str:
    """Give the mark by which a browser remembers for a day whose unsent text it may hold; it names nobody."""
    return hashlib.sha256(b"last " + user.key.encode()).hexdigest()[:32]


def remember(answer: Response, user: User) -> Response:
    """Mark the browser as this person's."""
    answer.set_cookie(LAST, mark_of(user), max_age=DAY, httponly=True, samesite="Lax", secure=request.is_secure)
    return answer
