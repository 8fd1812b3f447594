"""Carrying out ordered refunds as payments are: leased, asked of the provider outside any transaction, then recorded.

A crash at any line loses nothing and gives nothing back twice: the key is the refund's own, one that was sent before
is looked up first, and after `KEY_LIFE` it is never sent again.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_

from app.core.db import db, transaction
from app.core.errors import NotNow
from contracts.actions.carrying_out import AT_ONCE, KEY_LIFE, REFUSED, Answer, read_result, wait_after
from contracts.actions.leasing import lease_next
from contracts.actions.refunding import note_refund, note_refund_sent
from contracts.gateway import GatewayDown, KeyReused, OrderRefused, PaymentGateway, State
from contracts.gateway import Refund as Order
from contracts.models import PaymentAttempt, Refund
from contracts.policy import NO_ANSWER

UNANSWERED = ("ordered", "sent", "processing")


@dataclass(frozen=True)
class Claim:
    """A refund that this worker holds: the order, when it first went, whether the provider has it or may be sent it."""

    refund_id: int
    order: Order
    reference: str
    sent_at: datetime | None
    first: bool
    answered: bool
    sendable: bool


def give_back_due(gateway: PaymentGateway) -> int:
    """Carry out the refunds that are due, one after the other; gives how many were asked for."""
    done = 0
    while done < AT_ONCE and (claim := claim_refund(gateway.name)) is not None:
        answer = ask_back(gateway, claim)
        record_refund(claim.refund_id, answer)
        done += 1
    return done


def claim_refund(provider: str) -> Claim | None:
    """Take the refund that has waited longest."""
    ours = Refund.attempt.has(PaymentAttempt.provider == provider)
    with transaction() as at:
        refund = lease_next(Refund, and_(Refund.state.in_(UNANSWERED), ours), at=at)
        if refund is None:
            return None
        first = refund.state == "ordered"
        if first:
            note_refund_sent(refund, at=at)
        young = refund.sent_at is not None and at < refund.sent_at + KEY_LIFE
        answered = refund.state != "sent" or bool(refund.reference)
        return Claim(
            refund.id,
            refund_order(refund),
            refund.reference,
            refund.sent_at,
            first=first,
            answered=answered,
            sendable=young and not answered,
        )


def refund_order(refund: Refund) -> Order:
    """The order that a refund is to the provider."""
    return Order(key=refund.key, charge=refund.attempt.reference, amount_cents=refund.amount_cents)


def ask_back(gateway: PaymentGateway, claim: Claim) -> Answer | None:
    """Send a first order; look an older one up, and send it again only if it never arrived; None: no answer."""
    try:
        found = None if claim.first else gateway.look_up(claim.order, claim.reference, claim.sent_at)
        if found is None and claim.answered:
            return None
        if found is None and not claim.sendable:
            return Answer(State.FAILED, failure=NO_ANSWER)
        return read_result(found or gateway.refund(claim.order))
    except (GatewayDown, KeyReused):
        return None
    except OrderRefused:
        return Answer(State.FAILED, failure=REFUSED)


def record_refund(refund_id: int, answer: Answer | None) -> None:
    """Write down what the provider said, and give the refund back; without an answer it is asked for again later."""
    try:
        with transaction() as at:
            refund = db.session.get_one(Refund, refund_id, with_for_update=True, populate_existing=True)
            refund.leased_until, refund.due_at = None, at + wait_after(refund.tries)
            if answer is not None:
                note_refund(refund, answer, at=at)
    except NotNow:
        return  # another worker wrote meanwhile; what stands is asked for again when it is due
