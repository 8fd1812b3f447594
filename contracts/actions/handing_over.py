"""A contract handed over, as its buyer or its officer, to somebody else who holds that role."""

from datetime import datetime

from app.core import audit
from app.core.audit import PARTIES
from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotAllowed, NotValid
from auth.models import User
from contracts import notifications, policy
from contracts.models import Contract, Handover
from contracts.queries import candidates, facts


def hand_over(contract: Contract, role: str, taker: User, reason: str, *, by: User, at: datetime) -> Handover:
    """Hand a contract over, by an officer with a reason; what waits for the one who had it waits for the other now."""
    if not policy.is_officer(facts(contract, by, at)):
        raise NotAllowed
    not_now = policy.unless_it_goes_on(contract)
    if not_now is not None:
        raise not_now
    if not reason.strip():
        raise NotValid(N_("Say why it is handed over."), field="reason")
    if (role, taker) not in candidates(contract, at):
        raise NotValid(N_("This person cannot take it over: choose another."), field="to")
    giver = contract.buyer if role == "buyer" else contract.officer
    handover = Handover(contract=contract, role=role, giver=giver, taker=taker, reason=reason.strip(), by=by, at=at)
    if role == "buyer":
        contract.buyer = taker
    else:
        contract.officer = taker
    db.session.add(handover)
    event = audit.record(
        "contract.hand_over", contract.subject, by=by, at=at, audience=PARTIES, role=role, giver=giver.name,
        taker=taker.name,
    )  # fmt: skip
    notifications.tell_of_handover(handover, event)
    return handover
