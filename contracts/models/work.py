"""The work: deliveries, what they hand over, and what the two sides write to each other about it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Keyed, Row
from auth.models import User
from contracts.models.agreement import Milestone


class Delivery(Row, Base):
    """One delivery: note, evidence and the invoice it makes; then its acceptance or return.

    Accepted in part, it keeps the invoice that it first made as `whole_invoice`.
    """

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
    invoice: Mapped[dict[str, Any]]
    whole_invoice: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    decision: Mapped[str] = mapped_column(default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]
    reasons: Mapped[str] = mapped_column(default="")

    milestone: Mapped[Milestone] = relationship(back_populates="deliveries")
    by: Mapped[User] = relationship(foreign_keys=[by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    evidence: Mapped[list["Evidence"]] = relationship(back_populates="delivery", order_by="Evidence.position")
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


class Evidence(Row, Base):
    """A link that shows the work, and what GitHub said of it when it was last asked.

    `host` is empty for an address that is not shaped like GitHub's: nobody is asked about it. `due_at` is when to ask.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint("delivery_id", "position"),
        CheckConstraint("kind in ('pull_request', 'commit', 'release', 'issue', 'link')", name="kind"),
        CheckConstraint("standing in ('unchecked', 'found', 'missing')", name="standing"),
        CheckConstraint("(standing = 'unchecked') = (checked_at is null)", name="checked"),
        Index("ix_evidence_due", "due_at"),
        Index("ix_evidence_names", "repository", "kind", "reference"),
    )

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"))
    position: Mapped[int]
    url: Mapped[str]
    kind: Mapped[str]
    host: Mapped[str] = mapped_column(default="")
    repository: Mapped[str] = mapped_column(default="")
    reference: Mapped[str] = mapped_column(default="")
    standing: Mapped[str] = mapped_column(default="unchecked")
    outcome: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(default="")
    person: Mapped[str] = mapped_column(default="")
    happened_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(Integer, default=0)

    delivery: Mapped[Delivery] = relationship(back_populates="evidence")


class GitHubNotice(Row, Base):
    """A signed notice of GitHub's that was read, by its delivery id, so that it is read once."""

    __tablename__ = "github_notice"

    delivery: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]


class MilestoneComment(Keyed, Row, Base):
    """What one side of a contract wrote to the other about a milestone."""

    __tablename__ = "milestone_comment"
    __table_args__ = (
        CheckConstraint("side in ('supplier', 'department')", name="side"),
        Index("ix_milestone_comment_milestone", "milestone_id", "id"),
    )

    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestone.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    side: Mapped[str]
    body: Mapped[str]

    milestone: Mapped[Milestone] = relationship()
    by: Mapped[User] = relationship()


class Reminder(Row, Base):
    """That somebody was reminded of a delivery: to answer it, to pay it, or that its payment is late; each once."""

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("delivery_id", "kind"),
        CheckConstraint("kind in ('answer', 'pay', 'late')", name="kind"),
    )

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"))
    kind: Mapped[str]
    at: Mapped[datetime]

    delivery: Mapped[Delivery] = relationship()
