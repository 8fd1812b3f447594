"""The winner declines the contract: the award falls, and the officer may award to the next in rank."""

from datetime import datetime

from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotValid
from auth.models import User
from contracts import notifications
from contracts.lifecycle import CONTRACT
from contracts.models import Contract
from contracts.queries import facts
from evaluations.actions import decline_award


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
