"""The audit log: one append-only event for each act, with who may see it when.

Updates, deletes and truncation are refused by triggers; no foreign keys, so that nothing can cascade into it.
Nothing sealed ever enters it.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import CheckConstraint, ColumnElement, Index, Integer, Select, and_, func, insert, or_, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from app.core.commitments import commit
from app.core.db import Base, Identifier, Row, columns, db, insert_new

PUBLIC = "public"
FROM_OPENING = "opening"
FROM_AWARD = "award"
PARTIES = "parties"

ATTEMPT = "attempt.refused"
MOST_ATTEMPTS = 10
ONE_MINUTE = timedelta(minutes=1)


class Actor(Protocol):
    """Who acts: a person, or the exchange itself."""

    @property
    def id(self) -> int | None:
        """The person's number; none for the exchange itself."""

    @property
    def name(self) -> str:
        """The name that the log keeps."""


@dataclass(frozen=True)
class System:
    """The exchange acting by itself, by the clock or on a provider's notice."""

    name: str
    id: None = None


CLOCK = System("clock")


@dataclass(frozen=True)
class Subject:
    """What an event is about, and who besides the public are its parties."""

    kind: str
    id: int
    procurement: str | None = None
    department_id: int | None = None
    person_id: int | None = None
    organization_id: int | None = None


class Event(Row, Base):
    """One act: who, what, when, on which procurement, before, after, and who may see it when."""

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("audience in ('public', 'opening', 'award', 'parties')", name="audience"),
        Index("ix_event_procurement", "procurement", "id"),
        Index("ix_event_subject", "kind", "subject_id"),
        Index("ix_event_action", "action", "id"),
    )

    at: Mapped[datetime]
    action: Mapped[str]
    actor_id: Mapped[int | None] = mapped_column(Identifier)
    actor_name: Mapped[str]
    kind: Mapped[str]
    subject_id: Mapped[int] = mapped_column(Identifier)
    procurement: Mapped[str | None]
    department_id: Mapped[int | None] = mapped_column(Identifier)
    person_id: Mapped[int | None] = mapped_column(Identifier)
    organization_id: Mapped[int | None] = mapped_column(Identifier)
    before: Mapped[str | None]
    after: Mapped[str | None]
    facts: Mapped[dict[str, Any]]
    audience: Mapped[str]
    reveals: Mapped[str | None]
    salt: Mapped[str]
    commitment: Mapped[str]


_WRITTEN = tuple(column.name for column in Event.__table__.c if column.name != "id")
_WRITING = insert(Event).returning(Event.id)


class EventNumber(Base):
    """The order in which committed events are read; given out by the sequencer alone."""

    __tablename__ = "event_number"

    number: Mapped[int] = mapped_column(Identifier, primary_key=True)
    event_id: Mapped[int] = mapped_column(Identifier, unique=True)


class Cursor(Base):
    """How far a reader of the log has come."""

    __tablename__ = "cursor"

    name: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Integer, default=0)


