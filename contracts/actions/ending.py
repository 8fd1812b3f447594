"""How a contract ends: reported, completed, or terminated with a reason."""

from datetime import datetime

from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotValid
from auth.models import User
from contracts import notifications
from contracts.lifecycle import CONTRACT, MILESTONE
from contracts.models import Contract
from contracts.policy import CHANGEABLE
from contracts.queries import facts, others_go_on, settlement
from opportunities.lifecycle import OPPORTUNITY

LONGEST_REPORT = 20_000


def report(contract: Contract, final_report: str, lessons: str, *, by: User, at: datetime) -> Contract:
    """Write, as the supplier, what was made and what was learned; both are public."""
    if not final_report.strip():
        raise NotValid(N_("Say what was made and where it is."), field="final_report")
    for field, text in (("final_report", final_report), ("lessons", lessons)):
        if len(text) > LONGEST_REPORT:
            raise NotValid(N_("At most %(count)s characters."), field=field, count=LONGEST_REPORT)
    CONTRACT.move(contract, "report", by=by, at=at, facts=facts(contract, by, at))
    contract.final_report, contract.lessons = final_report.strip(), lessons.strip()
    db.session.flush()
    return contract


def complete(contract: Contract, *, by: User, at: datetime) -> Contract:
    """Complete a contract whose milestones are all paid or cancelled; with the last, the procurement is completed."""
    event = CONTRACT.move(
        contract, "complete", by=by, at=at, facts=facts(contract, by, at), value_cents=contract.current_cents
    )
    contract.ended_at = at
    if not others_go_on(contract):
        OPPORTUNITY.move(contract.opportunity, "complete", by=by, at=at)
    notifications.tell_both(contract, event, "completed")
    return contract


def terminate(contract: Contract, reason: str, *, by: User, at: datetime) -> Contract:
    """End a contract early with a reason: milestones not delivered are cancelled, accepted ones are still paid."""
    if not reason.strip():
        raise NotValid(N_("Say why."), field="reason")
    known = facts(contract, by, at)
    settled = settlement(contract)
    sums = {"owed_cents": settled.owed_cents, "cancelled_cents": settled.cancelled_cents}
    event = CONTRACT.move(contract, "terminate", by=by, at=at, facts=known, **sums)
    contract.ended_at, contract.ended_because = at, reason.strip()
    for milestone in contract.milestones:
        if milestone.state in CHANGEABLE:
            MILESTONE.move(milestone, "cancel", by=by, at=at, facts=known, position=milestone.position)
    notifications.tell_both(contract, event, "terminated", settled=settled)
    return contract
