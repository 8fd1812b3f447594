"""What goes back: refunds ordered by finance, and payments that the payer's bank took back."""

from datetime import datetime

from app.core.audit import Event
from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotValid
from auth.models import User
from contracts import notifications
from contracts.actions.asking import Answer
from contracts.gateway import Dispute, State
from contracts.lifecycle import MILESTONE, PAYMENT, PROVIDER, REFUND
from contracts.models import Milestone, PaymentAttempt, Refund
from contracts.queries import facts, refunds_of

LONGEST_REASON = 10_000
EDGES = {
    State.PROCESSING: ("process", "processing"),
    State.NEEDS_ACTION: ("process", "processing"),
    State.SETTLED: ("settle", "settled"),
    State.FAILED: ("fail", "failed"),
}


def order_refund(attempt: PaymentAttempt, reason: str, *, by: User, at: datetime) -> Refund:
    """Order a whole payment back, with a reason; never by who accepted the work. The worker carries it out."""
    if not reason.strip():
        raise NotValid(N_("Say why."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise NotValid(N_("At most %(count)s characters."), field="reason", count=LONGEST_REASON)
    contract, total = attempt.milestone.contract, attempt.amount_cents + attempt.tax_cents
    refund = Refund(
        attempt=attempt,
        number=len(refunds_of(attempt)) + 1,
        amount_cents=total,
        reason=reason.strip(),
        ordered_by=by,
        ordered_at=at,
        due_at=at,
    )
    event = REFUND.move(refund, "order", by=by, at=at, facts=facts(contract, by, at), amount_cents=total)
    notifications.tell_of_refund(refund, event, "refund_ordered")
    return refund


def note_refund_sent(refund: Refund, *, at: datetime) -> None:
    """Write that a refund goes to the provider now, before it goes: from here on it is looked up first."""
    refund.sent_at = at
    REFUND.move(refund, "send", by=PROVIDER, at=at)


def note_refund(refund: Refund, answer: Answer, *, at: datetime) -> None:
    """Move a refund, and what was paid once it has settled, to where the provider says it is."""
    refund.reference = answer.reference or refund.reference
    edge, target = EDGES.get(answer.state, ("", refund.state))
    if refund.state == target:
        return
    refund.failure = answer.failure
    event = REFUND.move(refund, edge, by=PROVIDER, at=at, failure=answer.failure or None)
    if target == "settled":
        refund.settled_at = at
        _give_back(refund.attempt, "refund", at)
    if target in ("settled", "failed"):
        notifications.tell_of_refund(refund, event, f"refund_{target}")


def note_dispute(attempt: PaymentAttempt, dispute: Dispute, *, at: datetime) -> None:
    """Write what became of a payer's demand to have a payment back, if that is new."""
    if dispute == Dispute.OPEN and attempt.state == "settled":
        attempt.disputed_at = at
        event = PAYMENT.move(attempt, "dispute", by=PROVIDER, at=at)
    elif dispute == Dispute.WON and attempt.state == "disputed":
        event = PAYMENT.move(attempt, "win", by=PROVIDER, at=at)
    elif dispute == Dispute.LOST and attempt.state in ("settled", "disputed"):
        event = _give_back(attempt, "lose", at)
    else:
        return
    notifications.tell_of_dispute(attempt, event, f"dispute_{dispute}")


def _give_back(attempt: PaymentAttempt, edge: str, at: datetime) -> Event:
    attempt.refunded_at = at
    event = PAYMENT.move(attempt, edge, by=PROVIDER, at=at)
    _unpay(attempt.milestone, at)
    return event


def _unpay(milestone: Milestone, at: datetime) -> None:
    """Let the milestone be accepted and unpaid again, so that it can be released anew."""
    MILESTONE.move(
        milestone, "refund", by=PROVIDER, at=at, position=milestone.position, amount_cents=milestone.amount_cents
    )
    milestone.paid_at = milestone.released_at = milestone.released_by = None
    db.session.flush()
