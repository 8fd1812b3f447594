"""Amendments: written and proposed by an officer with a reason, certified by finance, answered by the supplier."""

from datetime import datetime

from app.core import audit
from app.core.audit import PARTIES
from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotAllowed, NotFound, NotNow, NotValid
from app.core.money import LARGEST_CENTS
from auth.models import User
from contracts import notifications, policy
from contracts.actions.agreeing import check_sum, keep_consent
from contracts.changes import Added, Changed, Changes
from contracts.lifecycle import AMENDMENT, MILESTONE
from contracts.models import Amendment, AmendmentDraft, Contract, FurtherCertificate, Milestone
from contracts.policy import CHANGEABLE, Facts
from contracts.queries import (
    amendment_terms,
    amendment_text_of,
    as_text,
    facts,
    find_draft,
    fingerprint,
    get_milestone,
    uncertified_cents,
)

STALE = N_("A milestone has moved on since this amendment was proposed. Decline it and propose another.")

NOTHING_TO_CERTIFY = N_("No money for this amendment waits to be certified.")


def check_amendment(contract: Contract, changes: Changes, reason: str) -> None:
    """Refuse an amendment without a reason, that changes nothing, or whose sums or milestones are not right."""
    if not reason.strip():
        raise NotValid(N_("Say why the contract changes."), field="reason")
    if changes.empty:
        raise NotValid(N_("Nothing would change."))
    if not _still_stands(contract, changes):
        raise NotNow(STALE)
    if any(one.amount_cents < 0 for one in changes.changed) or any(one.amount_cents <= 0 for one in changes.added):
        raise NotValid(N_("An amount is at least one cent."), field="amount")
    if not all(one.adds_up for one in changes.split):
        raise NotValid(N_("The two parts must add up to what the milestone is worth."), field="part_amount")
    after = contract.current_cents + changes.change_cents
    if after <= 0:
        raise NotValid(N_("Nothing would be left of the contract. Terminate it instead."))
    if after > LARGEST_CENTS:
        raise NotValid(N_("The contract would be worth more than the exchange can count."))


def write_amendment(contract: Contract, changes: Changes, reason: str, *, by: User, at: datetime) -> AmendmentDraft:
    """Keep an amendment as an officer wrote it, to be checked before it is proposed; it replaces an earlier one."""
    check_amendment(contract, changes, reason)
    if not policy.is_officer(facts(contract, by, at)):
        raise NotAllowed
    not_now = policy.unless_amendable(contract)
    if not_now is not None:
        raise not_now
    draft = find_draft(contract) or AmendmentDraft(contract=contract)
    draft.changes, draft.reason, draft.by, draft.at = changes.as_dict(), reason.strip(), by, at
    db.session.add(draft)
    db.session.flush()
    return draft


def propose_draft(contract: Contract, *, by: User, at: datetime) -> Amendment:
    """Propose the amendment that was written and checked."""
    draft = find_draft(contract)
    if draft is None:
        raise NotFound
    changes, reason = Changes.of(draft.changes), draft.reason
    db.session.delete(draft)
    return propose_amendment(contract, changes, reason, by=by, at=at)


def propose_amendment(contract: Contract, changes: Changes, reason: str, *, by: User, at: datetime) -> Amendment:
    """Propose a change of value, dates, milestones or scope; the proposal is the department's consent to it.

    The value changes by what the milestones do. What finance has not certified of a rise is noted: it is certified
    before the supplier is asked.
    """
    check_amendment(contract, changes, reason)
    known = facts(contract, by, at)
    number = len(contract.amendments) + 1
    short = uncertified_cents(contract, changes.change_cents)
    amendment = Amendment(
        contract=contract,
        number=number,
        change_cents=changes.change_cents,
        reason=reason.strip(),
        changes=changes.as_dict(),
        uncertified_cents=short,
        by=by,
        at=at,
    )
    event = AMENDMENT.move(
        amendment, "propose", by=by, at=at, facts=known, number=number, change_cents=amendment.change_cents
    )
    amendment.text = as_text(amendment_terms(amendment))
    amendment.text_hash = fingerprint(amendment.text)
    keep_consent(contract, amendment.text, "department", by, at, amendment)
    notifications.tell_of_amendment(amendment, event)
    return amendment


def certify_amendment(
    amendment: Amendment, amount_cents: int, fund_code: str, *, by: User, at: datetime
) -> FurtherCertificate:
    """Certify the money that an amendment needs beyond what is certified (Financial Administration Act, s. 32)."""
    if not policy.may_certify(by.id, amendment, facts(amendment.contract, by, at)):
        raise NotAllowed
    if amendment.state != "proposed" or not amendment.uncertified_cents:
        raise NotNow(NOTHING_TO_CERTIFY)
    if not fund_code.strip():
        raise NotValid(N_("Write the fund code."), field="fund_code")
    if not amendment.uncertified_cents <= amount_cents <= LARGEST_CENTS:
        raise NotValid(N_("The amount must cover what is not certified yet."), field="amount")
    certificate = FurtherCertificate(
        amendment=amendment, amount_cents=amount_cents, fund_code=fund_code.strip(), by=by, at=at
    )
    amendment.uncertified_cents = 0
    db.session.add(certificate)
    event = audit.record(
        "amendment.certify", amendment.subject, by=by, at=at, audience=PARTIES, amount_cents=amount_cents,
        number=amendment.number,
    )  # fmt: skip
    notifications.tell_of_certified(amendment, event)
    return certificate


def _still_stands(contract: Contract, changes: Changes) -> bool:
    """Say whether each milestone to be changed is still as the amendment knew it."""
    return all(
        milestone.state in CHANGEABLE and milestone.amount_cents == one.was_cents and milestone.due_on == one.was_due_on
        for one in changes.touched
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
    keep_consent(contract, amendment_text_of(amendment), "supplier", by, at, amendment)
    _carry_out(contract, changes, known, by, at)
    db.session.flush()
    check_sum(contract)
    notifications.tell_of_amendment(amendment, event)
    return amendment


def _carry_out(contract: Contract, changes: Changes, known: Facts, by: User, at: datetime) -> None:
    for one in changes.changed:
        _change(get_milestone(contract, one.position), one, known, by, at)
    for split in changes.split:
        kept = get_milestone(contract, split.position)
        kept.amount_cents, kept.due_on, kept.accepted_when = split.amount_cents, split.due_on, split.accepted_when
        _add(contract, split.part, known, by, at)
    for added in changes.added:
        _add(contract, added, known, by, at)


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
