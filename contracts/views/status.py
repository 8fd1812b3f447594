"""The one sentence and the one button: where a contract, or one of its milestones, stands for its reader."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext

from app.core import formats
from app.core.web import language
from auth.models import User
from contracts import policy, schedule
from contracts.invoicing import Invoice
from contracts.models import Amendment, Contract, Milestone
from contracts.policy import UNFINISHED, Facts


@dataclass(frozen=True)
class Status:
    """A sentence, and what its reader can do next (if anything): the button's words and address."""

    sentence: str
    button: str = ""
    address: str = ""


def status_of(
    contract: Contract, facts: Facts, person: User | None, at: datetime, milestone: Milestone | None = None
) -> Status:
    """Say where a contract (or one milestone) stands for a reader, and the one thing for them to do."""
    if contract.state == "proposed":
        return _proposed(contract, facts)
    proposed = [one for one in contract.amendments if one.state == "proposed"]
    if milestone is None and proposed and _acts_on(proposed[-1], facts):
        return _answer(proposed[-1], facts)
    looked_at = [milestone] if milestone else contract.milestones
    for one in looked_at:
        for status in _to_do(one, facts, person, at):
            return status
    if milestone is None:
        for status in _whole(contract, facts):
            return status
        return _contract_in_words(contract)
    return _milestone_in_words(milestone)


def _proposed(contract: Contract, facts: Facts) -> Status:
    address = url_for("contracts.accept", number=contract.number)
    if facts.supplier and contract.supplier_accepted_at is None:
        return Status(gettext("This contract waits for your acceptance."), gettext("Read and accept"), address)
    if policy.is_officer(facts) and contract.department_accepted_at is None:
        return Status(
            gettext("This contract waits for the department's acceptance."), gettext("Read and accept"), address
        )
    if contract.supplier_accepted_at:
        return Status(gettext("Accepted by the supplier; the department's acceptance is missing."))
    if contract.department_accepted_at:
        return Status(gettext("Accepted by the department; the supplier's acceptance is missing."))
    return Status(gettext("Drawn up. Both sides have yet to accept."))


def _to_do(milestone: Milestone, facts: Facts, person: User | None, at: datetime) -> Iterator[Status]:
    place: dict[str, Any] = {"number": milestone.contract.number, "position": milestone.position}
    if milestone.contract.state == "active":
        if facts.supplier and milestone.state in ("planned", "returned"):
            yield _deliver(milestone, place)
        if policy.is_buyer(facts) and milestone.state == "delivered":
            yield _decide(milestone, place, at)
    if policy.may_release(person.id if person else None, milestone, facts):
        yield from _pay(milestone, place)


def _deliver(milestone: Milestone, place: dict[str, Any]) -> Status:
    button = gettext("Deliver milestone %(position)s", position=milestone.position)
    address = url_for("contracts.deliver", **place)
    if milestone.state == "returned":
        return Status(
            gettext("Milestone %(position)s was returned: see why.", position=milestone.position), button, address
        )
    if milestone.due_on:
        due = formats.day(milestone.due_on, language())
        sentence = gettext("Milestone %(position)s is due on %(date)s.", position=milestone.position, date=due)
        return Status(sentence, button, address)
    return Status(gettext("Milestone %(position)s is next.", position=milestone.position), button, address)


def _decide(milestone: Milestone, place: dict[str, Any], at: datetime) -> Status:
    delivered = milestone.deliveries[-1].at
    until = schedule.answer_by(delivered)
    ago, day = formats.distance(delivered - at, language()), formats.day(until, language())
    sentence = gettext(
        "Milestone %(position)s was delivered %(ago)s. Answer by %(date)s.",
        position=milestone.position,
        ago=ago,
        date=day,
    )
    return Status(
        sentence,
        gettext("Accept or return milestone %(position)s", position=milestone.position),
        url_for("contracts.milestone", **place),
    )


