"""The tables of transitions: of a contract, a milestone, an amendment, a payment, a refund."""

from app.core.audit import PARTIES, Actor, System
from app.core.lifecycle import START, Lifecycle, Transition
from contracts import policy
from contracts.models import Milestone, PaymentAttempt, Refund
from contracts.policy import Facts

PROVIDER = System("payment provider")
"""The payment worker, acting on the provider's answers."""


def _officer(_by: Actor, _row: object, facts: Facts) -> bool:
    return policy.is_officer(facts)


def _buyer(_by: Actor, _row: object, facts: Facts) -> bool:
    return policy.is_buyer(facts)


def _buyer_or_officer(_by: Actor, _row: object, facts: Facts) -> bool:
    return policy.is_buyer(facts) or policy.is_officer(facts)


def _supplier(_by: Actor, _row: object, facts: Facts) -> bool:
    return facts.supplier


def _either_side(_by: Actor, _row: object, facts: Facts) -> bool:
    return facts.supplier or policy.is_officer(facts)


def _finance(by: Actor, row: Milestone, facts: Facts) -> bool:
    return policy.may_release(by.id, row, facts)


def _finance_again(by: Actor, row: PaymentAttempt, facts: Facts) -> bool:
    return policy.may_release(by.id, row.milestone, facts)


def _finance_back(by: Actor, row: Refund, facts: Facts) -> bool:
    return policy.may_release(by.id, row.attempt.milestone, facts)


def _provider(by: Actor, _row: object, _facts: object) -> bool:
    return by == PROVIDER


CONTRACT = Lifecycle("contract", lambda row: row.subject, [
    Transition("draw_up", (START,), "proposed", _officer, policy.when_standstill_is_over),
    Transition("accept_as_supplier", ("proposed",), "proposed", _supplier, policy.when_supplier_has_not_accepted),
    Transition("accept_as_department", ("proposed",), "proposed", _officer, policy.when_department_has_not_accepted),
    Transition("begin", ("proposed",), "active", _either_side, policy.when_both_accepted),
    Transition("decline", ("proposed",), "declined", _either_side),
    Transition("report", ("active",), "active", _supplier),
    Transition("complete", ("active",), "completed", _buyer_or_officer, policy.when_all_is_paid),
    Transition("terminate", ("active",), "terminated", _officer, policy.when_no_delivery_waits),
])  # fmt: skip
"""Drawn up by an officer, accepted by both sides, worked through; or declined, or terminated."""

MILESTONE = Lifecycle("milestone", lambda row: row.subject, [
    Transition("plan", (START,), "planned", _either_side),
    Transition("split_off", (START,), "planned", _buyer, policy.when_active),
    Transition("deliver", ("planned", "returned"), "delivered", _supplier, policy.when_active),
    Transition("return", ("delivered",), "returned", _buyer, policy.when_active),
    Transition("accept", ("delivered",), "accepted", _buyer, policy.when_active),
    Transition("release", ("accepted",), "released", _finance, policy.when_payable),
    Transition("settle", ("released",), "paid", _provider),
    Transition("refund", ("paid",), "accepted", _provider),
    Transition("cancel", ("planned", "returned"), "cancelled", _either_side),
])  # fmt: skip
"""Delivered, accepted (s. 34) or returned, released (s. 33) by somebody else, paid."""

AMENDMENT = Lifecycle("amendment", lambda row: row.subject, [
    Transition("propose", (START,), "proposed", _officer, policy.when_amendable),
    Transition("accept", ("proposed",), "accepted", _supplier, policy.when_covered),
    Transition("decline", ("proposed",), "declined", _either_side),
])  # fmt: skip
"""Proposed by an officer; accepted or declined by the supplier, or taken back."""

PAYMENT = Lifecycle("payment", lambda row: row.subject, [
    Transition("order", (START,), "ordered", _finance_again, policy.when_nothing_is_under_way, PARTIES),
    Transition("send", ("ordered",), "sent", _provider, audience=PARTIES),
    Transition("process", ("sent", "needs_action"), "processing", _provider, audience=PARTIES),
    Transition("ask", ("sent", "processing"), "needs_action", _provider, audience=PARTIES),
    Transition("settle", ("sent", "processing", "needs_action"), "settled", _provider, audience=PARTIES),
    Transition("fail", ("sent", "processing", "needs_action"), "failed", _provider, audience=PARTIES),
    Transition("find", ("failed",), "settled", _provider, policy.when_the_answer_was_lost, PARTIES),
    Transition("refund", ("settled", "disputed"), "refunded", _provider, audience=PARTIES),
    Transition("dispute", ("settled",), "disputed", _provider, audience=PARTIES),
    Transition("win", ("disputed",), "settled", _provider, audience=PARTIES),
    Transition("lose", ("settled", "disputed"), "refunded", _provider, audience=PARTIES),
])  # fmt: skip
"""One try to pay: ordered by finance, sent by the worker, then as the provider answers; given back, or disputed."""

REFUND = Lifecycle("refund", lambda row: row.subject, [
    Transition("order", (START,), "ordered", _finance_back, policy.when_refundable, PARTIES),
    Transition("send", ("ordered",), "sent", _provider, audience=PARTIES),
    Transition("process", ("sent",), "processing", _provider, audience=PARTIES),
    Transition("settle", ("sent", "processing"), "settled", _provider, audience=PARTIES),
    Transition("fail", ("sent", "processing"), "failed", _provider, audience=PARTIES),
])  # fmt: skip
"""One try to have a payment back: ordered by finance with a reason, sent, then as the provider answers."""
