"""The payment: where a supplier is paid, how a department pays, and each try to pay."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.audit import Subject
from app.core.db import Base, Identifier, Keyed, Row, Stateful, unique_while
from auth.models import Department, User
from contracts.gateway import Standing
from contracts.models.agreement import Milestone

ATTEMPT_STATES = (
    "ordered",
    "sent",
    "processing",
    "needs_action",
    "settled",
    "failed",
    "refunded",
    "disputed",
)
_UNDER_WAY = "state in ('ordered', 'sent', 'processing', 'needs_action', 'settled', 'disputed')"


class PayeeAccount(Row, Base):
    """Where a developer or organization is paid: their account at the payment provider."""

    __tablename__ = "payee_account"
    __table_args__ = (
        CheckConstraint("(user_id is null) <> (organization_id is null)", name="owner"),
        CheckConstraint("standing in ('ready', 'incomplete', 'under_review', 'refused')", name="standing"),
    )

    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), unique=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), unique=True)
    provider: Mapped[str]
    reference: Mapped[str]
    standing: Mapped[str]
    requirements: Mapped[list[Any]] = mapped_column(default=list)
    checked_at: Mapped[datetime]

    @property
    def ready(self) -> bool:
        """The provider pays it."""
        return self.standing == Standing.READY


class Payer(Row, Base):
    """How a department pays: by a method saved at the payment provider, or each payment on a page of the provider."""

    __tablename__ = "payer"
    __table_args__ = (CheckConstraint("(saved_at is null) = (saved_by_id is null)", name="saved"),)

    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), unique=True)
    provider: Mapped[str]
    reference: Mapped[str]
    method: Mapped[str] = mapped_column(default="")
    label: Mapped[str] = mapped_column(default="")
    on_page: Mapped[bool] = mapped_column(default=False)
    saved_at: Mapped[datetime | None]
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    department: Mapped[Department] = relationship()
    saved_by: Mapped[User | None] = relationship()

    @property
    def ready(self) -> bool:
        """The department has said how it pays."""
        return self.on_page or bool(self.method)


class PaymentAttempt(Keyed, Row, Stateful, Base):
    """One try to pay a milestone; the order is this row first, carried out later by the worker."""

    __tablename__ = "payment_attempt"
    __table_args__ = (
        UniqueConstraint("milestone_id", "number"),
        CheckConstraint("state in ({})".format(", ".join(f"'{state}'" for state in ATTEMPT_STATES)), name="state"),
        CheckConstraint("amount_cents > 0 and tax_cents >= 0", name="amounts"),
        CheckConstraint("fee_cents >= 0 and fee_cents < amount_cents", name="fee"),
        unique_while(_UNDER_WAY, "ix_payment_attempt_one", "milestone_id"),
        Index("ix_payment_attempt_due", "state", "due_at"),
    )

    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestone.id"))
    number: Mapped[int]
    amount_cents: Mapped[int] = mapped_column(Identifier)
    tax_cents: Mapped[int] = mapped_column(Identifier)
    provider: Mapped[str]
    payee: Mapped[str]
    payer: Mapped[str] = mapped_column(default="", server_default="")
    method: Mapped[str] = mapped_column(default="", server_default="")
    fee_cents: Mapped[int] = mapped_column(Identifier, default=0, server_default="0")
    reference: Mapped[str] = mapped_column(default="")
    failure: Mapped[str] = mapped_column(default="")
    action_url: Mapped[str] = mapped_column(default="")
    ordered_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    ordered_at: Mapped[datetime]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(Integer, default=0)
    sent_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    disputed_at: Mapped[datetime | None]
    refunded_at: Mapped[datetime | None]
    milestone: Mapped[Milestone] = relationship(back_populates="attempts")
    ordered_by: Mapped[User] = relationship()

    @property
    def subject(self) -> Subject:
        """What the log says an event about this payment is about."""
        of = self.milestone.subject
        return Subject("payment", self.id, of.procurement, of.department_id, of.person_id, of.organization_id)
