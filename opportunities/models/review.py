"""What is decided before publication: finance's certificate, the officer's comments and decisions."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identifier, Keyed, Row
from auth.models import User

if TYPE_CHECKING:
    from opportunities.models import Opportunity


class Certificate(Row, Base):
    """Finance's certificate that the money is there (Financial Administration Act, s. 32)."""

    __tablename__ = "certificate"
    __table_args__ = (CheckConstraint("amount_cents > 0", name="amount"),)

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"), index=True)
    amount_cents: Mapped[int] = mapped_column(Identifier)
    fund_code: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    opportunity: Mapped["Opportunity"] = relationship(back_populates="certificates")
    by: Mapped[User] = relationship()


class Review(Row, Base):
    """An officer's decision on a draft: approved, or sent back with what to change; with the text as it was then."""

    __tablename__ = "review"
    __table_args__ = (CheckConstraint("decision in ('approved', 'changes')", name="decision"),)

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"), index=True)
    decision: Mapped[str]
    message: Mapped[str] = mapped_column(default="")
    snapshot: Mapped[dict[str, Any]]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    opportunity: Mapped["Opportunity"] = relationship(back_populates="reviews")
    by: Mapped[User] = relationship()


class Comment(Keyed, Row, Base):
    """A reviewer's comment on one page of a draft; settled by those who write it, with an answer if they give one."""

    __tablename__ = "comment"
    __table_args__ = (CheckConstraint("(settled_at is null) = (settled_by_id is null)", name="settled"),)

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"), index=True)
    page: Mapped[str]
    body: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="")
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    opportunity: Mapped["Opportunity"] = relationship(back_populates="comments")
    by: Mapped[User] = relationship(foreign_keys=[by_id])
    settled_by: Mapped[User | None] = relationship(foreign_keys=[settled_by_id])
