"""An open opportunity, the people around it, and small steps that the tests of this package share."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from app.core import audit, search
from app.core.audit import Actor
from app.core.bilingual import Language
from app.core.db import db, transaction
from app.core.outbox import Notification
from auth.models import Department, User
from opportunities.models import Opportunity
from opportunities.searching import Search
from proposals.models import Proposal
from subscriptions import actions
from subscriptions.models import SavedSearch, Watch
from tests.factories import BEGINNING, make_department, make_opportunity, make_staff, make_user, save


@dataclass
class Story:
    department: Department
    buyer: User
    opportunity: Opportunity


def make_story(**values: Any) -> Story:
    department = make_department()
    buyer = make_staff("buyer", department)
    return Story(department, buyer, make_opportunity(department, buyer, **values))


def make_proposal(opportunity: Opportunity, author: User, state: str = "draft", **values: Any) -> Proposal:
    given = {"created_at": BEGINNING, "updated_at": BEGINNING, "confirmed_edition": opportunity.material_edition}
    sealed = {"content": b"-", "key_for_procurement": b"-", "key_for_author": b"-"}
    sent = {"submitted_at": None if state == "draft" else BEGINNING}
    return save(Proposal(opportunity=opportunity, author=author, state=state, **{**given, **sealed, **sent, **values}))


def alert(email: str, search: Search, often: str = "instant", language: Language = "en") -> SavedSearch:
    """Make a confirmed alert of an address alone."""
    with transaction() as at:
        saved = actions.ask(search, email, often, language, by=None, at=at)
        actions.confirm(saved, at=at)
    db.session.execute(delete(Notification).where(Notification.address == email))
    db.session.commit()
    return saved


def follow(opportunity: Opportunity, person: User) -> Watch:
    with transaction() as at:
        return actions.follow(opportunity, person.email, "en", by=person, at=at)


def happen(action: str, opportunity: Opportunity, *, by: Actor, **facts: Any) -> datetime:
    """Write an act into the log, number it, and tell of it."""
    with transaction() as at:
        if action == "publish":
            search.index(opportunity.id, [opportunity.title, opportunity.summary, opportunity.problem])
        audit.record(f"opportunity.{action}", opportunity.subject, by=by, at=at, **facts)
    tell()
    return at


def tell() -> None:
    with transaction():
        audit.number_events()
    with transaction():
        actions.tell()


def told(kind: str = "%") -> list[tuple[str, str]]:
    """List (address, kind) of the notifications of this package, in the order of addresses."""
    written = select(Notification.address, Notification.kind).where(Notification.kind.like(f"subscriptions/{kind}"))
    rows = db.session.execute(written.order_by(Notification.address, Notification.id))
    return [(address, name.partition("/")[2]) for address, name in rows]


def letters(kind: str) -> list[Notification]:
    wanted = select(Notification).where(Notification.kind == f"subscriptions/{kind}")
    return list(db.session.scalars(wanted.order_by(Notification.id)))


def reach(email: str) -> User:
    return make_user("Robin Roy", email=email)
