"""Carrying out ordered refunds as payments are: leased, asked of the provider outside any transaction, then recorded.

A crash at any line loses nothing and gives nothing back twice; when an order may be sent again is said in `asking`.
"""

from sqlalchemy import and_

from app.core.db import db, transaction
from app.core.errors import NotNow
from contracts.actions.asking import AT_ONCE, Answer, Claim, ask, claim_of, wait_after
from contracts.actions.leasing import lease_next
from contracts.actions.refunding import note_refund, note_refund_sent
from contracts.gateway import PaymentGateway
from contracts.gateway import Refund as Order
from contracts.models import PaymentAttempt, Refund

UNANSWERED = ("ordered", "sent", "processing")


def give_back_due(gateway: PaymentGateway) -> int:
    """Carry out the refunds that are due, one after the other; gives how many were asked for."""
    done = 0
    while done < AT_ONCE and (claim := claim_refund(gateway.name)) is not None:
        answer = ask(gateway, claim)
        record_refund(claim.row_id, answer)
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
        return claim_of(refund, refund_order(refund), at=at, first=first)


def refund_order(refund: Refund) -> Order:
    """The order that a refund is to the provider."""
    return Order(key=refund.key, charge=refund.attempt.reference, amount_cents=refund.amount_cents)


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
