"""The winner declines the contract, or the award before there is one; the next in rank may then be awarded to."""

from datetime import datetime

from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotNow, NotValid
from auth.models import User
from contracts import notifications
from contracts.lifecycle import CONTRACT
from contracts.models import Contract
from contracts.policy import NO_AWARD
from contracts.queries import awards_to_draw, facts
from evaluations.actions import decline_award
from evaluations.models import Award


def decline_before_contract(award: Award, reason: str, *, by: User, at: datetime) -> Award:
    """Decline an award before a contract is drawn up, as its winner, or as an officer when they do not answer."""
    if not reason.strip():
        raise NotValid(N_("Say why."), field="reason")
    if award not in awards_to_draw(award.opportunity):
        raise NotNow(NO_AWARD)
    event = decline_award(award, by=by, at=at)
    award.refused_because = reason.strip()
    notifications.tell_of_declined_award(award, event)
    return award


def decline(contract: Contract, reason: str, *, by: User, at: datetime) -> Contract:
    """Decline a proposed contract, as its supplier, or as an officer when the supplier does not answer."""
    if not reason.strip():
        raise NotValid(N_("Say why."), field="reason")
    known = facts(contract, by, at)
    event = CONTRACT.move(contract, "decline", by=by, at=at, facts=known, by_supplier=known.supplier)
    contract.ended_at, contract.ended_because = at, reason.strip()
    decline_award(contract.award, by=by, at=at)
    notifications.tell_both(contract, event, "declined")
    db.session.flush()
    return contract
