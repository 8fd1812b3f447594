"""Reads of people: by the key, identity or address they are known by."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from app.core.db import db
from app.core.errors import NotFound
from auth.models import Email, Identity, Skill, User

PAGE = 25


def find_user_by_key(key: str) -> User | None:
    """Find a person by the random key that sessions and addresses hold."""
    return db.session.scalar(select(User).where(User.key == key))


def get_user(key: str) -> User:
    """Get a person by their key, or refuse with NotFound."""
    user = find_user_by_key(key)
    if user is None:
        raise NotFound
    return user


def find_identity(issuer: str, subject: str) -> Identity | None:
    """Find how an issuer knows a person."""
    return db.session.scalar(select(Identity).where(Identity.issuer == issuer, Identity.subject == subject))


def find_user_by_identity(issuer: str, subject: str) -> User | None:
    """Find a person as an issuer knows them."""
    identity = find_identity(issuer, subject)
    return identity.user if identity is not None else None


def find_user_by_address(address: str) -> User | None:
    """Find a person by an address that an identity provider says is verified."""
    verified = select(User).join(Email, Email.user_id == User.id).where(Email.address == address.strip().lower())
    return db.session.scalars(verified.order_by(Email.verified_at.desc(), Email.id.desc())).first()


def addresses_of(user: User) -> frozenset[str]:
    """List a person's verified addresses, in small letters."""
    return frozenset(db.session.scalars(select(func.lower(Email.address)).where(Email.user_id == user.id)))


def all_skills() -> list[Skill]:
    """List the vocabulary of skills."""
    return list(db.session.scalars(select(Skill).order_by(Skill.code)))


@dataclass(frozen=True)
class PersonLine:
    """One person in the administrator's list."""

    key: str
    name: str
    email: str
    created_at: datetime
    suspended_at: datetime | None


def search_people(words: str, after: str = "") -> tuple[list[PersonLine], str]:
    """Find people whose name, address or login holds the words, newest first; 25 a page and where the next begins."""
    wanted = select(User.id, User.key, User.name, User.email, User.created_at, User.suspended_at)
    if words.strip():
        like = "%" + words.strip().lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        known_as = select(Identity.user_id).where(func.lower(Identity.shown_name).like(like, escape="\\"))
        wanted = wanted.where(
            or_(
                func.lower(User.name).like(like, escape="\\"),
                func.lower(User.email).like(like, escape="\\"),
                User.id.in_(known_as),
            )
        )
    if after.isdecimal():
        wanted = wanted.where(User.id < int(after[:15]))
    rows = db.session.execute(wanted.order_by(User.id.desc()).limit(PAGE + 1)).all()
    shown = rows[:PAGE]
    return [PersonLine(*row[1:]) for row in shown], str(shown[-1].id) if len(rows) > PAGE else ""
