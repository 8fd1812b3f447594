"""Amendments: proposed by an officer with a reason, accepted or declined by the supplier; sums kept."""

from datetime import datetime

from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotNow, NotValid
from auth.models import User
from contracts import notifications
from contracts.actions.agreeing import check_sum
from contracts.changes import Added, Changed, Changes
from contracts.lifecycle import AMENDMENT, MILESTONE
from contracts.models import Amendment, Contract, Milestone
from contracts.policy import CHANGEABLE, Facts
from contracts.queries import facts, get_milestone

STALE = N_("A milestone has moved on since this amendment was proposed. Decline it and propose another.")


def propose_amendment(contract: Contract, changes: Changes, reason: str, *, by: User, at: datetime) -> Amendment:
    """Propose a change of value, dates, milestones or scope; the value changes by what the milestones do."""
    if not reason.strip():
        raise NotValid(N_("Say why the contract changes."), field="reason")
    if changes.empty:
        raise NotValid(N_("Nothing would change."))
    _check(contract, changes)
    known = facts(contract, by, at)
    number = len(contract.amendments) + 1
    amendment = Amendment(
        contract=contract,
        number=number,
        change_cents=changes.change_cents,
        reason=reason.strip(),
        changes=changes.as_dict(),
        by=by,
        at=at,
    )
    event = AMENDMENT.move(
        amendment, "propose", by=by, at=at, facts=known, number=number, change_cents=amendment.change_cents
    )
    notifications.tell_of_amendment(amendment, event)
    return amendment


def _check(contract: Contract, changes: Changes) -> None:
    if not _still_stands(contract, changes):
        raise NotNow(STALE)
    if contract.current_cents + changes.change_cents <= 0:
        raise NotValid(N_("Nothing would be left of the contract. Terminate it instead."))
    if any(one.amount_cents < 0 for one in changes.changed) or any(one.amount_cents <= 0 for one in changes.added):
        raise NotValid(N_("An amount is at least one cent."))


def _still_stands(contract: Contract, changes: Changes) -> bool:
    """Say whether each milestone to be changed is still as the amendment knew it."""
    return all(
        milestone.state in CHANGEABLE and milestone.amount_cents == one.was_cents and milestone.due_on == one.was_due_on
        for one in changes.changed
        for milestone in [get_milestone(contract, one.position)]
    )


def accept_amendment(amendment: Amendment, *, by: User, at: datetime) -> Amendment:
    """Accept an amendment as the supplier: its changes are made, the sums kept."""
    contract, changes = amendment.contract, Changes.of(amendment.changes)
    known = facts(contract, by, at)
    if amendment.state == "proposed" and not _still_stands(contract, changes):
        raise NotNow(STALE)
    event = AMENDMENT.move(
        amendment,
        "accept",
        by=by,
        at=at,
        facts=known,
        number=amendment.number,
        change_cents=amendment.change_cents,
    )
    amendment.answered_at, amendment.answered_by = at, by
    for one in changes.changed:
        _change(get_milestone(contract, one.position), one, known, by, at)
    for added in changes.added:
        _add(contract, added, known, by, at)
    db.session.flush()
    check_sum(contract)
    notifications.tell_of_amendment(amendment, event)
    return amendment


def _change(milestone: Milestone, one: Changed, known: Facts, by: User, at: datetime) -> None:
    if one.amount_cents == 0:
        MILESTONE.move(milestone, "cancel", by=by, at=at, facts=known, position=milestone.position)
        return
    milestone.amount_cents, milestone.due_on = one.amount_cents, one.due_on


def _add(contract: Contract, added: Added, known: Facts, by: User, at: datetime) -> None:
    position = len(contract.milestones) + 1
    milestone = Milestone(
        contract=contract,
        position=position,
        title=added.title,
        accepted_when=added.accepted_when,
        amount_cents=added.amount_cents,
        due_on=added.due_on,
    )
    MILESTONE.move(milestone, "plan", by=by, at=at, facts=known, position=position, amount_cents=added.amount_cents)


def decline_amendment(amendment: Amendment, *, by: User, at: datetime) -> Amendment:
    """Decline an amendment as the supplier, or take it back as an officer; the contract stays as it was."""
    contract = amendment.contract
    event = AMENDMENT.move(amendment, "decline", by=by, at=at, facts=facts(contract, by, at), number=amendment.number)
    amendment.answered_at, amendment.answered_by = at, by
    db.session.flush()
    notifications.tell_of_amendment(amendment, event)
    return amendment
