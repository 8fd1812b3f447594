"""A person arrives: known by the identity provider's subject, never by a login or an address."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.core import audit
from app.core.audit import PARTIES
from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotAllowed, NotNow, NotValid
from auth import queries
from auth.models import Email, Identity, User


@dataclass(frozen=True)
class Claims:
    """What an identity provider says of a person: a lasting subject, names to show, verified addresses."""

    issuer: str
    subject: str
    login: str
    name: str
    addresses: tuple[str, ...]


def recognize(claims: Claims, *, at: datetime, language: str = "en") -> User:
    """Find the person whom the claims name, or write them down; refuses without a verified address or if suspended."""
    if not claims.addresses:
        raise NotValid(N_("GitHub knows no verified e-mail address of yours. Verify one there, then sign in again."))
    identity = queries.find_identity(claims.issuer, claims.subject)
    if identity is None:
        return _join(claims, language, at)
    if identity.user.suspended_at is not None:
        raise NotAllowed(N_("This account is suspended. Write to the exchange if you think that is wrong."))
    _refresh(identity, claims, at)
    audit.record("user.sign_in", identity.user.subject, by=identity.user, at=at, audience=PARTIES)
    return identity.user


def _join(claims: Claims, language: str, at: datetime) -> User:
    user = User(
        name=claims.name.strip() or claims.login, email=claims.addresses[0].lower(), language=language, created_at=at
    )
    db.session.add(user)
    db.session.flush()
    _refresh(_add_identity(user, claims, at), claims, at)
    audit.record("user.join", user.subject, by=user, at=at, audience=PARTIES)
    return user


def link_identity(user: User, claims: Claims, *, by: User, at: datetime) -> Identity:
    """Add another identity to a person who signed in with both; refuses one that belongs to somebody else."""
    if by.id != user.id:
        raise NotAllowed
    identity = queries.find_identity(claims.issuer, claims.subject)
    if identity is not None and identity.user_id != user.id:
        raise NotNow(N_("This GitHub account already belongs to another person here."))
    if identity is None:
        identity = _add_identity(user, claims, at)
        audit.record(
            "user.link", user.subject, by=by, at=at, audience=PARTIES, issuer=claims.issuer, login=claims.login
        )
    _refresh(identity, claims, at)
    return identity


def _add_identity(user: User, claims: Claims, at: datetime) -> Identity:
    identity = Identity(
        user=user, issuer=claims.issuer, subject=claims.subject, shown_name=claims.login, linked_at=at, last_used_at=at
    )  # fmt: skip
    db.session.add(identity)
    db.session.flush()
    return identity


def _refresh(identity: Identity, claims: Claims, at: datetime) -> None:
    """Take over what the provider says today: the login, and which addresses are verified."""
    identity.shown_name, identity.last_used_at = claims.login, at
    user = identity.user
    vouched = {address.lower() for address in claims.addresses}
    _take_from_others(identity, vouched)
    known = {email.address for email in user.emails}
    for email in list(user.emails):
        if email.identity_id == identity.id and email.address not in vouched:
            user.emails.remove(email)
            db.session.delete(email)
        elif email.address in vouched:
            email.verified_at = at
    for address in dict.fromkeys(address.lower() for address in claims.addresses):
        if address not in known:
            user.emails.append(Email(address=address, identity_id=identity.id, verified_at=at))
    db.session.flush()
    if user.email.lower() not in {email.address for email in user.emails}:
        user.email = claims.addresses[0].lower()


def _take_from_others(identity: Identity, addresses: set[str]) -> None:
    """Strike an address from whoever had it before: the provider knows it to be another account's now."""
    stale = (
        select(Email).join(Identity, Email.identity_id == Identity.id)
        .where(Email.address.in_(addresses), Identity.issuer == identity.issuer, Email.identity_id != identity.id,
               Email.user_id != identity.user_id)
    )  # fmt: skip
    for email in db.session.scalars(stale):
        db.session.delete(email)
