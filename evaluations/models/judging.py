"""Judgements: each evaluator's sheets and scores, and what the panel agreed on."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Row, unique_while
from auth.models import User
from evaluations.models.proceedings import Meeting, Proponent
from opportunities.models import Criterion


class Sheet(Row, Base):
    """One evaluator's judging of one proponent in one round; once submitted, others' submitted sheets may be seen.

    `draft` keeps what was typed and not yet submitted, by criterion: `{key: {"verdict": …, "rationale": …}}`.
    """

    __tablename__ = "sheet"
    __table_args__ = (UniqueConstraint("proponent_id", "evaluator_id", "round"),)

    proponent_id: Mapped[int] = mapped_column(ForeignKey("proponent.id"))
    evaluator_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    round: Mapped[int]
    submitted_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    draft: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(Integer)
    proponent: Mapped[Proponent] = relationship()
    evaluator: Mapped[User] = relationship()
    scores: Mapped[list["Score"]] = relationship(back_populates="sheet", order_by="Score.id")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy's declaration)

    @property
    def stands(self) -> bool:
        """It was submitted and counts."""
        return self.submitted_at is not None and self.voided_at is None


class Score(Row, Base):
    """One evaluator's judgement of one criterion; every revision is a new row, after submission with a reason.

    A mandatory criterion is `passed` or not; a rated one has `points`. 0 is a score. `superseded` rows are kept for
    ever and count no longer; one row of a sheet and criterion stands.
    """

    __tablename__ = "score"
    __table_args__ = (
        UniqueConstraint("sheet_id", "criterion_id", "revision"),
        CheckConstraint("(points is null) <> (passed is null)", name="one_judgement"),
        CheckConstraint("points >= 0", name="points"),
        unique_while("not superseded", "ix_score_standing", "sheet_id", "criterion_id"),
    )

    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id"), index=True)
    revision: Mapped[int]
    superseded: Mapped[bool] = mapped_column(default=False)
    points: Mapped[int | None]
    passed: Mapped[bool | None]
    rationale: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    sheet: Mapped[Sheet] = relationship(back_populates="scores")
    criterion: Mapped[Criterion] = relationship()


class Agreement(Row, Base):
    """What the panel agreed on one criterion of one proponent, entered by the chair; a later one supersedes it.

    Points outside what members gave need `outside_reason`. A verdict of not met counts once a second member of the
    panel has confirmed it.
    """

    __tablename__ = "agreement"
    __table_args__ = (
        UniqueConstraint("proponent_id", "criterion_id", "revision"),
        CheckConstraint("(points is null) <> (passed is null)", name="one_judgement"),
        CheckConstraint("points >= 0", name="points"),
        CheckConstraint("second_id is null or second_id <> by_id", name="second"),
        CheckConstraint("(second_id is null) = (seconded_at is null)", name="seconded"),
        unique_while("not superseded", "ix_agreement_standing", "proponent_id", "criterion_id"),
    )

    proponent_id: Mapped[int] = mapped_column(ForeignKey("proponent.id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id"), index=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    revision: Mapped[int]
    superseded: Mapped[bool] = mapped_column(default=False)
    points: Mapped[int | None]
    passed: Mapped[bool | None]
    rationale: Mapped[str]
    outside_reason: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    second_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    seconded_at: Mapped[datetime | None]
    proponent: Mapped[Proponent] = relationship()
    criterion: Mapped[Criterion] = relationship()
    meeting: Mapped[Meeting] = relationship()
    by: Mapped[User] = relationship(foreign_keys=[by_id])
    second: Mapped[User | None] = relationship(foreign_keys=[second_id])

    @property
    def counts(self) -> bool:
        """It stands, and a verdict of not met has its second person."""
        return not self.superseded and (self.passed is not False or self.second_id is not None)
