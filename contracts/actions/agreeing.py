"""Drawing a contract up from an award, and each side's acceptance."""

from datetime import datetime

from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotNow
from auth.models import User
from contracts import notifications, policy
from contracts.lifecycle import CONTRACT, MILESTONE
from contracts.models import Amendment, Consent, Contract
from contracts.policy import Facts
from contracts.queries import (
    as_text,
    facts,
    find_award_to_draw,
    fingerprint,
    planned,
    planned_milestones,
    still_says,
    terms_of,
    text_of,
)
from opportunities.models import Opportunity


def draw_up(opportunity: Opportunity, *, by: User, at: datetime) -> Contract:
    """Draw a contract up from the award made: its parties, value and milestones that add up to it."""
    award = find_award_to_draw(opportunity)
    if award is None:
        raise NotNow(policy.NO_AWARD)
    contract = planned(award, by, at)
    known = facts(contract, by, at)
    public = {"number": contract.number, "value_cents": contract.value_cents, "supplier": contract.supplier_name}
    event = CONTRACT.move(contract, "draw_up", by=by, at=at, facts=known, **public)
    _plan_milestones(contract, known, by, at)
    contract.text = as_text(terms_of(contract))
    contract.text_hash = fingerprint(contract.text)
    db.session.flush()
    notifications.tell_of_contract(contract, event, "to_accept")
    return contract


def _plan_milestones(contract: Contract, known: Facts, by: User, at: datetime) -> None:
    for milestone in planned_milestones(contract):
        milestone.contract = contract
        facts_of_it = {"position": milestone.position, "amount_cents": milestone.amount_cents}
        MILESTONE.move(milestone, "plan", by=by, at=at, facts=known, **facts_of_it)
    check_sum(contract)


def check_sum(contract: Contract) -> None:
    """Hold the invariant: the milestones that count add up to the value with its amendments."""
    counted = sum(milestone.amount_cents for milestone in contract.milestones if milestone.state != "cancelled")
    if counted != contract.current_cents:
        msg = f"Contract {contract.number}: milestones of {counted} cents, value of {contract.current_cents}."
        raise ArithmeticError(msg)


def accept(contract: Contract, digest: str, *, by: User, at: datetime) -> Contract:
    """Accept for the side that one speaks for what the digest names; the second acceptance begins the contract."""
    if digest != contract.text_hash or digest != fingerprint(text_of(contract)) or not still_says(contract):
        raise NotNow(N_("The contract is not the one that was shown. Read it again."))
    known = facts(contract, by, at)
    event = CONTRACT.move(contract, policy.acceptance(known), by=by, at=at, facts=known, text_hash=digest)
    if known.supplier:
        contract.supplier_accepted_at, contract.supplier_accepted_by = at, by
    else:
        contract.department_accepted_at, contract.department_accepted_by = at, by
    keep_consent(contract, text_of(contract), "supplier" if known.supplier else "department", by, at)
    if contract.supplier_accepted_at and contract.department_accepted_at:
        event = CONTRACT.move(contract, "begin", by=by, at=at, facts=known, value_cents=contract.value_cents)
        notifications.tell_both(contract, event, "began")
    elif known.supplier:
        notifications.tell_department(contract, event, "supplier_accepted")
    db.session.flush()
    return contract


def keep_consent(
    contract: Contract, text: str, side: str, by: User, at: datetime, amendment: Amendment | None = None
) -> Consent:
    """Keep the very text that a side accepted, of a contract or of an amendment."""
    consent = Consent(
        contract=contract, amendment=amendment, side=side, by=by, at=at, text=text, sha256=fingerprint(text)
    )
    db.session.add(consent)
    return consent
