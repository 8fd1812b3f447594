"""A person arrives: known by the identity provider's subject, never by a login or an address."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from app.core import audit
from app.core.audit import PARTIES
from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotAllowed, NotNow, NotValid
from auth import queries
from auth.models import Email, Identity, PersonSession, User


@dataclass(frozen=True)
class Claims:
    """What an identity provider says of a person: a lasting subject, names to show, verified addresses."""

    issuer: str
    subject: str
    login: str
    name: str
    addresses: tuple[str, ...]


class BelongsToAnother(NotNow):
    """The identity is another person's here: the two are never made one by signing in."""

    default = N_(
        "This account already belongs to another person here, so nothing was added. If both are you, write to the "
        "exchange: an administrator can join them while one of the two has not acted yet. Until then, use one alone."
    )


def recognize(claims: Claims, *, at: datetime, language: str = "en") -> Identity:
    """Find the identity that the claims name, or write its person down; refuses who has no address or is suspended."""
    _need_address(claims)
    identity = queries.find_identity(claims.issuer, claims.subject)
    if identity is None:
        return _join(claims, language, at)
    if identity.user.suspended_at is not None:
        raise NotAllowed(N_("This account is suspended. Write to the exchange if you think that is wrong."))
    _refresh(identity, claims, at)
    audit.record("user.sign_in", identity.user.subject, by=identity.user, at=at, audience=PARTIES)
    return identity


def _need_address(claims: Claims) -> None:
    if not claims.addresses:
        raise NotValid(
            N_("%(provider)s knows no verified e-mail address of yours. Verify one there, then begin again.")
        )


def _join(claims: Claims, language: str, at: datetime) -> Identity:
    user = User(
        name=claims.name.strip() or claims.login, email=claims.addresses[0].lower(), language=language, created_at=at
    )
    db.session.add(user)
    db.session.flush()
    identity = _add_identity(user, claims, at)
    _refresh(identity, claims, at)
    audit.record("user.join", user.subject, by=user, at=at, audience=PARTIES)
    return identity


def link_identity(user: User, claims: Claims, *, by: User, at: datetime) -> Identity:
    """Add another identity to a person who signed in with both; refuses one that belongs to somebody else."""
    if by.id != user.id:
        raise NotAllowed
    _need_address(claims)
    identity = queries.find_identity(claims.issuer, claims.subject)
    if identity is not None and identity.user_id != user.id:
        raise BelongsToAnother
    if identity is None:
        identity = _add_identity(user, claims, at)
        audit.record(
            "user.link", user.subject, by=by, at=at, audience=PARTIES, issuer=claims.issuer, login=claims.login
        )
    _refresh(identity, claims, at)
    return identity


def note_same_human(user: User, claims: Claims, *, by: User, at: datetime) -> None:
    """Write down that whoever is signed in as one person also signed in as another; administrators see it."""
    other = queries.find_user_by_identity(claims.issuer, claims.subject)
    if other is not None:
        for one, known_as in ((user, other), (other, user)):
            audit.record("user.same_human", one.subject, by=by, at=at, audience=PARTIES, other=known_as.key)


def unlink_identity(identity: Identity, *, session_key: str, by: User, at: datetime) -> None:
    """Take a way to sign in from a person, with the addresses that it vouched for and the sessions begun by it.

    Refuses the last one, and the one by which the present session began: so the way that stays is one that works.
    """
    user = identity.user
    if by.id != user.id:
        raise NotAllowed
    if len(user.identities) == 1:
        raise NotNow(N_("The last way to sign in cannot be removed. Add another one first."))
    if identity.id == queries.get_session(user, session_key).identity_id:
        raise NotNow(N_("You signed in this way now. Sign in the other way, then remove this one."))
    audit.record(
        "user.unlink", user.subject, by=by, at=at, audience=PARTIES, issuer=identity.issuer, login=identity.shown_name
    )  # fmt: skip
    db.session.execute(delete(PersonSession).where(PersonSession.identity_id == identity.id))
    for email in [email for email in user.emails if email.identity_id == identity.id]:
        user.emails.remove(email)
        db.session.delete(email)
    db.session.flush()
    user.identities.remove(identity)
    db.session.delete(identity)
    db.session.flush()
    _keep_mail_arriving(user)


def _keep_mail_arriving(user: User) -> None:
    left = [email.address for email in user.emails]
    if left and user.email.lower() not in left:
        user.email = left[0]


def _add_identity(user: User, claims: Claims, at: datetime) -> Identity:
    identity = Identity(
        user=user, issuer=claims.issuer, subject=claims.subject, shown_name=claims.login, linked_at=at, last_used_at=at
    )  # fmt: skip
    db.session.add(identity)
    db.session.flush()
    return identity


def _refresh(identity: Identity, claims: Claims, at: datetime) -> None:
    """Take over what the provider says today: the login, and which addresses are verified; it vouches for them now."""
    identity.shown_name, identity.last_used_at = claims.login, at
    user = identity.user
    vouched = {address.lower() for address in claims.addresses}
    _take_from_others(identity, vouched)
    known = {email.address for email in user.emails}
    for email in list(user.emails):
        if email.address in vouched:
            email.verified_at, email.identity_id = at, identity.id
        elif email.identity_id == identity.id:
            user.emails.remove(email)
            db.session.delete(email)
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
