"""Carrying out ordered payments: claimed with a lease, asked of the provider outside any transaction, then recorded.

The worker's part: `carry_out_due` opens its own transactions. A crash at any line loses nothing and pays nothing twice:
when an order may be sent again is said in `asking`.
"""

import time
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import ORMOption

from app.core import audit
from app.core.audit import PARTIES
from app.core.bilingual import N_
from app.core.db import db, transaction
from app.core.errors import NotNow
from app.core.render import renderer
from auth.models import User
from contracts import notifications
from contracts.actions.asking import AT_ONCE, Answer, Claim, ask, claim_of, read_result, wait_after
from contracts.gateway import Charge, Payments, State
from contracts.lifecycle import MILESTONE, PAYMENT, PROVIDER
from contracts.models import Contract, Milestone, PaymentAttempt
from contracts.provider import in_use

LEASE = timedelta(minutes=2)
A_FEW = 8
"""So many attempts are claimed in one transaction."""
ASKING = LEASE / 2
"""For so long a worker asks for what it claimed at once; the rest of the lease is for the last answer."""
UNANSWERED = ("ordered", "sent", "processing", "needs_action")
DESCRIPTION = {"en": "Contract {number}, milestone {position}", "fr": "Contrat {number}, jalon {position}"}
"""What the provider's books and its pages call a payment, in the payee's language."""


def around() -> tuple[ORMOption, ...]:
    """Say what is read with an attempt: what its order and its notifications are made of."""
    contract = joinedload(PaymentAttempt.milestone, innerjoin=True).joinedload(Milestone.contract, innerjoin=True)
    return (
        contract.joinedload(Contract.opportunity, innerjoin=True),
        contract.joinedload(Contract.department, innerjoin=True),
        contract.joinedload(Contract.supplier, innerjoin=True),
        contract.joinedload(Contract.buyer, innerjoin=True),
        joinedload(PaymentAttempt.ordered_by, innerjoin=True),
    )


def carry_out_due(gateway: Payments) -> int:
    """Carry out what is due, some at a time; gives how many attempts were asked for."""
    done = 0
    while done < AT_ONCE and (claims := claim_some()):
        given_up = time.monotonic() + ASKING.total_seconds()
        for claim in claims:
            if time.monotonic() > given_up:
                return done  # their leases run out; whoever claims them then looks them up first
            record_answer(claim.row_id, ask(gateway, claim))
            done += 1
    return done


def claim_some() -> list[Claim]:
    """Take the few attempts that have waited longest, so that no other worker asks for them while the lease runs."""
    with transaction() as at:
        free = or_(PaymentAttempt.leased_until.is_(None), PaymentAttempt.leased_until <= at)
        ours = PaymentAttempt.provider == in_use.name  # another provider's wait until it is in use again
        due = select(PaymentAttempt).where(PaymentAttempt.state.in_(UNANSWERED), PaymentAttempt.due_at <= at)
        some = due.where(free, ours).order_by(PaymentAttempt.due_at, PaymentAttempt.id).limit(A_FEW).options(*around())
        mine = some.with_for_update(skip_locked=True, of=PaymentAttempt).execution_options(populate_existing=True)
        return [_take(attempt, at) for attempt in db.session.scalars(mine).all()]


def _take(attempt: PaymentAttempt, at: datetime) -> Claim:
    attempt.leased_until, attempt.tries = at + LEASE, attempt.tries + 1
    first = attempt.state == "ordered"
    if first:
        note_sent(attempt, at=at)
    return claim_of(attempt, order_of(attempt), at=at, first=first)


def note_sent(attempt: PaymentAttempt, *, at: datetime) -> None:
    """Write that an order goes to the provider now, before it goes: from here on it is looked up first."""
    attempt.sent_at = at
    PAYMENT.move(attempt, "send", by=PROVIDER, at=at)


def order_of(attempt: PaymentAttempt) -> Charge:
    """The order that an attempt is to the provider."""
    milestone = attempt.milestone
    contract = milestone.contract
    place = {"number": contract.number, "position": milestone.position}
    language = contract.supplier.language
    return Charge(
        key=attempt.key,
        payer=attempt.payer,
        payee=attempt.payee,
        amount_cents=attempt.amount_cents + attempt.tax_cents,
        description=DESCRIPTION[language].format(**place),
        method=attempt.method,
        fee_cents=attempt.fee_cents,
        procurement=contract.opportunity.ocid,
        milestone=f"{contract.number}-{milestone.position}",
        language=language,
        back=renderer.address("contracts.milestone", attempt.ordered_by.language, **place),
    )


def withdraw(attempt: PaymentAttempt, *, by: User, at: datetime) -> None:
    """Write down that finance closes the page on which a payment waits, before `close_page` asks the provider to."""
    if attempt.state != "needs_action":
        raise NotNow(N_("No confirmation of this payment is asked for."))
    audit.record("payment.withdraw", attempt.subject, by=by, at=at, audience=PARTIES)


def close_page(gateway: Payments, attempt_id: int) -> None:
    """Ask the provider to close the page, outside any transaction, and record what became of the payment.

    Raises GatewayDown; the page is open then, and the payment as it was.
    """
    attempt = db.session.get_one(PaymentAttempt, attempt_id, populate_existing=True)
    order, reference, sent_at = order_of(attempt), attempt.reference, attempt.sent_at
    db.session.rollback()
    found = gateway.withdraw(order, reference, sent_at)
    if found is not None:
        record_answer(attempt_id, read_result(found))


def record_answer(attempt_id: int, answer: Answer | None) -> None:
    """Write down what the provider said, and give the attempt back; without an answer it is asked for again later."""
    try:
        with transaction() as at:
            locked = {"of": PaymentAttempt}
            attempt = db.session.get_one(
                PaymentAttempt, attempt_id, with_for_update=locked, populate_existing=True, options=around()
            )
            attempt.leased_until = None
            attempt.due_at = at + wait_after(attempt.tries)
            if answer is not None:
                note_answer(attempt, answer, at=at)
    except NotNow:
        return  # another worker wrote meanwhile; what stands is asked for again when it is due


def note_answer(attempt: PaymentAttempt, answer: Answer, *, at: datetime) -> None:
    """Move an attempt, and the milestone when it settles, to where the provider says it is."""
    attempt.reference = answer.reference or attempt.reference
    attempt.action_url = answer.action_url
    edges = {
        State.PROCESSING: ("process", "processing", "payment_sent"),
        State.NEEDS_ACTION: ("ask", "needs_action", "needs_action"),
        State.SETTLED: ("settle", "settled", "payment_settled"),
        State.FAILED: ("fail", "failed", "payment_failed"),
    }
    if answer.state not in edges:
        return
    edge, target, kind = edges[answer.state]
    if attempt.state == target:
        return
    milestone = attempt.milestone
    edge = "find" if (attempt.state, target) == ("failed", "settled") else edge
    event = PAYMENT.move(attempt, edge, by=PROVIDER, at=at, position=milestone.position, failure=answer.failure or None)
    attempt.failure = answer.failure
    if target == "settled":
        attempt.settled_at = at
        _pay(milestone, at)
    notifications.tell_of_payment(attempt, event, kind)


def _pay(milestone: Milestone, at: datetime) -> None:
    milestone.paid_at = at
    MILESTONE.move(
        milestone, "settle", by=PROVIDER, at=at, position=milestone.position, amount_cents=milestone.amount_cents
    )
