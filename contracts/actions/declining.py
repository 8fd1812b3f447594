"""The winner declines the contract: the award falls, and the officer may award to the next in rank."""

from datetime import datetime

from sqlalchemy import select

from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotValid
from auth.models import User
from contracts import notifications
from contracts.lifecycle import CONTRACT
from contracts.models import Contract
from contracts.queries import facts
from evaluations.lifecycle import AWARD, EVALUATION
from evaluations.models import Evaluation
from evaluations.policy import Facts as JudgingFacts
from opportunities.lifecycle import OPPORTUNITY
from proposals.lifecycle import PROPOSAL
from proposals.policy import Facts as ProposalFacts


def decline(contract: Contract, reason: str, *, by: User, at: datetime) -> Contract:
    """Decline a proposed contract, as its supplier, or as an officer when the supplier does not answer."""
    if not reason.strip():
        raise NotValid(N_("Say why."), field="reason")
    known = facts(contract, by, at)
    event = CONTRACT.move(contract, "decline", by=by, at=at, facts=known, by_supplier=known.supplier)
    contract.ended_at, contract.ended_because = at, reason.strip()
    award, opportunity = contract.award, contract.opportunity
    proposal = award.proponent.proposal
    judging = JudgingFacts(roles=known.roles, winner=known.supplier)
    AWARD.move(award, "decline", by=by, at=at, facts=judging)
    PROPOSAL.move(proposal, "decline", by=by, at=at, facts=ProposalFacts(is_author=known.supplier, roles=known.roles))
    evaluation = db.session.scalar(select(Evaluation).where(Evaluation.opportunity_id == opportunity.id))
    if evaluation is not None and evaluation.state == "decided":
        EVALUATION.move(evaluation, "reconsider", by=by, at=at, facts=judging)
    OPPORTUNITY.move(opportunity, "reconsider", by=by, at=at)
    notifications.tell_both(contract, event, "declined")
    db.session.flush()
    return contract
