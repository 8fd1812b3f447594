"""What a payment provider told or keeps: its notices, refunds, and how its books compare with ours."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.audit import Subject
from app.core.db import Base, Identifier, Keyed, Row, Stateful, unique_while
from auth.models import User
from contracts.models.payment import PaymentAttempt


class ProviderNotice(Row, Base):
    """A notice as it came, once for each of the provider's events; only a hint what to look at."""

    __tablename__ = "provider_notice"
    __table_args__ = (
        UniqueConstraint("provider", "event_id"),
        CheckConstraint("(handled_at is null) = (outcome = '')", name="outcome"),
        Index("ix_provider_notice_due", "handled_at", "due_at"),
    )

    provider: Mapped[str]
    event_id: Mapped[str]
    type: Mapped[str]
    kind: Mapped[str]
    subject: Mapped[str]
    attempt_key: Mapped[str]
    happened_at: Mapped[datetime]
    body: Mapped[str]
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(Integer, default=0)
    handled_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(default="")


class Refund(Keyed, Row, Stateful, Base):
    """One try to have a whole payment back; ordered by finance with a reason, carried out later by the worker."""

    __tablename__ = "refund"
    __table_args__ = (
        UniqueConstraint("attempt_id", "number"),
        CheckConstraint("state in ('ordered', 'sent', 'processing', 'settled', 'failed')", name="state"),
        CheckConstraint("amount_cents > 0", name="amount"),
        unique_while("state <> 'failed'", "ix_refund_one", "attempt_id"),
        Index("ix_refund_due", "state", "due_at"),
    )

    attempt_id: Mapped[int] = mapped_column(ForeignKey("payment_attempt.id"))
    number: Mapped[int]
    amount_cents: Mapped[int] = mapped_column(Identifier)
    reason: Mapped[str]
    reference: Mapped[str] = mapped_column(default="")
    failure: Mapped[str] = mapped_column(default="")
    ordered_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    ordered_at: Mapped[datetime]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(Integer, default=0)
    sent_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    attempt: Mapped[PaymentAttempt] = relationship()
    ordered_by: Mapped[User] = relationship()

    @property
    def subject(self) -> Subject:
        """What the log says an event about this refund is about."""
        of = self.attempt.subject
        return Subject("refund", self.id, of.procurement, of.department_id, of.person_id, of.organization_id)


class Reconciliation(Row, Base):
    """One comparison of our books with the provider's for a period: how many payments, and every difference."""

    __tablename__ = "reconciliation"
    __table_args__ = (Index("ix_reconciliation_provider", "provider", "id"),)

    provider: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime]
    at: Mapped[datetime]
    compared: Mapped[int]
    open: Mapped[int]
    differences: Mapped[list[Any]]
