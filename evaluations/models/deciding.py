"""The decision: awards, the wording of debriefs, and questions about them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.audit import Subject
from app.core.db import Base, Identifier, Keyed, Row, Stateful, unique_while
from auth.models import User
from evaluations.models.judging import Agreement, Score
from evaluations.models.proceedings import Proponent
from opportunities.models import Opportunity


class Award(Keyed, Row, Stateful, Base):
    """The decision for one proponent, with its reasons and the ranking it rests on; one is live for each place.

    Most plans have one place; a prize challenge has as many as it states, each with its amount. Its reasons are in
    `language`, the one in which they were typed ("" where it is not known).
    """

    __tablename__ = "award"
    __table_args__ = (
        CheckConstraint("state in ('proposed', 'made', 'declined', 'refused')", name="state"),
        CheckConstraint("value_cents > 0", name="value"),
        CheckConstraint("place between 1 and winners", name="place"),
        CheckConstraint("second_officer_id is null or second_officer_id <> by_id", name="second"),
        unique_while("state in ('proposed', 'made')", "ix_award_one_live", "opportunity_id", "place"),
        unique_while("state in ('proposed', 'made')", "ix_award_one_each", "proponent_id"),
    )

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"))
    proponent_id: Mapped[int] = mapped_column(ForeignKey("proponent.id"))
    place: Mapped[int] = mapped_column(default=1)
    winners: Mapped[int] = mapped_column(default=1)
    rank: Mapped[int]
    value_cents: Mapped[int] = mapped_column(Identifier)
    reason: Mapped[str]
    language: Mapped[str] = mapped_column(default="")
    departure_reason: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    second_officer_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime | None]
    refused_because: Mapped[str] = mapped_column(default="")
    plan_hash: Mapped[str]
    ranking: Mapped[dict[str, Any]]

    opportunity: Mapped[Opportunity] = relationship()
    proponent: Mapped[Proponent] = relationship()
    by: Mapped[User] = relationship(foreign_keys=[by_id])
    second_officer: Mapped[User | None] = relationship(foreign_keys=[second_officer_id])

    @property
    def subject(self) -> Subject:
        """What the log says an event about this award is about."""
        return Subject(
            "award", self.id, procurement=self.opportunity.ocid, department_id=self.opportunity.department_id
        )


class WithheldPrize(Row, Base):
    """A prize that an officer leaves without a winner, and why; taken back when a second officer refuses the award."""

    __tablename__ = "withheld_prize"
    __table_args__ = (
        CheckConstraint("place >= 1", name="place"),
        unique_while("not taken_back", "ix_withheld_prize_standing", "opportunity_id", "place"),
    )

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"))
    place: Mapped[int]
    reason: Mapped[str]
    language: Mapped[str] = mapped_column(default="")
    taken_back: Mapped[bool] = mapped_column(default=False)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    opportunity: Mapped[Opportunity] = relationship()


class Wording(Row, Base):
    """An officer's wording of one rationale, for the debrief; the evaluator's own words stay where they are."""

    __tablename__ = "wording"
    __table_args__ = (
        CheckConstraint("(score_id is null) <> (agreement_id is null)", name="one_rationale"),
        *(unique_while("not superseded", f"ix_wording_{of}", f"{of}_id") for of in ("score", "agreement")),
    )

    score_id: Mapped[int | None] = mapped_column(ForeignKey("score.id"))
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"))
    text: Mapped[str]
    superseded: Mapped[bool] = mapped_column(default=False)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    score: Mapped[Score | None] = relationship()
    agreement: Mapped[Agreement | None] = relationship()


class DebriefQuestion(Keyed, Row, Base):
    """A bidder's question about their debrief, and the department's answer to them alone."""

    __tablename__ = "debrief_question"
    __table_args__ = (
        CheckConstraint("(answered_at is null) = (answered_by_id is null)", name="answered"),
        Index("ix_debrief_question_proponent", "proponent_id", "id"),
    )

    proponent_id: Mapped[int] = mapped_column(ForeignKey("proponent.id"))
    asker_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    body: Mapped[str]
    asked_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    answered_at: Mapped[datetime | None]
    proponent: Mapped[Proponent] = relationship()
    asker: Mapped[User] = relationship(foreign_keys=[asker_id])