def moment_of(at: datetime) -> str:
    """Write a moment (UTC) as the log does, to the microsecond."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def public_form(event: Event) -> dict[str, Any]:
    """Give what an outsider checks of an event once it may be seen."""
    return {
        "action": event.action,
        "actor": event.actor_name,
        "after": event.after,
        "at": moment_of(event.at),
        "before": event.before,
        "facts": event.facts,
        "kind": event.kind,
        "procurement": event.procurement,
    }


def record(
    action: str,
    subject: Subject,
    *,
    by: Actor,
    at: datetime,
    audience: str = PUBLIC,
    before: str | None = None,
    after: str | None = None,
    reveals: str | None = None,
    **facts: Any,
) -> Event:
    """Write the event of an act into the act's own transaction; what is given back stands alone, nothing edits it.

    `audience` fixes who may see it when; `reveals` names the stage (opening, award) that this event begins.
    """
    event = Event(
        at=at,
        action=action,
        actor_id=by.id,
        actor_name=by.name,
        kind=subject.kind,
        subject_id=subject.id,
        procurement=subject.procurement,
        department_id=subject.department_id,
        person_id=subject.person_id,
        organization_id=subject.organization_id,
        before=before,
        after=after,
        facts=facts,
        audience=audience,
        reveals=reveals,
        salt=secrets.token_hex(16),
        commitment="",
    )
    event.commitment = commit(event.salt, public_form(event)).hex()
    event.id = columns(_WRITING, **{name: getattr(event, name) for name in _WRITTEN}).scalar_one()
    return event


def attempt(page: str, department_id: int | None = None, *, by: Actor, at: datetime) -> Event | None:
    """Write that somebody was refused at something sealed; which, and whether it exists, is not written.

    `department_id` is known where the address names an opportunity: that department's officers see the attempt.
    At most `MOST_ATTEMPTS` a minute for each person (visitors count as one); the rest of a flood is not written.
    """
    recent = (
        select(func.count())
        .select_from(Event)
        .where(Event.action == ATTEMPT, Event.actor_id.is_not_distinct_from(by.id), Event.at > at - ONE_MINUTE)
    )
    if (db.session.scalar(recent) or 0) >= MOST_ATTEMPTS:
        return None
    subject = Subject("attempt", by.id or 0, department_id=department_id)
    return record(ATTEMPT, subject, by=by, at=at, audience=PARTIES, page=page)


@dataclass(frozen=True)
class Reader:
    """Whose eyes look at the log: their number, organizations, and departments in which they hold a role."""

    person_id: int | None = None
    organization_ids: frozenset[int] = frozenset()
    department_ids: frozenset[int] = frozenset()


def visible_to(reader: Reader) -> ColumnElement[bool]:
    """Say in SQL which events a reader may see now."""
    revealing = aliased(Event)
    stage_reached = (
        select(revealing.id)
        .where(revealing.procurement == Event.procurement, revealing.reveals == Event.audience)
        .exists()
    )
    party = or_(
        and_(Event.person_id.is_not(None), Event.person_id == reader.person_id),
        Event.organization_id.in_(sorted(reader.organization_ids)),
        Event.department_id.in_(sorted(reader.department_ids)),
    )
    return or_(Event.audience == PUBLIC, stage_reached, party)


def history(procurement: str, reader: Reader) -> Select[Event]:
    """Select a procurement's events that a reader may see, oldest first."""
    return select(Event).where(Event.procurement == procurement, visible_to(reader)).order_by(Event.id)


def hold(name: str) -> Cursor:
    """Take a reader's cursor for the rest of the transaction; another worker waits for it."""
    insert_new(Cursor, [{"name": name, "number": 0}])
    held = select(Cursor).where(Cursor.name == name).with_for_update()
    return db.session.scalars(held.execution_options(populate_existing=True)).one()


def read_on(cursor: Cursor, limit: int) -> list[Event]:
    """Give the next numbered events after a cursor that is held, in their order, and move it behind them."""
    following = (
        select(EventNumber.number, Event)
        .join(Event, Event.id == EventNumber.event_id)
        .where(EventNumber.number > cursor.number)
        .order_by(EventNumber.number)
        .limit(limit)
    )
    found = db.session.execute(following).all()
    if found:
        cursor.number = found[-1][0]
    return [event for _number, event in found]


def number_events(limit: int = 10_000) -> int:
    """Give the next numbers to committed events that have none; the sequencer's whole work. Returns how many."""
    hold("sequencer")
    unnumbered = select(Event.id).where(~select(EventNumber.event_id).where(EventNumber.event_id == Event.id).exists())
    ids = db.session.scalars(unnumbered.order_by(Event.id).limit(limit)).all()
    last = db.session.scalar(select(func.coalesce(func.max(EventNumber.number), 0))) or 0
    db.session.add_all(EventNumber(number=last + step, event_id=event_id) for step, event_id in enumerate(ids, 1))
    db.session.flush()
    return len(ids)
