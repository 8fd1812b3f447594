"""Who may be one human with another: what administrators are shown; nobody is ever joined by it alone."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.core.audit import ATTEMPT, Event
from app.core.db import db
from auth.models import Appointment, Email, Membership, User

SAME_HUMAN = "user.same_human"
ARRIVING = (
    "user.join", "user.sign_in", "user.link", "user.unlink", "user.introduce", "user.edit_profile",
    "user.end_session", "user.end_other_sessions", "terms.accept", SAME_HUMAN, ATTEMPT,
)  # fmt: skip
"""What a person may have done here without having acted: they came, and said who they are."""


@dataclass(frozen=True)
class Likeness:
    """Another person who may be the same human: by a verified address, or, proven, by signing in as both."""

    user: User
    address: str = ""
    proven: bool = False


def likenesses_of(user: User) -> list[Likeness]:
    """List who else may be this person, the proven first."""
    proven = _signed_in_as_both(user)
    mine, theirs = aliased(Email), aliased(Email)
    sharing = (
        select(User, mine.address)
        .join(theirs, theirs.user_id == User.id)
        .join(mine, mine.address == theirs.address)
        .where(mine.user_id == user.id, theirs.user_id != user.id)
        .order_by(User.id, mine.address)
    )
    shared = {other.id: Likeness(other, address) for other, address in db.session.execute(sharing)}
    return [
        *(Likeness(other, shared[other.id].address if other.id in shared else "", proven=True) for other in proven),
        *(one for number, one in shared.items() if number not in {other.id for other in proven}),
    ]


def one_human(person_id: int) -> frozenset[int]:
    """Number every person proven to be the same human as one, that one included: somebody signed in as both."""
    said = select(Event.facts).where(
        Event.action == SAME_HUMAN, Event.kind == "user", Event.subject_id == person_id
    )  # fmt: skip
    keys = {facts["other"] for facts in db.session.scalars(said)}
    others = db.session.scalars(select(User.id).where(User.key.in_(keys))) if keys else ()
    return frozenset({person_id, *others})


def _signed_in_as_both(user: User) -> list[User]:
    said = select(Event.facts).where(Event.action == SAME_HUMAN, Event.kind == "user", Event.subject_id == user.id)
    keys = {facts["other"] for facts in db.session.scalars(said)}
    known = select(User).where(User.key.in_(keys), User.suspended_at.is_(None)).order_by(User.id)
    return list(db.session.scalars(known)) if keys else []


def sharing_an_address(people: Iterable[str]) -> frozenset[str]:
    """Name, of these people's keys, those who share a verified address with anybody."""
    twice = select(Email.address).group_by(Email.address).having(func.count() > 1)
    found = select(User.key).join(Email, Email.user_id == User.id).where(
        User.key.in_(list(people)), Email.address.in_(twice)
    )  # fmt: skip
    return frozenset(db.session.scalars(found))


def has_acted(user: User) -> bool:
    """Say whether a person has done more here than arrive: an act, a role or a place in an organization."""
    acts = select(Event.id).where(Event.actor_id == user.id, Event.action.not_in(ARRIVING))
    roles = select(Appointment.id).where(Appointment.user_id == user.id)
    places = select(Membership.id).where(Membership.user_id == user.id)
    return any(db.session.scalar(one.limit(1)) is not None for one in (acts, roles, places))
