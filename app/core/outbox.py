"""Notifications are rows first, written by the act in its own transaction, and sent later by the worker.

Each (person, event) surely once: a unique key keeps a second one out, a lease keeps two workers apart, and the
Message-ID made of the row's key stays the same if a crash falls between the mail server's yes and our commit.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import CheckConstraint, Index, Integer, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core.audit import Event
from app.core.db import Base, Identifier, Keyed, Row, db
from app.core.render import renderer

EVERYTHING = "*"


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
    """One message to one recipient: what it says, and how far its sending has come."""

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("event_id", "address", "kind"),
        CheckConstraint("language in ('en', 'fr')", name="language"),
        Index("ix_notification_due", "sent_at", "failed_at", "withheld_at", "due_at"),
        Index("ix_notification_recipient", "recipient_id", "id"),
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


class Suppression(Row, Base):
    """An address that asked not to hear (of one kind, or at all), or that bounced."""

    __tablename__ = "suppression"
    __table_args__ = (UniqueConstraint("address", "kind"),)

    address: Mapped[str]
    kind: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]


def post(kind: str, *, to: Recipient, event: Event, **facts: Any) -> Notification | None:
    """Write one notification (`package/name`) about an event to one recipient, in their language.

    Returns None when this recipient was already told of this event in this kind.
    """
    told = select(Notification.id).filter_by(event_id=event.id, address=to.email, kind=kind)
    if db.session.scalar(told) is not None:
        return None
    letter = renderer.letter(kind, to.language, {"name": to.name, "at": event.at, **facts})
    notification = Notification(
        kind=kind,
        event_id=event.id,
        recipient_id=to.id,
        address=to.email,
        language=to.language,
        subject=letter.subject,
        body=letter.body,
        created_at=event.at,
        due_at=event.at,
        withheld_at=event.at if is_suppressed(to.email, kind) else None,
    )
    db.session.add(notification)
    db.session.flush()
    return notification


def is_suppressed(address: str, kind: str) -> bool:
    """Say whether an address asked not to hear of this kind, or at all."""
    asked = select(Suppression.id).where(
        Suppression.address == address, or_(Suppression.kind == kind, Suppression.kind == EVERYTHING)
    )
    return db.session.scalar(asked.limit(1)) is not None