def _pay(milestone: Milestone, place: dict[str, Any]) -> Iterator[Status]:
    address = url_for("contracts.release", **place)
    last = milestone.attempts[-1] if milestone.attempts else None
    if milestone.state == "accepted":
        amount = formats.money(Invoice.of(milestone.deliveries[-1].invoice).total_cents, language())
        sentence = gettext("Milestone %(position)s is accepted; its payment waits.", position=milestone.position)
        yield Status(sentence, gettext("Release payment of %(amount)s", amount=amount), address)
    elif milestone.state == "released" and last is not None and last.state == "failed":
        sentence = gettext("The payment of milestone %(position)s failed.", position=milestone.position)
        yield Status(sentence, gettext("See why and try again"), address)


def _whole(contract: Contract, facts: Facts) -> Iterator[Status]:
    """What the contract as a whole waits for."""
    proposed = [one for one in contract.amendments if one.state == "proposed"]
    if proposed and facts.party:
        yield _answer(proposed[-1], facts)
    finished = not any(one.state in UNFINISHED for one in contract.milestones)
    if contract.state == "active" and finished and (policy.is_buyer(facts) or policy.is_officer(facts)):
        address = url_for("contracts.complete", number=contract.number)
        yield Status(gettext("Everything is paid."), gettext("Complete the contract"), address)
    if contract.state == "active" and finished and facts.supplier and not contract.final_report:
        address = url_for("contracts.report", number=contract.number)
        yield Status(gettext("Everything is paid. Your final report is missing."), gettext("Write the report"), address)


def _acts_on(amendment: Amendment, facts: Facts) -> bool:
    """Say whether a proposed amendment waits for this reader."""
    if amendment.uncertified_cents:
        return "finance" in facts.roles and not facts.member
    return facts.supplier


def _answer(amendment: Amendment, facts: Facts) -> Status:
    """Say whom a proposed amendment waits for, and give them what to do."""
    place: dict[str, Any] = {"number": amendment.contract.number, "amendment": amendment.number}
    address = url_for("contracts.amendment", **place)
    if amendment.uncertified_cents:
        sentence = gettext("Amendment %(number)s waits for finance to certify its money.", number=amendment.number)
        if _acts_on(amendment, facts):
            return Status(sentence, gettext("Certify the money"), url_for("contracts.certify_amendment", **place))
        return Status(sentence, gettext("Read it"), address)
    if facts.supplier:
        sentence = gettext("Amendment %(number)s waits for your answer.", number=amendment.number)
        return Status(sentence, gettext("Read and answer it"), address)
    sentence = gettext("Amendment %(number)s waits for the supplier's answer.", number=amendment.number)
    return Status(sentence, gettext("Read it"), address)


def _contract_in_words(contract: Contract) -> Status:
    day = formats.day(contract.ended_at, language()) if contract.ended_at else ""
    if contract.state == "active":
        paid = sum(one.state == "paid" for one in contract.milestones)
        whole = sum(one.state != "cancelled" for one in contract.milestones)
        return Status(gettext("Under way: %(paid)s of %(whole)s milestones paid.", paid=paid, whole=whole))
    words = {
        "completed": gettext("Completed on %(date)s.", date=day),
        "terminated": gettext("Terminated on %(date)s.", date=day),
        "declined": gettext("Declined by the supplier on %(date)s.", date=day),
    }
    return Status(words[contract.state])


def _milestone_in_words(milestone: Milestone) -> Status:
    last = milestone.attempts[-1] if milestone.attempts else None
    if milestone.state == "released" and last is not None:
        words = {
            "needs_action": gettext("The payment waits for a confirmation at the provider."),
            "failed": gettext("The payment failed; finance tries again."),
        }
        return Status(words.get(last.state, gettext("The payment is on its way; it usually takes 2 to 4 days.")))
    if milestone.state == "paid" and last is not None and last.state == "disputed":
        return Status(gettext("Paid, but the bank behind the department's payment method disputes it."))
    words = {
        "planned": gettext("Not delivered yet."),
        "delivered": gettext("Delivered; the buyer accepts or returns it."),
        "returned": gettext("Returned; the supplier delivers it again."),
        "accepted": gettext("Accepted; finance releases its payment."),
        "released": gettext("The payment is ordered."),
        "paid": gettext("Paid on %(date)s.", date=formats.day(milestone.paid_at, language())),
        "cancelled": gettext("Cancelled."),
    }
    return Status(words[milestone.state])
