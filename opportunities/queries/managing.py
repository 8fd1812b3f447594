"""What the departments that a person works for have under way."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from app.core.bilingual import Bilingual
from app.core.db import db
from opportunities.queries.listing import PAGE, O


class Managed(NamedTuple):
    """One opportunity of the departments that a person works for."""

    number: int
    title: Bilingual
    state: str
    closing_at: datetime | None
    zone: str
    value_cents: int | None


UNDER_WAY = ("draft", "review", "approved", "open", "closed", "evaluation", "awarded")


def managed(department_ids: Iterable[int], limit: int = PAGE) -> list[Managed]:
    """List what some departments have under way, newest first."""
    columns = (O.c.number, O.c.title_en, O.c.title_fr, O.c.state, O.c.closing_at, O.c.zone, O.c.value_cents)
    own = select(*columns).where(O.c.department_id.in_(sorted(department_ids)), O.c.state.in_(UNDER_WAY))
    found = db.session.execute(own.order_by(O.c.id.desc()).limit(limit))
    return [Managed(number, Bilingual(en, fr), *rest) for number, en, fr, *rest in found]
