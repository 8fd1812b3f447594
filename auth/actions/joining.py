"""One human who came twice becomes one person here."""

from datetime import datetime

from app.core import audit
from app.core.audit import PARTIES
from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotAllowed, NotNow
from auth import notifications, queries
from auth.actions import sessions
from auth.models import User


def join(idle: User, into: User, *, by: User, at: datetime) -> User:
    """Give a person the ways to sign in of another who never acted, and close that other; administrators may.

    Refuses unless somebody signed in as both: a shared address alone proves nothing.
    """
    if not queries.is_administrator(by, at) or by.id in (idle.id, into.id):
        raise NotAllowed
    if not any(one.proven and one.user.id == into.id for one in queries.likenesses_of(idle)):
        raise NotNow(N_("Nobody has signed in as both of them. Ask the person to add the one way to the other."))
    if queries.has_acted(idle):
        raise NotNow(N_("This person has acted here and keeps their history. Suspend the account that is not used."))
    if idle.suspended_at is not None or into.suspended_at is not None:
        raise NotNow(N_("This account is suspended."))
    _move(idle, into)
    idle.suspended_at = at
    sessions.end_sessions_of(idle.id)
    sessions.renew_sessions_of(into.id)
    event = audit.record("user.join_into", into.subject, by=by, at=at, audience=PARTIES, other=idle.key)
    audit.record("user.join_away", idle.subject, by=by, at=at, audience=PARTIES, other=into.key)
    notifications.tell_joined(into, event)
    return into


def _move(idle: User, into: User) -> None:
    known = {email.address for email in into.emails}
    for email in list(idle.emails):
        if email.address in known:
            idle.emails.remove(email)
            db.session.delete(email)
        else:
            email.user = into
    for identity in list(idle.identities):
        identity.user = into
    db.session.flush()
