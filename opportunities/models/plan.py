"""The evaluation plan: stages in order, their criteria, price formula, prizes."""

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from app.core.bilingual import Bilingual
from app.core.db import Base, Identifier, Keyed, Row

if TYPE_CHECKING:
    from opportunities.models import Opportunity


def bilingual(name: str) -> Any:  # noqa: ANN401  (a composite attribute)
    """Declare a text as two columns, empty at first."""
    return composite(mapped_column(f"{name}_en", default=""), mapped_column(f"{name}_fr", default=""))


class EvaluationPlan(Row, Base):
    """How proposals are judged: ordered stages, formula and tie-break; frozen at publication by its hash."""

    __tablename__ = "evaluation_plan"
    __table_args__ = (
        CheckConstraint("formula in ('none', 'absolute', 'lowest')", name="formula"),
        CheckConstraint("award_by in ('rank', 'draw')", name="award_by"),
        CheckConstraint("price_weight between 0 and 100", name="price_weight"),
        CheckConstraint("winners >= 1", name="winners"),
    )

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"), unique=True)
    format: Mapped[str] = mapped_column(default="fixed_price")
    award_by: Mapped[str] = mapped_column(default="rank")
    formula: Mapped[str] = mapped_column(default="none")
    price_weight: Mapped[int] = mapped_column(default=0)
    winners: Mapped[int] = mapped_column(default=1)
    frozen_hash: Mapped[str] = mapped_column(default="")
    opportunity: Mapped["Opportunity"] = relationship(back_populates="plan")
    stages: Mapped[list["Stage"]] = relationship(
        back_populates="plan", order_by="Stage.position", cascade="all, delete-orphan", lazy="joined"
    )
    prizes: Mapped[list["Prize"]] = relationship(
        back_populates="plan", order_by="Prize.place", cascade="all, delete-orphan"
    )


class Prize(Row, Base):
    """One place of a prize challenge and its amount."""

    __tablename__ = "prize"
    __table_args__ = (
        UniqueConstraint("plan_id", "place"),
        CheckConstraint("place >= 1", name="place"),
        CheckConstraint("amount_cents > 0", name="amount"),
    )

    plan_id: Mapped[int] = mapped_column(ForeignKey("evaluation_plan.id"))
    place: Mapped[int]
    amount_cents: Mapped[int] = mapped_column(Identifier)
    plan: Mapped[EvaluationPlan] = relationship(back_populates="prizes")


class Stage(Row, Base):
    """One step of the plan: mandatory (pass or fail), rated on paper, a challenge, or an interview.

    `top_n` lets only so many go on, with all who tie at the cut. `settled_by` says whether the panel agrees on each
    score or the mean of the members' scores counts. A challenge or an interview has its days; `reveals_names` lets the
    panel know from this stage on who proposes.
    """

    __tablename__ = "stage"
    __table_args__ = (
        UniqueConstraint("plan_id", "position"),
        CheckConstraint("kind in ('mandatory', 'rated', 'challenge', 'interview')", name="kind"),
        CheckConstraint("settled_by in ('mean', 'consensus')", name="settled_by"),
        CheckConstraint("top_n >= 1", name="top_n"),
        CheckConstraint("held_from is null or held_until is null or held_from <= held_until", name="held"),
    )

    plan_id: Mapped[int] = mapped_column(ForeignKey("evaluation_plan.id"))
    position: Mapped[int]
    kind: Mapped[str]
    title: Mapped[Bilingual] = bilingual("title")
    top_n: Mapped[int | None]
    settled_by: Mapped[str] = mapped_column(default="mean")
    held_from: Mapped[date | None]
    held_until: Mapped[date | None]
    reveals_names: Mapped[bool] = mapped_column(default=False)
    plan: Mapped[EvaluationPlan] = relationship(back_populates="stages")
    criteria: Mapped[list["Criterion"]] = relationship(
        back_populates="stage", order_by="Criterion.position", cascade="all, delete-orphan"
    )


class Criterion(Keyed, Row, Base):
    """One thing that proposals are judged on; `weight` and `max_points` for rated ones."""

    __tablename__ = "criterion"
    __table_args__ = (
        UniqueConstraint("stage_id", "position"),
        CheckConstraint("weight between 0 and 100", name="weight"),
        CheckConstraint("max_points between 1 and 1000", name="max_points"),
    )

    stage_id: Mapped[int] = mapped_column(ForeignKey("stage.id"))
    position: Mapped[int]
    title: Mapped[Bilingual] = bilingual("title")
    earns: Mapped[Bilingual] = bilingual("earns")
    weight: Mapped[int] = mapped_column(default=0)
    max_points: Mapped[int] = mapped_column(default=5)
    minimum: Mapped[int | None]
    word_limit: Mapped[int | None]
    stage: Mapped[Stage] = relationship(back_populates="criteria")
