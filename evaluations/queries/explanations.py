"""Explanations of abnormally low prices: what was asked of whom, and what they answered."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core.db import db
from app.core.errors import NotFound
from evaluations import policy
from evaluations.models import Evaluation, Explanation, Proponent
from evaluations.queries.proceedings import proponents
from evaluations.queries.ranking import abnormally_low
from proposals.models import Proposal


def explanations(evaluation: Evaluation) -> dict[int, Explanation]:
    """Give the explanations asked for, by proponent's number."""
    asked = (
        select(Explanation)
        .join(Proponent)
        .where(Proponent.evaluation_id == evaluation.id)
        .options(joinedload(Explanation.proponent))
    )
    return {one.proponent.number: one for one in db.session.scalars(asked)}


def find_explanation(proponent: Proponent) -> Explanation | None:
    """Find the explanation that was asked of a proponent."""
    return db.session.scalar(select(Explanation).where(Explanation.proponent_id == proponent.id))


def get_explanation(proposal: Proposal) -> Explanation:
    """Get the explanation that was asked of a proposal's side; else as if there were nothing."""
    asked = select(Explanation).join(Proponent).where(Proponent.proposal_id == proposal.id)
    found = db.session.scalar(asked)
    if found is None:
        raise NotFound(sealed=True)
    return found


def waits(explanation: Explanation | None, at: datetime) -> bool:
    """Say whether an explanation was asked for, and may still be given."""
    return explanation is not None and policy.explanation_waits(explanation.answered_at, explanation.due_at, at)


def low_priced(evaluation: Evaluation) -> frozenset[int]:
    """Name, by number, the proponents still in whose price asks for an explanation."""
    still = [one for one in proponents(evaluation) if one.proposal.state == "opened"]
    return abnormally_low({one.number: one.price_cents for one in still if one.price_cents is not None})
