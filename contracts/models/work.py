"""The work: deliveries and what they hand over."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Keyed, Row
from auth.models import User
from contracts.models.agreement import Milestone


class Delivery(Row, Base):
    """One delivery: note, evidence and the invoice it makes; then its acceptance or return."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("milestone_id", "number"),
        CheckConstraint("decision in ('', 'accepted', 'returned')", name="decision"),
        CheckConstraint("(decision = '') = (decided_at is null)", name="decided"),
    )

    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestone.id"))
    number: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    note: Mapped[str]
    evidence: Mapped[list[Any]]
    invoice: Mapped[dict[str, Any]]
    decision: Mapped[str] = mapped_column(default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]
    reasons: Mapped[str] = mapped_column(default="")

    milestone: Mapped[Milestone] = relationship(back_populates="deliveries")
    by: Mapped[User] = relationship(foreign_keys=[by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    files: Mapped[list["DeliveredFile"]] = relationship(back_populates="delivery", order_by="DeliveredFile.id")


class DeliveredFile(Keyed, Row, Base):
    """A file handed over with a delivery; its bytes lie in the file store under `stored_as`."""

    __tablename__ = "delivered_file"

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), index=True)
    title: Mapped[str]
    stored_as: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    delivery: Mapped[Delivery] = relationship(back_populates="files")
