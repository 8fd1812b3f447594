"""What a department needs: the opportunity, its plan, milestones, questions, versions and files."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.audit import Subject
from app.core.bilingual import Bilingual
from app.core.db import Base, Identifier, Keyed, Row, Stateful
from auth.models import Department, Skill, User
from opportunities.models.plan import Criterion as Criterion
from opportunities.models.plan import EvaluationPlan as EvaluationPlan
from opportunities.models.plan import Prize as Prize
from opportunities.models.plan import Stage as Stage
from opportunities.models.plan import bilingual
from opportunities.models.review import Certificate as Certificate
from opportunities.models.review import Comment as Comment
from opportunities.models.review import Review as Review
from opportunities.models.threshold import Threshold as Threshold

STATES = (
    "draft", "review", "approved", "refine", "open", "closed", "evaluation", "awarded", "completed", "unsuccessful",
    "cancelled",
)  # fmt: skip

opportunity_skill = Table(
    "opportunity_skill",
    Base.metadata,
    Column("opportunity_id", Identifier, ForeignKey("opportunity.id", ondelete="CASCADE"), primary_key=True),
    Column("skill_id", Identifier, ForeignKey("skill.id"), primary_key=True, index=True),
)


class Opportunity(Row, Stateful, Base):
    """A small challenge that a department posts; with its `ocid`, the root of one procurement."""

    __tablename__ = "opportunity"
    __table_args__ = (
        CheckConstraint("state in ({})".format(", ".join(f"'{state}'" for state in STATES)), name="state"),
        CheckConstraint("value_cents is null or value_cents > 0", name="value"),
        CheckConstraint("taxes in ('', 'excluded', 'included')", name="taxes"),
        CheckConstraint("(publish_at is null) = (publisher_id is null)", name="planned"),
        CheckConstraint("work_language in ('', 'en', 'fr', 'either', 'both')", name="work_language"),
        Index("ix_opportunity_closing", "state", "closing_at", "id"),
        Index("ix_opportunity_newest", "state", "published_at", "id"),
        Index("ix_opportunity_value", "state", "value_cents", "id"),
        Index("ix_opportunity_department", "department_id", "state", "id"),
    )

    number: Mapped[int] = mapped_column(Identifier, unique=True)
    ocid: Mapped[str] = mapped_column(unique=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    copied_from_id: Mapped[int | None] = mapped_column(ForeignKey("opportunity.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    title: Mapped[Bilingual] = bilingual("title")
    summary: Mapped[Bilingual] = bilingual("summary")
    problem: Mapped[Bilingual] = bilingual("problem")
    users: Mapped[Bilingual] = bilingual("users")
    deliverables: Mapped[Bilingual] = bilingual("deliverables")
    acceptance: Mapped[Bilingual] = bilingual("acceptance")
    additional: Mapped[Bilingual] = bilingual("additional")
    one_language_reason: Mapped[str] = mapped_column(default="")

    value_cents: Mapped[int | None] = mapped_column(Identifier)
    taxes: Mapped[str] = mapped_column(default="")
    fund_code: Mapped[str] = mapped_column(default="")
    licence: Mapped[str] = mapped_column(default="")
    repository: Mapped[str] = mapped_column(default="")
    place: Mapped[Bilingual] = bilingual("place")
    work_language: Mapped[str] = mapped_column(default="")

    zone: Mapped[str] = mapped_column(default="America/Toronto")
    refine_from: Mapped[datetime | None]
    refine_until: Mapped[datetime | None]
    questions_until: Mapped[datetime | None]
    closing_at: Mapped[datetime | None]
    decision_on: Mapped[date | None]
    start_on: Mapped[date | None]
    standstill_days: Mapped[int] = mapped_column(Integer, default=0)

    publish_at: Mapped[datetime | None]
    publisher_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    published_at: Mapped[datetime | None]
    edition: Mapped[int] = mapped_column(Integer, default=0)
    material_edition: Mapped[int] = mapped_column(Integer, default=0)

    department: Mapped[Department] = relationship(foreign_keys=[department_id])
    author: Mapped[User] = relationship(foreign_keys=[author_id])
    officer: Mapped[User | None] = relationship(foreign_keys=[officer_id])
    publisher: Mapped[User | None] = relationship(foreign_keys=[publisher_id])
    skills: Mapped[list[Skill]] = relationship(secondary=opportunity_skill, order_by=Skill.code)
    milestones: Mapped[list["PlannedMilestone"]] = relationship(
        back_populates="opportunity", order_by="PlannedMilestone.position", cascade="all, delete-orphan"
    )
    plan: Mapped[EvaluationPlan] = relationship(
        back_populates="opportunity", uselist=False, cascade="all, delete-orphan"
    )
    questions: Mapped[list["Question"]] = relationship(back_populates="opportunity", order_by="Question.id")
    addenda: Mapped[list["Addendum"]] = relationship(back_populates="opportunity", order_by="Addendum.number")
    editions: Mapped[list["Edition"]] = relationship(back_populates="opportunity", order_by="Edition.number")
    attachments: Mapped[list["Attachment"]] = relationship(back_populates="opportunity", order_by="Attachment.id")
    certificates: Mapped[list[Certificate]] = relationship(back_populates="opportunity", order_by=Certificate.id)
    reviews: Mapped[list[Review]] = relationship(back_populates="opportunity", order_by=Review.id)
    comments: Mapped[list[Comment]] = relationship(back_populates="opportunity", order_by=Comment.id)

    @property
    def subject(self) -> Subject:
        """What the log says an event about this opportunity is about."""
        return Subject("opportunity", self.id, procurement=self.ocid, department_id=self.department_id)


class PlannedMilestone(Row, Base):
    """A part of the work with its own acceptance and amount, as the opportunity states it."""

    __tablename__ = "planned_milestone"
    __table_args__ = (
        UniqueConstraint("opportunity_id", "position"),
        CheckConstraint("amount_cents is null or amount_cents > 0", name="amount"),
    )

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"))
    position: Mapped[int]
    title: Mapped[Bilingual] = bilingual("title")
    accepted_when: Mapped[Bilingual] = bilingual("accepted_when")
    amount_cents: Mapped[int | None] = mapped_column(Identifier)
    due_days: Mapped[int | None]
    opportunity: Mapped[Opportunity] = relationship(back_populates="milestones")


class Edition(Row, Base):
    """One published version of the text, whole, with whether its change was material."""

    __tablename__ = "edition"
    __table_args__ = (UniqueConstraint("opportunity_id", "number"),)

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"))
    number: Mapped[int]
    material: Mapped[bool]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    snapshot: Mapped[dict[str, Any]]
    opportunity: Mapped[Opportunity] = relationship(back_populates="editions")
    by: Mapped[User] = relationship()


class Addendum(Row, Base):
    """A public change while open, numbered, tied to the edition it made."""

    __tablename__ = "addendum"
    __table_args__ = (UniqueConstraint("opportunity_id", "number"),)

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"))
    number: Mapped[int]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    body: Mapped[Bilingual] = bilingual("body")
    at: Mapped[datetime]
    opportunity: Mapped[Opportunity] = relationship(back_populates="addenda")
    edition: Mapped[Edition] = relationship()


class Question(Keyed, Row, Base):
    """A question asked while open; answered to everyone, the asker never named."""

    __tablename__ = "question"
    __table_args__ = (
        CheckConstraint("(answered_at is null) = (answered_by_id is null)", name="answered"),
        Index("ix_question_opportunity", "opportunity_id", "id"),
    )

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"))
    asker_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    language: Mapped[str]
    body: Mapped[Bilingual] = bilingual("body")
    asked_at: Mapped[datetime]
    answer: Mapped[Bilingual] = bilingual("answer")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    opportunity: Mapped[Opportunity] = relationship(back_populates="questions")
    asker: Mapped[User] = relationship(foreign_keys=[asker_id])


class Attachment(Keyed, Row, Base):
    """A file that the department adds; its bytes lie in the file store under `stored_as`."""

    __tablename__ = "attachment"

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"), index=True)
    title: Mapped[str]
    language: Mapped[str]
    stored_as: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    added_at: Mapped[datetime]
    opportunity: Mapped[Opportunity] = relationship(back_populates="attachments")
