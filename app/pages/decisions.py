"""What came of opportunities: the winner, the value and the contract, in one statement."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, Table, func, select

from app.core.bilingual import Bilingual
from app.core.db import db
from auth.models import Organization, User
from contracts.models import Contract
from evaluations.models import Award, Proponent
from opportunities.models import Opportunity
from proposals.models import Proposal

DECIDED = ("awarded", "completed")


class Decision(NamedTuple):
    """An opportunity's awards that stand, with the first winner's contract: public from the moment they were made."""

    number: int
    title: Bilingual
    published_at: datetime
    made_at: datetime
    value_cents: int
    winners: int
    winner: str
    contract: int | None
    contract_state: str | None

    @property
    def days(self) -> int:
        """Count the days from the posting to the decision."""
        return (self.made_at - self.published_at).days


def _table(model: Any) -> Table:  # noqa: ANN401  (any mapped class)
    return model.__table__  # type: ignore[no-any-return]


A, B, P, U, O = (_table(one) for one in (Award, Proponent, Proposal, User, Opportunity))  # noqa: E741  (tables)
G, C = _table(Organization), _table(Contract)


def _decisions() -> Select[Any]:
    every = A.alias()
    here = (every.c.opportunity_id == A.c.opportunity_id) & (every.c.state == "made")
    value = select(func.sum(every.c.value_cents)).where(here).scalar_subquery()
    winners = select(func.count()).where(here).scalar_subquery()
    return (
        select(
            O.c.number, O.c.title_en, O.c.title_fr, O.c.published_at, A.c.made_at, value, winners,
            func.coalesce(G.c.name, U.c.name), C.c.number, C.c.state,
        )
        .join(O, O.c.id == A.c.opportunity_id)
        .join(B, B.c.id == A.c.proponent_id)
        .join(P, P.c.id == B.c.proposal_id)
        .join(U, U.c.id == P.c.author_id)
        .outerjoin(G, G.c.id == P.c.organization_id)
        .outerjoin(C, C.c.award_id == A.c.id)
        .where(A.c.state == "made", A.c.made_at.is_not(None), O.c.state.in_(DECIDED))
        .order_by(A.c.id.desc())
    )  # fmt: skip


def last_decisions(limit: int = 3) -> list[Decision]:
    """List the latest decisions; of several prizes the first that stands says who won."""
    better = A.alias()
    before = select(better.c.id).where(
        better.c.opportunity_id == A.c.opportunity_id, better.c.state == "made", better.c.place < A.c.place
    )
    return [_decision(*row) for row in db.session.execute(_decisions().where(~before.exists()).limit(limit))]


def find_decision(opportunity_id: int) -> Decision | None:
    """Find the decision on an opportunity (of several prizes by the first), None before there is one."""
    one = _decisions().where(A.c.opportunity_id == opportunity_id).order_by(None).order_by(A.c.place)
    row = db.session.execute(one.limit(1)).first()
    return _decision(*row) if row is not None else None


def _decision(number: int, en: str, fr: str, *rest: Any) -> Decision:
    return Decision(number, Bilingual(en, fr), *rest)
