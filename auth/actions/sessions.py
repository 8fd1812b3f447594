"""Where a person is signed in: begun, seen, given a new id, ended."""

import secrets
from datetime import datetime

from sqlalchemy import delete, or_, update

from app.core import audit
from app.core.audit import PARTIES
from app.core.db import db
from app.core.errors import NotAllowed
from auth import queries
from auth.models import Identity, PersonSession, User
from auth.policy import SEEN_EVERY, SESSION_IDLE, SESSION_LONGEST


def begin_session(user: User, *, identity: Identity | None, browser: str, by: User, at: datetime) -> str:
    """Let a person be signed in in a browser, and give the id that it shall hold; it is kept nowhere else."""
    if by.id != user.id or not user.is_active:
        raise NotAllowed
    token = secrets.token_urlsafe(32)
    row = PersonSession(
        digest=queries.digest_of(token), user_id=user.id, identity_id=identity.id if identity is not None else None,
        browser=browser, begun_at=at, seen_at=at, ends_at=at + SESSION_LONGEST,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return token


def see_session(number: int, *, at: datetime) -> None:
    """Write that a session was seen, unless that was written a moment ago."""
    stale = update(PersonSession).where(PersonSession.id == number, PersonSession.seen_at <= at - SEEN_EVERY)
    db.session.execute(stale.values(seen_at=at))


def renew_session(number: int, *, at: datetime) -> str | None:
    """Give a session a new id in place of the one it has; None if another request was first."""
    token = secrets.token_urlsafe(32)
    waiting = update(PersonSession).where(PersonSession.id == number, PersonSession.renew)
    changed = db.session.execute(
        waiting.values(digest=queries.digest_of(token), renew=False, seen_at=at).returning(PersonSession.id)
    ).scalar_one_or_none()
    return token if changed is not None else None


def renew_sessions_of(person_id: int) -> None:
    """Let every session of a person get a new id at its next request: what they may do has changed."""
    db.session.execute(update(PersonSession).where(PersonSession.user_id == person_id).values(renew=True))


def leave_session(token: str) -> None:
    """End the session that a browser holds the id of."""
    db.session.execute(delete(PersonSession).where(PersonSession.digest == queries.digest_of(token)))


def end_session(session: PersonSession, *, by: User, at: datetime) -> None:
    """End one session of one's own."""
    if session.user_id != by.id:
        raise NotAllowed
    db.session.delete(session)
    audit.record("user.end_session", by.subject, by=by, at=at, audience=PARTIES, browser=session.browser)


def end_other_sessions(user: User, keep: str, *, by: User, at: datetime) -> None:
    """End all of one's own sessions but the one whose key is given."""
    if user.id != by.id:
        raise NotAllowed
    db.session.execute(delete(PersonSession).where(PersonSession.user_id == user.id, PersonSession.key != keep))
    audit.record("user.end_other_sessions", user.subject, by=by, at=at, audience=PARTIES)


def end_sessions_of(person_id: int) -> None:
    """End every session of a person."""
    db.session.execute(delete(PersonSession).where(PersonSession.user_id == person_id))


def forget_ended(*, at: datetime) -> None:
    """Forget the sessions that have reached a limit."""
    over = or_(PersonSession.ends_at <= at, PersonSession.seen_at <= at - SESSION_IDLE)
    db.session.execute(delete(PersonSession).where(over))
