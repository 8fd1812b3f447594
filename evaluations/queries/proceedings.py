"""The evaluation of an opportunity, its proponents and its award."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core.db import db
from app.core.errors import NotFound
from evaluations.models import Award, Evaluation, Proponent, WithheldPrize
from opportunities.models import Opportunity
from proposals.models import Proposal

LIVE = ("proposed", "made")
AWARDABLE = ("opened", "not_awarded", "awarded")
"""States of a proposal that may still win, or has won; neither disqualified nor declined."""


def find_evaluation(opportunity: Opportunity) -> Evaluation | None:
    """Find the evaluation of an opportunity; there is none before the opening begins."""
    return db.session.scalar(select(Evaluation).where(Evaluation.opportunity_id == opportunity.id))


def get_evaluation(opportunity: Opportunity) -> Evaluation:
    """Get the evaluation of an opportunity, or refuse with NotFound."""
    found = find_evaluation(opportunity)
    if found is None:
        raise NotFound(sealed=True)
    return found


def proponents(evaluation: Evaluation) -> list[Proponent]:
    """List the proponents by number, with their proposals and who stands behind them."""
    listed = (
        select(Proponent)
        .where(Proponent.evaluation_id == evaluation.id)
        .options(
            joinedload(Proponent.proposal).joinedload(Proposal.author),
            joinedload(Proponent.proposal).joinedload(Proposal.organization),
        )
        .order_by(Proponent.number)
    )
    return list(db.session.scalars(listed))


def get_proponent(evaluation: Evaluation, number: int) -> Proponent:
    """Get a proponent by the number under which the panel knows it, or refuse with NotFound."""
    found = db.session.scalar(
        select(Proponent).where(Proponent.evaluation_id == evaluation.id, Proponent.number == number)
    )
    if found is None:
        raise NotFound(sealed=True)
    return found


def candidates(evaluation: Evaluation) -> int:
    """Count the proposals that remain: neither disqualified nor declined."""
    return sum(one.proposal.state in AWARDABLE for one in proponents(evaluation))


def live_awards(opportunity: Opportunity) -> list[Award]:
    """List the awards that are proposed or made, by place; most plans have one place."""
    live = select(Award).where(Award.opportunity_id == opportunity.id, Award.state.in_(LIVE)).order_by(Award.place)
    return list(db.session.scalars(live))


def find_live_award(opportunity: Opportunity) -> Award | None:
    """Find the award that is proposed or made; the first place's where there are several."""
    return next(iter(live_awards(opportunity)), None)


def withheld_prizes(opportunity: Opportunity) -> list[WithheldPrize]:
    """List the prizes that stay without a winner, by place."""
    standing = select(WithheldPrize).where(
        WithheldPrize.opportunity_id == opportunity.id, WithheldPrize.taken_back.is_(False)
    )
    return list(db.session.scalars(standing.order_by(WithheldPrize.place)))


def open_places(opportunity: Opportunity) -> list[int]:
    """List the places that are still to be awarded."""
    taken = {one.place for one in live_awards(opportunity)} | {one.place for one in withheld_prizes(opportunity)}
    return [place for place in range(1, opportunity.plan.winners + 1) if place not in taken]


def find_award(proposal: Proposal) -> Award | None:
    """Find the award made to a proposal."""
    made = select(Award).join(Proponent).where(Proponent.proposal_id == proposal.id, Award.state == "made")
    return db.session.scalar(made)


def get_award(opportunity: Opportunity) -> Award:
    """Get the live award, or refuse with NotFound."""
    found = find_live_award(opportunity)
    if found is None:
        raise NotFound(sealed=True)
    return found
