"""Looking at the provider how one payment stands: its charge, its refund, its dispute. Nothing is believed unseen."""

from dataclasses import dataclass
from datetime import datetime

from app.core.db import db, transaction
from contracts.actions.asking import read_result
from contracts.actions.carrying_out import note_answer, order_of
from contracts.actions.giving_back import refund_order
from contracts.actions.refunding import note_dispute, note_refund
from contracts.gateway import Booked, PaymentGateway, Result, State
from contracts.lifecycle import PAYMENT, PROVIDER
from contracts.models import PaymentAttempt
from contracts.queries import find_live_refund

ON_ITS_WAY = ("sent", "processing", "needs_action")


@dataclass(frozen=True)
class Seen:
    """What the provider says of a payment at one moment."""

    charge: Result | None
    refund: Result | None
    booked: Booked | None


def look_at_payment(gateway: PaymentGateway, attempt_id: int) -> bool:
    """Ask the provider how a payment stands, outside any transaction, then record it; says whether that was news.

    Raises GatewayDown when the provider does not answer, NotNow when somebody else wrote at the same moment.
    """
    seen = _ask(gateway, attempt_id)
    with transaction() as at:
        attempt = db.session.get_one(PaymentAttempt, attempt_id, with_for_update=True, populate_existing=True)
        refund = find_live_refund(attempt)
        before = (attempt.state, refund.state if refund else "")
        if seen.charge is not None and _charge_is_open(attempt, seen.charge, at):
            note_answer(attempt, read_result(seen.charge), at=at)
        if refund is not None and seen.refund is not None and refund.state in ("sent", "processing"):
            note_refund(refund, read_result(seen.refund), at=at)
        if seen.booked is not None:
            note_dispute(attempt, seen.booked.dispute, at=at)
        return before != (attempt.state, refund.state if refund else "")


def _charge_is_open(attempt: PaymentAttempt, found: Result, at: datetime) -> bool:
    """What the provider says of the charge may still change something here."""
    if attempt.state in ON_ITS_WAY:
        return True
    lost = attempt.state == "failed" and found.state == State.SETTLED
    return lost and PAYMENT.refusal(attempt, "find", by=PROVIDER, at=at, facts=None) is None


def _ask(gateway: PaymentGateway, attempt_id: int) -> Seen:
    db.session.rollback()
    attempt = db.session.get_one(PaymentAttempt, attempt_id, populate_existing=True)
    order, reference, sent_at = order_of(attempt), attempt.reference, attempt.sent_at
    refund = find_live_refund(attempt)
    back = (refund_order(refund), refund.reference, refund.sent_at) if refund and refund.sent_at else None
    db.session.rollback()  # no transaction stays open while the provider is asked
    if sent_at is None:
        return Seen(None, None, None)
    charge = gateway.look_up(order, reference, sent_at)
    reference = charge.reference if charge else reference
    return Seen(
        charge,
        gateway.look_up(*back) if back else None,
        gateway.find_booked(reference) if reference else None,
    )
