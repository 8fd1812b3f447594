"""The panel: places, declarations of interest, recusals from one proposal."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.audit import Subject
from app.core.db import Base, Keyed, Row, Stateful, unique_while
from auth.models import User
from evaluations.models.proceedings import Proponent
from opportunities.models import Opportunity


class PanelMember(Keyed, Row, Stateful, Base):
    """A place on one opportunity's panel; one of them chairs."""

    __tablename__ = "panel_member"
    __table_args__ = (
        CheckConstraint("state in ('invited', 'accepted', 'declined', 'replaced', 'recused')", name="state"),
        unique_while("state in ('invited', 'accepted')", "ix_panel_member_live", "opportunity_id", "user_id"),
        unique_while("chairs and state in ('invited', 'accepted')", "ix_panel_member_one_chair", "opportunity_id"),
        Index("ix_panel_member_user", "user_id", "state"),
    )

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    chairs: Mapped[bool] = mapped_column(default=False)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    invited_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]

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


class Recusal(Row, Base):
    """A conflict with one proponent only: the member judges the others, and what they said of this one is void."""

    __tablename__ = "recusal"
    __table_args__ = (UniqueConstraint("proponent_id", "user_id"),)

    proponent_id: Mapped[int] = mapped_column(ForeignKey("proponent.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    words: Mapped[str]
    at: Mapped[datetime]
    proponent: Mapped[Proponent] = relationship()
    user: Mapped[User] = relationship()
