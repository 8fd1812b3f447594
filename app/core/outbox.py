"""Notifications are rows first, written by the act in its own transaction, and sent later by the worker.

Each (person, event) surely once: a unique key keeps a second one out, a lease keeps two workers apart, and the
Message-ID made of the row's key stays the same if a crash falls between the mail server's yes and our commit.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Protocol

from sqlalchemy import (
    BindParameter,
    CheckConstraint,
    ColumnElement,
    Executable,
    Index,
    Integer,
    Select,
    UniqueConstraint,
    and_,
    bindparam,
    case,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.audit import Event
from app.core.db import Base, Identifier, Keyed, Moment, Row, columns, db, inserting, random_key
from app.core.render import Letter, renderer

EVERYTHING = "*"
NAME = "\ue000"
"""Stands for a recipient's name in a text that is drawn once for many."""


class Recipient(Protocol):
    """Who is told: a person, or an address alone."""

    @property
    def id(self) -> int | None:
        """The person's number; none for an address alone."""

    @property
    def name(self) -> str:
        """How they are greeted."""

    @property
    def email(self) -> str:
        """Where the mail goes."""

    @property
    def language(self) -> str:
        """In which language they read."""


@dataclass(frozen=True)
class Address:
    """A recipient without an account."""

    email: str
    language: str
    name: str = ""
    id: None = None


class Notification(Keyed, Row, Base):
    """One message to one recipient: what it says, and how far its sending has come.

    `stops` is the key of the one subscription that the link at its foot ends; without it the link ends its kind.
    """

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("event_id", "address", "kind"),
        CheckConstraint("language in ('en', 'fr')", name="language"),
        Index("ix_notification_due", "sent_at", "failed_at", "withheld_at", "due_at"),
        Index("ix_notification_recipient", "recipient_id", "created_at", "id"),
        Index("ix_notification_address", "address", "id"),
    )

    kind: Mapped[str]
    event_id: Mapped[int | None] = mapped_column(Identifier)
    recipient_id: Mapped[int | None] = mapped_column(Identifier)
    address: Mapped[str]
    language: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    withheld_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    stops: Mapped[str | None]


class Suppression(Row, Base):
    """An address that asked not to hear (of one kind, or at all), or that bounced."""

    __tablename__ = "suppression"
    __table_args__ = (UniqueConstraint("address", "kind"),)

    address: Mapped[str]
    kind: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]


def post(kind: str, *, to: Recipient, event: Event, stops: str | None = None, **facts: Any) -> int | None:
    """Write one notification (`package/name`) about an event to one recipient, in their language; give its number.

    Returns None when this recipient was already told of this event in this kind.
    """
    letter = renderer.letter(kind, to.language, {"name": to.name, "at": event.at, **facts})
    one = To(to.email, to.language, to.name, to.id, stops=stops)
    number: int | None = columns(_writing(db.engine.dialect.name, one=True), **_row(kind, one, letter, event)).scalar()
    return number


@dataclass(frozen=True)
class To:
    """One of many who are told the same: `why` they are told chooses the words, `stops` is as on the notification."""

    email: str
    language: str
    name: str = ""
    id: int | None = None
    why: str = ""
    stops: str | None = None


def post_all(kind: str, recipients: Iterable[To], *, event: Event, **facts: Any) -> None:
    """Write one notification about an event to each of many, drawn once for each wording; nobody is told twice."""
    letters: dict[tuple[str, str, bool], Letter] = {}
    rows = []
    for to in recipients:
        wording = (to.language, to.why, bool(to.name))
        if wording not in letters:
            given = {"name": NAME if to.name else "", "at": event.at, "why": to.why, **facts}
            letters[wording] = renderer.letter(kind, to.language, given)
        rows.append(_row(kind, to, letters[wording], event))
    if rows:
        db.session.execute(_writing(db.engine.dialect.name, one=False), rows)


