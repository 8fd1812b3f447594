"""An evaluation, its proponents, and what is said to them and settled about them between opening and decision."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.audit import Subject
from app.core.db import Base, Identifier, Keyed, Row, Stateful, unique_while
from auth.models import User
from opportunities.models import Opportunity, Stage
from proposals.models import Proposal


class Evaluation(Row, Stateful, Base):
    """The judging of one opportunity: begun by two people's opening, then scored round by round, locked, decided.

    `round` counts from 1: what the panel judges in one reading. The last one ends with quality locked. `screenings`
    keeps the lines of each earlier round as they were when it ended.
    """

    __tablename__ = "evaluation"
    __table_args__ = (
        CheckConstraint("state in ('opening', 'scoring', 'agreeing', 'locked', 'decided', 'ended')", name="state"),
        CheckConstraint("second_opener_id is null or second_opener_id <> first_opener_id", name="openers"),
        CheckConstraint("(second_opener_id is null) = (opened_at is null)", name="opened"),
        CheckConstraint("round >= 1", name="round"),
    )

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"), unique=True)
    first_opener_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    first_opened_at: Mapped[datetime]
    second_opener_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    opened_at: Mapped[datetime | None]
    seed: Mapped[str] = mapped_column(default="")
    round: Mapped[int] = mapped_column(default=1)
    screenings: Mapped[list[Any]] = mapped_column(default=list)
    locked_at: Mapped[datetime | None]
    award_draft: Mapped[dict[str, Any]] = mapped_column(default=dict)

    opportunity: Mapped[Opportunity] = relationship()
    first_opener: Mapped[User] = relationship(foreign_keys=[first_opener_id])
    second_opener: Mapped[User | None] = relationship(foreign_keys=[second_opener_id])
    proponents: Mapped[list["Proponent"]] = relationship(back_populates="evaluation", order_by="Proponent.number")

    @property
    def subject(self) -> Subject:
        """What the log says an event about this evaluation is about."""
        return Subject(
            "evaluation",
            self.id,
            procurement=self.opportunity.ocid,
            department_id=self.opportunity.department_id,
        )


class Proponent(Keyed, Row, Base):
    """A proposal as the panel sees it: a number from a shuffle; its price is written only when quality is locked.

    `rounds_passed` says how far it came: a screening is decided once, by what was known then, and is not undone.
    """

    __tablename__ = "proponent"
    __table_args__ = (
        UniqueConstraint("evaluation_id", "number"),
        CheckConstraint("price_cents >= 0", name="price"),
        CheckConstraint("rounds_passed >= 0", name="rounds_passed"),
    )

    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id"))
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), unique=True)
    number: Mapped[int]
    price_cents: Mapped[int | None] = mapped_column(Identifier)
    rounds_passed: Mapped[int] = mapped_column(default=0)

    evaluation: Mapped[Evaluation] = relationship(back_populates="proponents")
    proposal: Mapped[Proposal] = relationship()


class Invitation(Row, Base):
    """When and where a proponent comes to a challenge or an interview; a later invitation replaces an earlier one."""

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("proponent_id", "stage_id", "revision"),
        unique_while("not superseded", "ix_invitation_standing", "proponent_id", "stage_id"),
    )

    proponent_id: Mapped[int] = mapped_column(ForeignKey("proponent.id"))
    stage_id: Mapped[int] = mapped_column(ForeignKey("stage.id"))
    revision: Mapped[int]
    superseded: Mapped[bool] = mapped_column(default=False)
    starts_at: Mapped[datetime]
    place: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    proponent: Mapped[Proponent] = relationship()
    stage: Mapped[Stage] = relationship()


attendee = Table(
    "meeting_attendee",
    Base.metadata,
    Column("meeting_id", Identifier, ForeignKey("meeting.id"), primary_key=True),
    Column("user_id", Identifier, ForeignKey("user.id"), primary_key=True),
)


class Meeting(Row, Base):
    """A consensus meeting of the panel on one round: when, and who attended."""

    __tablename__ = "meeting"
    __table_args__ = (Index("ix_meeting_evaluation", "evaluation_id", "round", "id"),)

    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id"))
    round: Mapped[int]
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    evaluation: Mapped[Evaluation] = relationship()
    attendees: Mapped[list[User]] = relationship(secondary=attendee, order_by=User.id)


class Explanation(Row, Base):
    """A bidder's explanation of an abnormally low price: asked for by an officer, answered once by the bidder."""

    __tablename__ = "explanation"
    __table_args__ = (
        CheckConstraint("(answered_at is null) = (answered_by_id is null)", name="answered"),
        Index("ix_explanation_proponent", "proponent_id", unique=True),
    )

    proponent_id: Mapped[int] = mapped_column(ForeignKey("proponent.id"))
    request: Mapped[str]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    answered_at: Mapped[datetime | None]
    proponent: Mapped[Proponent] = relationship()
