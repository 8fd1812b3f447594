"""Who wants to hear of what: watches, saved searches, and what each was told."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.audit import Subject
from app.core.db import Base, Keyed, Row
from auth.models import User
from opportunities.models import Opportunity


class Watch(Keyed, Row, Base):
    """Somebody follows one opportunity: a person, or an address alone once confirmed."""

    __tablename__ = "watch"
    __table_args__ = (
        UniqueConstraint("opportunity_id", "address"),
        CheckConstraint("language in ('en', 'fr')", name="language"),
        Index("ix_watch_user", "user_id"),
    )

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    address: Mapped[str]
    language: Mapped[str]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    opportunity: Mapped[Opportunity] = relationship()
    user: Mapped[User | None] = relationship()

    @property
    def subject(self) -> Subject:
        """What the log says an event about this watch is about; who follows what is nobody else's business."""
        return Subject("watch", self.id, person_id=self.user_id)


class SavedSearch(Keyed, Row, Base):
    """A search that is answered by mail: as soon as an opportunity matches, or once a day or week."""

    __tablename__ = "saved_search"
    __table_args__ = (
        CheckConstraint("frequency in ('instant', 'daily', 'weekly')", name="frequency"),
        CheckConstraint("language in ('en', 'fr')", name="language"),
        Index("ix_saved_search_due", "stopped_at", "confirmed_at", "frequency"),
        Index("ix_saved_search_address", "address"),
    )

    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    address: Mapped[str]
    language: Mapped[str]
    query: Mapped[dict[str, Any]]
    frequency: Mapped[str] = mapped_column(default="instant")
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    last_sent_at: Mapped[datetime | None]
    user: Mapped[User | None] = relationship()

    @property
    def subject(self) -> Subject:
        """What the log says an event about this alert is about."""
        return Subject("saved_search", self.id, person_id=self.user_id)


class Match(Row, Base):
    """That an opportunity matched a saved search, and in which message it was told (none yet, or one that failed)."""

    __tablename__ = "match"
    __table_args__ = (
        UniqueConstraint("saved_search_id", "opportunity_id"),
        Index("ix_match_untold", "notification_id", "saved_search_id"),
    )

    saved_search_id: Mapped[int] = mapped_column(ForeignKey("saved_search.id"))
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"))
    matched_at: Mapped[datetime]
    notification_id: Mapped[int | None] = mapped_column(ForeignKey("notification.id"))
    opportunity: Mapped[Opportunity] = relationship()
