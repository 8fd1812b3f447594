"""Drawing a contract up from an award, and each side's acceptance."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotNow
from auth.models import User
from contracts import notifications, policy, schedule
from contracts.lifecycle import CONTRACT, MILESTONE
from contracts.models import Contract, Milestone
from contracts.policy import Facts
from contracts.queries import facts, find_award_to_draw, next_number, planned_parts, text_hash
from evaluations.models import Award
from opportunities.models import Opportunity


def draw_up(opportunity: Opportunity, *, by: User, at: datetime) -> Contract:
    """Draw a contract up from the award made: its parties, value and milestones that add up to it."""
    award = find_award_to_draw(opportunity)
    if award is None:
        raise NotNow(policy.NO_AWARD)
    contract = _from_award(award, by, at)
    known = facts(contract, by, at)
    public = {"number": contract.number, "value_cents": contract.value_cents, "supplier": contract.supplier_name}
    event = CONTRACT.move(contract, "draw_up", by=by, at=at, facts=known, **public)
    _plan_milestones(contract, known, by, at)
    contract.text_hash = text_hash(contract)
    db.session.flush()
    notifications.tell_of_contract(contract, event, "to_accept")
    return contract


def _from_award(award: Award, by: User, at: datetime) -> Contract:
    opportunity, proposal = award.opportunity, award.proponent.proposal
    today = at.astimezone(ZoneInfo(opportunity.zone)).date()
    return Contract(
        number=next_number(),
        award=award,
        opportunity=opportunity,
        department=opportunity.department,
        department_id=opportunity.department_id,
        supplier=proposal.author,
        supplier_id=proposal.author_id,
        organization=proposal.organization,
        organization_id=proposal.organization_id,
        buyer=opportunity.author,
        officer=by,
        title=opportunity.title,
        value_cents=award.value_cents,
        taxes=opportunity.taxes,
        province=opportunity.department.province,
        licence=opportunity.licence,
        repository=opportunity.repository,
        text_hash="",
        drawn_up_at=at,
        start_on=max(opportunity.start_on or today, today),
    )


def _plan_milestones(contract: Contract, known: Facts, by: User, at: datetime) -> None:
    start = contract.start_on or at.date()
    for position, part in enumerate(planned_parts(contract.award), 1):
        milestone = Milestone(
            contract=contract,
            position=position,
            title=part.title,
            accepted_when=part.accepted_when,
            amount_cents=part.amount_cents,
            due_on=schedule.due_on(start, part.due_days),
        )
        MILESTONE.move(milestone, "plan", by=by, at=at, facts=known, position=position, amount_cents=part.amount_cents)
    check_sum(contract)


def check_sum(contract: Contract) -> None:
    """Hold the invariant: the milestones that count add up to the value with its amendments."""
    counted = sum(milestone.amount_cents for milestone in contract.milestones if milestone.state != "cancelled")
    if counted != contract.current_cents:
        msg = f"Contract {contract.number}: milestones of {counted} cents, value of {contract.current_cents}."
        raise ArithmeticError(msg)


def accept(contract: Contract, digest: str, *, by: User, at: datetime) -> Contract:
    """Accept for the side that one speaks for what the digest names; the second acceptance begins the contract."""
    if digest != contract.text_hash or digest != text_hash(contract):
        raise NotNow(N_("The contract is not the one that was shown. Read it again."))
    known = facts(contract, by, at)
    event = CONTRACT.move(contract, policy.acceptance(known), by=by, at=at, facts=known, text_hash=digest)
    if known.supplier:
        contract.supplier_accepted_at, contract.supplier_accepted_by = at, by
    else:
        contract.department_accepted_at, contract.department_accepted_by = at, by
    if contract.supplier_accepted_at and contract.department_accepted_at:
        event = CONTRACT.move(contract, "begin", by=by, at=at, facts=known, value_cents=contract.value_cents)
        notifications.tell_both(contract, event, "began")
    elif known.supplier:
        notifications.tell_department(contract, event, "supplier_accepted")
    db.session.flush()
    return contract
