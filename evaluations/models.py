"""How proposals are judged: opening, panel, declarations, proponents, verdicts, scores, award."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.audit import Subject
from app.core.db import Base, Identifier, Keyed, Row, Stateful
from auth.models import User
from opportunities.models import Criterion, Opportunity
from proposals.models import Proposal


class Evaluation(Row, Stateful, Base):
    """The judging of one opportunity: begun by two people's opening, then scored, locked, decided."""

    __tablename__ = "evaluation"
    __table_args__ = (
        CheckConstraint("state in ('opening', 'scoring', 'locked', 'decided', 'ended')", name="state"),
        CheckConstraint("second_opener_id is null or second_opener_id <> first_opener_id", name="openers"),
        CheckConstraint("(second_opener_id is null) = (opened_at is null)", name="opened"),
    )

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"), unique=True)
    first_opener_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    first_opened_at: Mapped[datetime]
    second_opener_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    opened_at: Mapped[datetime | None]
    seed: Mapped[str] = mapped_column(default="")
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


class PanelMember(Keyed, Row, Stateful, Base):
    """A place on one opportunity's panel; one of them chairs."""

    __tablename__ = "panel_member"
    __table_args__ = (
        CheckConstraint("state in ('invited', 'accepted', 'declined', 'replaced', 'recused')", name="state"),
        Index(
            "ix_panel_member_live",
            "opportunity_id",
            "user_id",
            unique=True,
            sqlite_where=text("state in ('invited', 'accepted')"),
            postgresql_where=text("state in ('invited', 'accepted')"),
        ),
        Index(
            "ix_panel_member_one_chair",
            "opportunity_id",
            unique=True,
            sqlite_where=text("chairs and state in ('invited', 'accepted')"),
            postgresql_where=text("chairs and state in ('invited', 'accepted')"),
        ),
        Index("ix_panel_member_user", "user_id", "state"),
    )

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    chairs: Mapped[bool] = mapped_column(default=False)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    invited_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    opportunity: Mapped[Opportunity] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])

    @property
    def subject(self) -> Subject:
        """What the log says an event about this place is about."""
        return Subject(
            "panel_member",
            self.id,
            procurement=self.opportunity.ocid,
            department_id=self.opportunity.department_id,
            person_id=self.user_id,
        )


class Declaration(Row, Base):
    """An evaluator's own word on conflicts of interest; a later one replaces it, none is deleted."""

    __tablename__ = "declaration"
    __table_args__ = (Index("ix_declaration_opportunity", "opportunity_id", "user_id", "id"),)

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    conflict: Mapped[bool]
    words: Mapped[str]
    at: Mapped[datetime]
    user: Mapped[User] = relationship()


class Proponent(Keyed, Row, Base):
    """A proposal as the panel sees it: a number from a shuffle; its price is written only when quality is locked."""

    __tablename__ = "proponent"
    __table_args__ = (
        UniqueConstraint("evaluation_id", "number"),
        CheckConstraint("price_cents >= 0", name="price"),
    )

    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id"))
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), unique=True)
    number: Mapped[int]
    price_cents: Mapped[int | None] = mapped_column(Identifier)
    evaluation: Mapped[Evaluation] = relationship(back_populates="proponents")
    proposal: Mapped[Proposal] = relationship()


class Sheet(Row, Base):
    """One evaluator's judging of one proponent; once submitted, others' submitted sheets may be seen.

    `draft` keeps what was typed and not yet submitted, by criterion: `{key: {"verdict": …, "rationale": …}}`.
    """

    __tablename__ = "sheet"
    __table_args__ = (UniqueConstraint("proponent_id", "evaluator_id"),)

    proponent_id: Mapped[int] = mapped_column(ForeignKey("proponent.id"))
    evaluator_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    submitted_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    draft: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(Integer)
    proponent: Mapped[Proponent] = relationship()
    evaluator: Mapped[User] = relationship()
    scores: Mapped[list["Score"]] = relationship(back_populates="sheet", order_by="Score.id")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy's declaration)


class Score(Row, Base):
    """One evaluator's judgement of one criterion; every revision is a new row, after submission with a reason.

    A mandatory criterion is `passed` or not; a rated one has `points`. 0 is a score.
    """

    __tablename__ = "score"
    __table_args__ = (
        UniqueConstraint("sheet_id", "criterion_id", "revision"),
        CheckConstraint("(points is null) <> (passed is null)", name="one_judgement"),
        CheckConstraint("points >= 0", name="points"),
    )

    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id"), index=True)
    revision: Mapped[int]
    points: Mapped[int | None]
    passed: Mapped[bool | None]
    rationale: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    sheet: Mapped[Sheet] = relationship(back_populates="scores")
    criterion: Mapped[Criterion] = relationship()


class Award(Keyed, Row, Stateful, Base):
    """The decision for one proponent, with its reasons and the ranking it rests on; at most one is live."""

    __tablename__ = "award"
    __table_args__ = (
        CheckConstraint("state in ('proposed', 'made', 'declined', 'refused')", name="state"),
        CheckConstraint("value_cents > 0", name="value"),
        CheckConstraint("second_officer_id is null or second_officer_id <> by_id", name="second"),
        Index(
            "ix_award_one_live",
            "opportunity_id",
            unique=True,
            sqlite_where=text("state in ('proposed', 'made')"),
            postgresql_where=text("state in ('proposed', 'made')"),
        ),
    )

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"))
    proponent_id: Mapped[int] = mapped_column(ForeignKey("proponent.id"))
    rank: Mapped[int]
    value_cents: Mapped[int] = mapped_column(Identifier)
    reason: Mapped[str]
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
