"""What is kept beside the agreement: what each side consented to, money certified further, who was handed what."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identifier, Row, unique_while
from auth.models import User
from contracts.models.agreement import Amendment, Contract


class Consent(Row, Base):
    """What one side accepted: the very text of a contract or an amendment, its SHA-256, by whom, when."""

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint("side in ('supplier', 'department')", name="side"),
        UniqueConstraint("amendment_id", "side"),
        unique_while("amendment_id is null", "ix_consent_contract", "contract_id", "side"),
    )

    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    amendment_id: Mapped[int | None] = mapped_column(ForeignKey("amendment.id"))
    side: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    text: Mapped[str]
    sha256: Mapped[str]

    contract: Mapped[Contract] = relationship()
    amendment: Mapped[Amendment | None] = relationship()
    by: Mapped[User] = relationship()


class AmendmentDraft(Row, Base):
    """An amendment as an officer wrote it, kept until it is proposed; one for each contract."""

    __tablename__ = "amendment_draft"

    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), unique=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    changes: Mapped[dict[str, Any]]
    reason: Mapped[str]

    contract: Mapped[Contract] = relationship()
    by: Mapped[User] = relationship()


class FurtherCertificate(Row, Base):
    """Finance's certificate that the money for an amendment is there too (Financial Administration Act, s. 32)."""

    __tablename__ = "further_certificate"
    __table_args__ = (CheckConstraint("amount_cents > 0", name="amount"),)

    amendment_id: Mapped[int] = mapped_column(ForeignKey("amendment.id"), index=True)
    amount_cents: Mapped[int] = mapped_column(Identifier)
    fund_code: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]

    amendment: Mapped[Amendment] = relationship()
    by: Mapped[User] = relationship()


class Handover(Row, Base):
    """A contract handed over, as its buyer or its officer, from one person of the department to another."""

    __tablename__ = "handover"
    __table_args__ = (
        CheckConstraint("role in ('buyer', 'officer')", name="role"),
        CheckConstraint("from_id <> to_id", name="people"),
    )

    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    role: Mapped[str]
    from_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]

    contract: Mapped[Contract] = relationship()
    giver: Mapped[User] = relationship(foreign_keys=[from_id])
    taker: Mapped[User] = relationship(foreign_keys=[to_id])
    by: Mapped[User] = relationship(foreign_keys=[by_id])
