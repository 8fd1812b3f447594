"""What an address or a person subscribed to."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from app.core.bilingual import Bilingual
from app.core.db import db
from app.core.errors import NotFound
from app.core.outbox import Notification, Suppression
from auth.models import Department, Email, Skill, User
from opportunities.models import Opportunity
from opportunities.searching import Search
from subscriptions.models import SavedSearch, Watch

Subscription = SavedSearch | Watch


def get_search(key: str) -> SavedSearch:
    """Get an alert by its key, or refuse with NotFound."""
    found = db.session.scalar(select(SavedSearch).where(SavedSearch.key == key))
    if found is None:
        raise NotFound
    return found


def find_watch(key: str) -> Watch | None:
    """Find a followed opportunity by its key."""
    return db.session.scalar(select(Watch).where(Watch.key == key))


def get_watch(key: str) -> Watch:
    """Get a followed opportunity by its key, or refuse with NotFound."""
    found = find_watch(key)
    if found is None:
        raise NotFound
    return found


def find_watch_of(opportunity: Opportunity, address: str, person: User | None = None) -> Watch | None:
    """Find how an address, or a person by whatever address, follows an opportunity."""
    whose = Watch.address == address
    if person is not None:
        whose = or_(whose, Watch.user_id == person.id)
    mine = select(Watch).where(Watch.opportunity_id == opportunity.id, whose)
    return db.session.scalar(mine.order_by(Watch.user_id.is_(None), Watch.id).limit(1))


def is_following(opportunity: Opportunity, person: User | None) -> bool:
    """Say whether a person follows an opportunity."""
    if person is None:
        return False
    live = and_(Watch.confirmed_at.is_not(None), Watch.stopped_at.is_(None))
    mine = select(Watch.id).where(Watch.opportunity_id == opportunity.id, Watch.user_id == person.id, live)
    return db.session.scalar(mine.limit(1)) is not None


def find_same_search(address: str, query: dict[str, Any]) -> SavedSearch | None:
    """Find a live alert of an address that looks for the same."""
    return next((one for one in searches_at(address, confirmed=False) if one.query == query), None)


def searches_at(address: str, person: User | None = None, *, confirmed: bool = True) -> list[SavedSearch]:
    """List the live alerts of an address, and of a person by whatever address, oldest first."""
    whose = SavedSearch.address == address
    if person is not None:
        whose = or_(whose, SavedSearch.user_id == person.id)
    live = select(SavedSearch).where(whose, SavedSearch.stopped_at.is_(None))
    if confirmed:
        live = live.where(SavedSearch.confirmed_at.is_not(None))
    return list(db.session.scalars(live.order_by(SavedSearch.id)))


def watches_at(address: str, person: User | None = None) -> list[Watch]:
    """List what an address, or a person, follows now, oldest first."""
    whose = Watch.address == address
    if person is not None:
        whose = or_(whose, Watch.user_id == person.id)
    live = select(Watch).where(whose, Watch.stopped_at.is_(None), Watch.confirmed_at.is_not(None))
    return list(db.session.scalars(live.order_by(Watch.id)))


def follows_of(person: User) -> list[Watch]:
    """List what a person follows now."""
    return watches_at(person.email, person)


def owner_of(address: str) -> User | None:
    """Find the one person whose verified address this is; none where nobody's or several people's."""
    owners = select(User).join(Email, Email.user_id == User.id).where(Email.address == address)
    found = db.session.scalars(owners.limit(2)).all()
    return found[0] if len(found) == 1 else None


def own_addresses(person: User) -> list[str]:
    """List a person's addresses: the one they are written at first, then the other verified ones."""
    verified = db.session.scalars(select(Email.address).where(Email.user_id == person.id).order_by(Email.id))
    return list(dict.fromkeys(one for one in (person.email, *verified) if one))


def was_written_to(address: str, kinds: tuple[str, ...], since: datetime) -> int:
    """Count the messages of some kinds to an address since a moment."""
    written = select(func.count()).where(
        Notification.address == address, Notification.kind.in_(kinds), Notification.created_at > since
    )
    return db.session.scalar(written) or 0


def switched_off(address: str) -> frozenset[str]:
    """Name the kinds that an address asked not to hear of (`*`: all)."""
    return frozenset(db.session.scalars(select(Suppression.kind).where(Suppression.address == address)))


def names_of(search: Search) -> dict[str, Bilingual]:
    """Name the skills and the department that a search asks for, by their codes."""
    skills = select(Skill.code, Skill.name).where(Skill.code.in_(search.skills))
    departments = select(Department.code, Department.name).where(Department.code == search.department)
    return {code: name for found in (skills, departments) for code, name in db.session.execute(found)}
