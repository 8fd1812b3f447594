"""Reads of sessions: whose a browser's id is, and where a person is signed in."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select

from app.core.db import db
from app.core.errors import NotFound
from auth.models import Identity, PersonSession, User
from auth.policy import SEEN_EVERY, SESSION_IDLE


def digest_of(token: str) -> str:
    """Give what is kept of a session's random id."""
    return hashlib.sha256(b"session " + token.encode()).hexdigest()


def alive(at: datetime) -> ColumnElement[bool]:
    """Say in SQL that a session has reached neither of its two limits."""
    return and_(PersonSession.ends_at > at, PersonSession.seen_at > at - SESSION_IDLE)


@dataclass(frozen=True)
class Current:
    """The session that a request came with."""

    id: int
    key: str
    seen_at: datetime
    renew: bool

    def is_due(self, at: datetime) -> bool:
        """Say whether something is to be written of it: that it was seen, or its new id."""
        return self.renew or self.seen_at <= at - SEEN_EVERY


def find_current(token: str, at: datetime) -> tuple[User, Current] | None:
    """Find by a browser's id who is signed in there, in one statement; a suspended person is not."""
    found = db.session.execute(
        select(User, PersonSession.id, PersonSession.key, PersonSession.seen_at, PersonSession.renew)
        .join(PersonSession, PersonSession.user_id == User.id)
        .where(PersonSession.digest == digest_of(token), alive(at), User.suspended_at.is_(None))
    ).one_or_none()
    return (found[0], Current(*found[1:])) if found is not None else None


@dataclass(frozen=True)
class SessionLine:
    """One browser in which a person is signed in; `issuer` is whom they signed in with, empty for none."""

    key: str
    browser: str
    begun_at: datetime
    seen_at: datetime
    issuer: str


def sessions_of(user: User, at: datetime) -> list[SessionLine]:
    """List where a person is signed in, the last seen first."""
    lines = (
        select(PersonSession.key, PersonSession.browser, PersonSession.begun_at, PersonSession.seen_at, Identity.issuer)
        .outerjoin(Identity, PersonSession.identity_id == Identity.id)
        .where(PersonSession.user_id == user.id, alive(at))
        .order_by(PersonSession.seen_at.desc(), PersonSession.id.desc())
    )
    return [SessionLine(*line[:4], line[4] or "") for line in db.session.execute(lines)]


def get_session(user: User, key: str) -> PersonSession:
    """Get a session of a person's own by its key, or refuse with NotFound."""
    found = db.session.scalar(select(PersonSession).where(PersonSession.key == key, PersonSession.user_id == user.id))
    if found is None:
        raise NotFound
    return found
