"""Ordering a payment (s. 33): a row first, carried out later by the worker."""

from datetime import datetime

from app.core.bilingual import N_
from app.core.errors import NotNow
from auth.models import User
from contracts.invoicing import Invoice
from contracts.lifecycle import MILESTONE, PAYMENT
from contracts.models import Milestone, PaymentAttempt
from contracts.policy import Facts
from contracts.provider import in_use
from contracts.queries import facts, find_account_of, find_payer, last_delivery


def release(milestone: Milestone, *, by: User, at: datetime) -> PaymentAttempt:
    """Release an accepted milestone's payment (Financial Administration Act, s. 33): never by who accepted it."""
    known = facts(milestone.contract, by, at)
    MILESTONE.move(
        milestone,
        "release",
        by=by,
        at=at,
        facts=known,
        position=milestone.position,
        amount_cents=milestone.amount_cents,
    )
    milestone.released_at, milestone.released_by = at, by
    return _order(milestone, known, by, at)


def pay_again(milestone: Milestone, *, by: User, at: datetime) -> PaymentAttempt:
    """Try a released milestone's payment anew after a failed one."""
    return _order(milestone, facts(milestone.contract, by, at), by, at)


def _order(milestone: Milestone, known: Facts, by: User, at: datetime) -> PaymentAttempt:
    account, delivery = find_account_of(milestone.contract), last_delivery(milestone)
    payer = find_payer(milestone.contract.department)
    number = len(milestone.attempts) + 1
    if delivery is None:
        raise NotNow(N_("Nothing has been delivered yet."))
    invoice = Invoice.of(delivery.invoice)
    attempt = PaymentAttempt(
        milestone=milestone,
        number=number,
        amount_cents=invoice.amount_cents,
        tax_cents=invoice.tax_cents,
        provider=in_use.name,
        payee=account.reference if account else "",
        payer=payer.reference if payer else "",
        method=payer.method if payer else "",
        fee_cents=in_use.fee_of(invoice.amount_cents),
        ordered_by=by,
        ordered_at=at,
        due_at=at,
    )
    PAYMENT.move(attempt, "order", by=by, at=at, facts=known, amount_cents=invoice.total_cents, number=number)
    return attempt
