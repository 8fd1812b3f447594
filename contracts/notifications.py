"""What both sides of a contract are told; nobody is told of their own act."""

from collections.abc import Iterable
from typing import Any

from app.core import outbox
from app.core.audit import Event
from auth.models import User
from auth.queries import holders_of
from contracts.models import (
    Amendment,
    Contract,
    Handover,
    Milestone,
    MilestoneComment,
    PaymentAttempt,
    Reconciliation,
    Refund,
)
from contracts.queries import Clock, find_account_of, supplier_side
from evaluations.models import Award
from evaluations.queries import side_of


def tell_of_contract(contract: Contract, event: Event, kind: str, **facts: Any) -> None:
    """Tell the supplier's side."""
    _tell(supplier_side(contract), contract, event, kind, **facts)


def tell_department(contract: Contract, event: Event, kind: str, **facts: Any) -> None:
    """Tell the contract's officer and buyer, or who holds their role now."""
    people = [
        *_in_charge(contract, contract.officer, "officer", event),
        *_in_charge(contract, contract.buyer, "buyer", event),
    ]
    _tell(people, contract, event, kind, **facts)


def tell_both(contract: Contract, event: Event, kind: str, **facts: Any) -> None:
    """Tell both sides."""
    tell_of_contract(contract, event, kind, **facts)
    tell_department(contract, event, kind, **facts)


def tell_of_declined_award(award: Award, event: Event) -> None:
    """Tell the department's officers and the winner's side, but who did it, that an award was declined and why."""
    opportunity, proposal = award.opportunity, award.proponent.proposal
    officers = holders_of("officer", opportunity.department_id, event.at)
    supplier = (proposal.organization or proposal.author).name
    for person in {one.id: one for one in (*officers, *side_of(proposal))}.values():
        if person.id != event.actor_id:
            outbox.post(
                "contracts/award_declined",
                to=person,
                event=event,
                opportunity=opportunity,
                supplier=supplier,
                reason=award.refused_because,
            )


def tell_buyer(milestone: Milestone, event: Event, kind: str, **facts: Any) -> None:
    """Tell the buyer of a milestone: that a delivery waits, or what became of it."""
    contract = milestone.contract
    people = _in_charge(contract, contract.buyer, "buyer", event)
    _tell(people, contract, event, kind, milestone=milestone, **facts)


def tell_of_acceptance(milestone: Milestone, event: Event, **part: Any) -> None:
    """Tell the supplier that the work (or a part of it) is accepted, and finance that its payment can be released."""
    contract = milestone.contract
    connected = find_account_of(contract) is not None
    kind = "accepted_in_part" if part else "accepted"
    tell_of_contract(contract, event, kind, milestone=milestone, connected=connected, **part)
    _tell(_finance(milestone, event), contract, event, "to_release", milestone=milestone)


def tell_of_clock(milestone: Milestone, event: Event, kind: str, clock: Clock) -> None:
    """Remind the buyer to answer a delivery, or finance to pay; tell both sides that a payment is late."""
    if kind == "answer":
        tell_buyer(milestone, event, "answer_due", clock=clock)
        return
    name = "payment_due" if kind == "pay" else "payment_late"
    _tell(_finance(milestone, event), milestone.contract, event, name, milestone=milestone, clock=clock, to_pay=True)
    if kind == "late":
        tell_of_contract(milestone.contract, event, name, milestone=milestone, clock=clock, to_pay=False)


def tell_of_comment(comment: MilestoneComment, event: Event) -> None:
    """Tell the other side what was written: the supplier's, or the department's buyer."""
    milestone = comment.milestone
    if comment.side == "supplier":
        tell_buyer(milestone, event, "comment", comment=comment)
    else:
        tell_of_contract(milestone.contract, event, "comment", milestone=milestone, comment=comment)


def tell_of_payment(attempt: PaymentAttempt, event: Event, kind: str) -> None:
    """Tell the supplier and finance how a payment goes on; both sides when it settled or failed."""
    contract = attempt.milestone.contract
    facts = {"milestone": attempt.milestone, "payment": attempt}
    if kind != "needs_action":
        tell_of_contract(contract, event, kind, to_pay=False, **facts)
    _tell([attempt.ordered_by], contract, event, kind, to_pay=True, **facts)
    if kind == "payment_settled":
        _tell(_in_charge(contract, contract.buyer, "buyer", event), contract, event, kind, to_pay=False, **facts)


def tell_of_refund(refund: Refund, event: Event, kind: str) -> None:
    """Tell the supplier's side, the buyer and who ordered it that a payment goes back, went back or could not."""
    attempt, contract = refund.attempt, refund.attempt.milestone.contract
    facts = {"milestone": attempt.milestone, "payment": attempt, "refund": refund}
    people = [*supplier_side(contract), *_in_charge(contract, contract.buyer, "buyer", event), refund.ordered_by]
    _tell({one.id: one for one in people}.values(), contract, event, kind, **facts)


def tell_of_dispute(attempt: PaymentAttempt, event: Event, kind: str) -> None:
    """Tell both sides, and the department's finance, that a payment is disputed, or how that was decided."""
    contract = attempt.milestone.contract
    tell_of_contract(contract, event, kind, milestone=attempt.milestone, payment=attempt, to_pay=False)
    people = [*holders_of("finance", contract.department_id, event.at), contract.buyer]
    told = {one.id: one for one in people}.values()
    _tell(told, contract, event, kind, milestone=attempt.milestone, payment=attempt, to_pay=True)


def tell_of_differences(report: Reconciliation, event: Event) -> None:
    """Tell the administrators that our books and the provider's differ."""
    for person in holders_of("administrator", None, event.at):
        outbox.post("contracts/differences", to=person, event=event, report=report)


def tell_of_amendment(amendment: Amendment, event: Event) -> None:
    """Ask the supplier to answer an amendment, or finance to certify its money first; tell both the answer."""
    contract = amendment.contract
    if amendment.state != "proposed":
        tell_both(contract, event, "amendment_answered", amendment=amendment)
    elif amendment.uncertified_cents:
        finance = holders_of("finance", contract.department_id, event.at)
        _tell(finance, contract, event, "to_certify", amendment=amendment)
    else:
        tell_of_contract(contract, event, "amendment_proposed", amendment=amendment)


def tell_of_certified(amendment: Amendment, event: Event) -> None:
    """Ask the supplier to answer an amendment whose money is certified now, and tell who proposed it."""
    tell_of_contract(amendment.contract, event, "amendment_proposed", amendment=amendment)
    _tell([amendment.by], amendment.contract, event, "amendment_certified", amendment=amendment)


def tell_of_handover(handover: Handover, event: Event) -> None:
    """Tell who had a contract and who has it now, and the supplier whom to turn to."""
    contract = handover.contract
    people = {one.id: one for one in (handover.giver, handover.taker, *supplier_side(contract))}
    _tell(people.values(), contract, event, "handed_over", handover=handover)


def _in_charge(contract: Contract, person: User, role: str, event: Event) -> list[User]:
    holders = holders_of(role, contract.department_id, event.at)
    return [person] if person.id in {one.id for one in holders} else holders


def _finance(milestone: Milestone, event: Event) -> list[User]:
    holders = holders_of("finance", milestone.contract.department_id, event.at)
    return [person for person in holders if person.id != milestone.accepted_by_id]


def _tell(people: Iterable[User], contract: Contract, event: Event, kind: str, **facts: Any) -> None:
    for person in people:
        if person.id != event.actor_id:
            outbox.post(f"contracts/{kind}", to=person, event=event, contract=contract, **facts)
