"""Releases made together: the batch, and what became of each milestone chosen for it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.audit import Subject
from app.core.db import Base, Keyed, Row
from auth.models import Department, User
from contracts.models.agreement import Milestone
from contracts.models.payment import PaymentAttempt


class ReleaseBatch(Keyed, Row, Base):
    """Payments of a department that one person in finance released together (s. 33); `key` is the check page's own."""

    __tablename__ = "release_batch"
    __table_args__ = (UniqueConstraint("department_id", "number"),)

    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    number: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]

    department: Mapped[Department] = relationship()
    by: Mapped[User] = relationship()
    lines: Mapped[list["BatchLine"]] = relationship(back_populates="batch", order_by="BatchLine.id")

    @property
    def subject(self) -> Subject:
        """What the log says an event about this batch is about."""
        return Subject("batch", self.id, department_id=self.department_id)


class BatchLine(Row, Base):
    """One milestone of a batch: the payment that was ordered, or why it was refused."""

    __tablename__ = "batch_line"
    __table_args__ = (
        UniqueConstraint("batch_id", "milestone_id"),
        CheckConstraint("(attempt_id is null) = (refused_because <> '')", name="outcome"),
    )

    batch_id: Mapped[int] = mapped_column(ForeignKey("release_batch.id"))
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestone.id"), index=True)
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("payment_attempt.id"), unique=True)
    refused_because: Mapped[str] = mapped_column(default="")

    batch: Mapped[ReleaseBatch] = relationship(back_populates="lines")
    milestone: Mapped[Milestone] = relationship()
    attempt: Mapped[PaymentAttempt | None] = relationship()
