"""Amounts of law or policy, as dated rows."""

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, composite, mapped_column

from app.core.bilingual import Bilingual
from app.core.db import Base, Identifier, Row


class Threshold(Row, Base):
    """A dated amount of law or policy (trade agreements, low value, disclosure); data, never a constant."""

    __tablename__ = "threshold"
    __table_args__ = (UniqueConstraint("code", "from_on"),)

    code: Mapped[str]
    name: Mapped[Bilingual] = composite(mapped_column("name_en"), mapped_column("name_fr"))
    asks: Mapped[Bilingual] = composite(mapped_column("asks_en", default=""), mapped_column("asks_fr", default=""))
    amount_cents: Mapped[int] = mapped_column(Identifier)
    from_on: Mapped[date]
    until_on: Mapped[date | None]
