"""The agreement: contract, milestones, amendments."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from app.core.audit import Subject
from app.core.bilingual import Bilingual
from app.core.db import Base, Identifier, Row, Stateful
from auth.models import Department, Organization, User
from evaluations.models import Award
from opportunities.models import Opportunity

if TYPE_CHECKING:
    from contracts.models.payment import PaymentAttempt
    from contracts.models.work import Delivery


class Contract(Row, Stateful, Base):
    """What was agreed after an award: parties, value, taxes, milestones; both sides accept."""

    __tablename__ = "contract"
    __table_args__ = (
        CheckConstraint("state in ('proposed', 'active', 'completed', 'terminated', 'declined')", name="state"),
        CheckConstraint("value_cents > 0", name="value"),
        Index("ix_contract_department", "department_id", "state"),
        Index("ix_contract_supplier", "supplier_id", "state"),
    )

    number: Mapped[int] = mapped_column(Identifier, unique=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), unique=True)
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    supplier_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    buyer_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    title: Mapped[Bilingual] = composite(mapped_column("title_en"), mapped_column("title_fr"))
    value_cents: Mapped[int] = mapped_column(Identifier)
    taxes: Mapped[str]
    province: Mapped[str]
    licence: Mapped[str]
    repository: Mapped[str]
    terms_version: Mapped[int] = mapped_column(Integer, default=0)
    text: Mapped[str] = mapped_column(default="")
    text_hash: Mapped[str]
    drawn_up_at: Mapped[datetime]
    start_on: Mapped[date | None]
    department_accepted_at: Mapped[datetime | None]
    department_accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    supplier_accepted_at: Mapped[datetime | None]
    supplier_accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str] = mapped_column(default="")
    final_report: Mapped[str] = mapped_column(default="")
    lessons: Mapped[str] = mapped_column(default="")

    award: Mapped[Award] = relationship()
    opportunity: Mapped[Opportunity] = relationship()
    department: Mapped[Department] = relationship()
    supplier: Mapped[User] = relationship(foreign_keys=[supplier_id])
    organization: Mapped[Organization | None] = relationship()
    buyer: Mapped[User] = relationship(foreign_keys=[buyer_id])
    officer: Mapped[User] = relationship(foreign_keys=[officer_id])
    department_accepted_by: Mapped[User | None] = relationship(foreign_keys=[department_accepted_by_id])
    supplier_accepted_by: Mapped[User | None] = relationship(foreign_keys=[supplier_accepted_by_id])
    milestones: Mapped[list["Milestone"]] = relationship(back_populates="contract", order_by="Milestone.position")
    amendments: Mapped[list["Amendment"]] = relationship(back_populates="contract", order_by="Amendment.number")

    @property
    def current_cents(self) -> int:
        """The value with every accepted amendment."""
        return self.value_cents + sum(one.change_cents for one in self.amendments if one.state == "accepted")

    @property
    def supplier_name(self) -> str:
        """Whom the public knows as the other party."""
        return self.organization.name if self.organization else self.supplier.name

    @property
    def subject(self) -> Subject:
        """What the log says an event about this contract is about."""
        return Subject(
            "contract",
            self.id,
            procurement=self.opportunity.ocid,
            department_id=self.department_id,
            person_id=self.supplier_id,
            organization_id=self.organization_id,
        )


class Milestone(Row, Stateful, Base):
    """A part of the work with its own delivery, acceptance and payment.

    What a buyer left open when accepting another in part says so: `split_from`, and in `missing` what is left to do.
    """

    __tablename__ = "milestone"
    __table_args__ = (
        UniqueConstraint("contract_id", "position"),
        CheckConstraint(
            "state in ('planned', 'delivered', 'returned', 'accepted', 'released', 'paid', 'cancelled')",
            name="state",
        ),
        CheckConstraint("amount_cents > 0", name="amount"),
        CheckConstraint("released_by_id is null or released_by_id <> accepted_by_id", name="separate_duties"),
        Index("ix_milestone_state", "state", "contract_id"),
    )

    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    position: Mapped[int]
    title: Mapped[Bilingual] = composite(mapped_column("title_en"), mapped_column("title_fr"))
    accepted_when: Mapped[Bilingual] = composite(mapped_column("accepted_when_en"), mapped_column("accepted_when_fr"))
    amount_cents: Mapped[int] = mapped_column(Identifier)
    due_on: Mapped[date | None]
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    released_at: Mapped[datetime | None]
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    paid_at: Mapped[datetime | None]
    split_from_id: Mapped[int | None] = mapped_column(ForeignKey("milestone.id"))
    missing: Mapped[str] = mapped_column(default="")

    contract: Mapped[Contract] = relationship(back_populates="milestones")
    split_from: Mapped["Milestone | None"] = relationship(remote_side="Milestone.id")
    accepted_by: Mapped[User | None] = relationship(foreign_keys=[accepted_by_id])
    released_by: Mapped[User | None] = relationship(foreign_keys=[released_by_id])
    deliveries: Mapped[list["Delivery"]] = relationship(back_populates="milestone", order_by="Delivery.number")
    attempts: Mapped[list["PaymentAttempt"]] = relationship(
        back_populates="milestone", order_by="PaymentAttempt.number"
    )

    @property
    def subject(self) -> Subject:
        """What the log says an event about this milestone is about."""
        of = self.contract.subject
        return Subject("milestone", self.id, of.procurement, of.department_id, of.person_id, of.organization_id)


class Amendment(Row, Stateful, Base):
    """A numbered change to a contract: value, dates or scope, by an officer, with a reason; both sides accept."""

    __tablename__ = "amendment"
    __table_args__ = (
        UniqueConstraint("contract_id", "number"),
        CheckConstraint("state in ('proposed', 'accepted', 'declined')", name="state"),
    )

    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    number: Mapped[int]
    change_cents: Mapped[int] = mapped_column(Identifier, default=0)
    reason: Mapped[str]
    changes: Mapped[dict[str, Any]]
    text: Mapped[str] = mapped_column(default="")
    text_hash: Mapped[str] = mapped_column(default="")
    uncertified_cents: Mapped[int] = mapped_column(Identifier, default=0)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    contract: Mapped[Contract] = relationship(back_populates="amendments")
    by: Mapped[User] = relationship(foreign_keys=[by_id])
    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id])

    @property
    def before_cents(self) -> int:
        """The value that it changes: the first one with every accepted amendment before this."""
        earlier = (one for one in self.contract.amendments if one.number < self.number and one.state == "accepted")
        return self.contract.value_cents + sum(one.change_cents for one in earlier)

    @property
    def after_cents(self) -> int:
        """The value that it leads to."""
        return self.before_cents + self.change_cents

    @property
    def subject(self) -> Subject:
        """What the log says an event about this amendment is about."""
        of = self.contract.subject
        return Subject("amendment", self.id, of.procurement, of.department_id, of.person_id, of.organization_id)
