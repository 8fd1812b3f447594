"""Who is signed in: the guard that every package's views begin with, and the browser's side of a session.

The cookie holds a session's random id (and its proofs of origin and passing words); all else lies in the database.
"""

import hashlib

from flask import current_app, g, request, session
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response

from app.core import clock
from app.core.db import transaction
from app.core.errors import SignInNeeded, TermsNeeded
from app.core.web import person
from auth import queries
from auth.actions import sessions
from auth.browsers import in_words
from auth.models import Identity, User
from auth.queries.sessions import Current
from auth.views.base import pages

ID = "_user_id"
"""Where Flask-Login looks for what its loader is asked with: here, the session's id."""
LAST = "last"
DAY = 24 * 60 * 60


def find_session_person(token: str) -> User | None:
    """Find who is signed in by the id that a browser holds; an ended session's id names nobody."""
    found = queries.find_current(token, clock.now())
    if found is None:
        return None
    user, g.current_session = found
    return user


def current_session() -> Current | None:
    """Give the session that this request came with."""
    found = g.get("current_session") if current_person() is not None else None
    return found if isinstance(found, Current) else None


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


def begin_session(user: User, identity: Identity | None = None) -> None:
    """Start a new session under a new id: nothing of the one before lives on, here or in the browser."""
    browser = in_words(request.user_agent.string)
    with transaction() as at:
        sessions.leave_session(str(session.get(ID, "")))
        token = sessions.begin_session(user, identity=identity, browser=browser, by=user, at=at)
    session.clear()
    login_user(user)
    session[ID] = token
    g.pop("current_session", None)


def end_session() -> None:
    """End the session whole."""
    with transaction():
        sessions.leave_session(str(session.get(ID, "")))
    logout_user()
    session.clear()
    g.pop("current_session", None)


@pages.after_app_request
def keep_up(answer: Response) -> Response:
    """After the page is made, write that its session was seen; give it a new id if what its person may do changed."""
    came = g.pop("current_session", None)
    if not isinstance(came, Current) or answer.is_streamed or not came.is_due(clock.now()):
        return answer
    with transaction() as at:
        sessions.see_session(came.id, at=at)
        token = sessions.renew_session(came.id, at=at) if came.renew else None
    if token is not None:
        session[ID] = token
    return answer


def mark_of(user: User) -> str:
    """Give the mark by which a browser remembers for a day whose unsent text it may hold; it names nobody."""
    return hashlib.sha256(b"last " + user.key.encode()).hexdigest()[:32]


def remember(answer: Response, user: User) -> Response:
    """Mark the browser as this person's."""
    answer.set_cookie(LAST, mark_of(user), max_age=DAY, httponly=True, samesite="Lax", secure=only_over_tls())
    return answer


def only_over_tls() -> bool:
    """Say whether cookies travel over TLS alone here."""
    return bool(current_app.config["SESSION_COOKIE_SECURE"])