@cache
def _writing(_dialect: str, *, one: bool) -> Executable:
    """Write what nobody was told before; what an address asked not to hear is kept back from the start."""
    withheld = case((_asked(bindparam("to"), bindparam("of_kind")).exists(), bindparam("since", type_=Moment)))
    insert = inserting(Notification, withheld_at=withheld)
    return insert.returning(Notification.id) if one else insert


def _row(kind: str, to: To, letter: Letter, event: Event) -> dict[str, Any]:
    name = " ".join(to.name.split())
    return {
        "key": random_key(),
        "kind": kind,
        "event_id": event.id,
        "recipient_id": to.id,
        "address": to.email,
        "language": to.language,
        "subject": letter.subject.replace(NAME, name),
        "body": letter.body.replace(NAME, name),
        "created_at": event.at,
        "due_at": event.at,
        "stops": to.stops,
        "to": to.email,
        "of_kind": kind,
        "since": event.at,
    }


def is_suppressed(address: str, kind: str) -> bool:
    """Say whether an address asked not to hear of this kind, or at all."""
    return db.session.scalar(_asked(address, kind).limit(1)) is not None


def _asked(address: str | BindParameter[str], kind: str | BindParameter[str]) -> Select[int]:
    return select(Suppression.id).where(Suppression.address == address, Suppression.kind.in_((kind, EVERYTHING)))


@dataclass(frozen=True)
class Claimed:
    """A notification that this worker alone may send until its lease ends."""

    id: int
    key: str
    address: str
    language: str
    subject: str
    body: str
    created_at: datetime
    attempts: int


MOST_ATTEMPTS = 12
LONGEST_WAIT = timedelta(hours=6)


def claim(limit: int, *, at: datetime, lease: timedelta) -> list[Claimed]:
    """Take up to `limit` due notifications for one worker; a conditional UPDATE keeps every other worker out."""
    free = and_(
        Notification.sent_at.is_(None),
        Notification.failed_at.is_(None),
        Notification.withheld_at.is_(None),
        Notification.due_at <= at,
        or_(Notification.leased_until.is_(None), Notification.leased_until <= at),
    )
    due = select(Notification.id).where(free).order_by(Notification.due_at, Notification.id).limit(limit)
    taken = (
        update(Notification)
        .where(Notification.id.in_(due), free)
        .values(leased_until=at + lease, attempts=Notification.attempts + 1)
        .returning(*(getattr(Notification, name) for name in Claimed.__dataclass_fields__))
        .execution_options(synchronize_session=False)
    )
    return sorted((Claimed(*row) for row in db.session.execute(taken)), key=lambda letter: letter.id)


def mark_sent(letter: Claimed, *, at: datetime) -> None:
    """Write down that the mail server took it."""
    _settle(letter, sent_at=at, leased_until=None, last_error=None)


def try_later(letter: Claimed, error: str, *, at: datetime) -> None:
    """Write the error down and wait, each time twice as long; after the last attempt give up."""
    if letter.attempts >= MOST_ATTEMPTS:
        _settle(letter, failed_at=at, leased_until=None, last_error=error)
        return
    wait = min(timedelta(minutes=2 ** (letter.attempts - 1)), LONGEST_WAIT)
    _settle(letter, due_at=at + wait, leased_until=None, last_error=error)


def give_up(letter: Claimed, error: str, *, at: datetime) -> None:
    """Write down that the address does not exist, and send nothing there again."""
    _settle(letter, failed_at=at, leased_until=None, last_error=error)
    if not is_suppressed(letter.address, EVERYTHING):
        db.session.add(Suppression(address=letter.address, kind=EVERYTHING, reason="bounced", at=at))


def _settle(letter: Claimed, **values: object) -> None:
    change = update(Notification).where(Notification.id == letter.id).values(**values)
    db.session.execute(change.execution_options(synchronize_session=False))


def addressed_to(person_id: int, addresses: Iterable[str]) -> ColumnElement[bool]:
    """Say in SQL which notifications are a person's: written to them, or to an address alone that is theirs."""
    alone = and_(Notification.recipient_id.is_(None), Notification.address.in_(list(addresses)))
    return or_(Notification.recipient_id == person_id, alone)
