"""What the provider's notices point at, refunds, and the comparisons with its books."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from app.core.db import db
from app.core.errors import NotFound
from contracts.comparing import Ours
from contracts.gateway import Booked, Kind, Notice
from contracts.models import Contract, Milestone, PayeeAccount, PaymentAttempt, Reconciliation, Refund

MANY = 500
LAST = 30


def refunds_of(attempt: PaymentAttempt) -> list[Refund]:
    """List the tries to have a payment back, oldest first."""
    return list(db.session.scalars(select(Refund).where(Refund.attempt_id == attempt.id).order_by(Refund.number)))


def find_live_refund(attempt: PaymentAttempt) -> Refund | None:
    """Find the refund of a payment that is under way or settled."""
    return db.session.scalar(select(Refund).where(Refund.attempt_id == attempt.id, Refund.state != "failed"))


def find_attempt_id(provider: str, key: str, reference: str) -> int | None:
    """Number the payment that a provider's notice points at, by our own key or by its reference."""
    named = [PaymentAttempt.key == key] if key else []
    known = [PaymentAttempt.reference == reference] if reference else []
    if not named and not known:
        return None
    ours = select(PaymentAttempt.id).where(PaymentAttempt.provider == provider, or_(*named, *known))
    return db.session.scalar(ours.order_by(PaymentAttempt.id).limit(1))


def find_account_by_reference(provider: str, reference: str) -> PayeeAccount | None:
    """Find the payee whose account has a reference at a provider."""
    of = select(PayeeAccount).where(PayeeAccount.provider == provider, PayeeAccount.reference == reference)
    return db.session.scalar(of)


def is_foreign(notice: Notice, provider: str) -> bool:
    """Say whether a notice speaks of an account that nobody connected here."""
    named = notice.account or (notice.subject if notice.kind == Kind.ACCOUNT else "")
    return bool(named) and find_account_by_reference(provider, named) is None


def ours_of(provider: str, since: datetime, until: datetime, booked: Collection[Booked]) -> list[Ours]:
    """List our payments at a provider that were sent in a period, and those that its books name."""
    sent = (PaymentAttempt.sent_at >= since) & (PaymentAttempt.sent_at < until)
    found = {one.attempt_id: one for one in _ours(provider, sent)}
    listed = list(booked)
    for first in range(0, len(listed), MANY):
        some = listed[first : first + MANY]
        named = or_(
            PaymentAttempt.key.in_([one.key for one in some]),
            PaymentAttempt.reference.in_([one.reference for one in some]),
        )
        found |= {one.attempt_id: one for one in _ours(provider, named)}
    return [found[number] for number in sorted(found)]


def _ours(provider: str, which: ColumnElement[bool]) -> Iterator[Ours]:
    rows = (
        select(
            PaymentAttempt.id,
            PaymentAttempt.key,
            PaymentAttempt.reference,
            PaymentAttempt.state,
            PaymentAttempt.amount_cents + PaymentAttempt.tax_cents,
            PaymentAttempt.payee,
            PaymentAttempt.milestone_id,
            Contract.number,
            Milestone.position,
            Contract.department_id,
        )
        .join(Milestone, Milestone.id == PaymentAttempt.milestone_id)
        .join(Contract, Contract.id == Milestone.contract_id)
        .where(PaymentAttempt.provider == provider, which)
    )
    return (Ours(*values) for values in map(tuple[Any, ...], db.session.execute(rows)))


def last_reconciliations() -> list[Reconciliation]:
    """List the latest comparisons with the provider's books, latest first."""
    return list(db.session.scalars(select(Reconciliation).order_by(Reconciliation.id.desc()).limit(LAST)))


def get_reconciliation(number: int) -> Reconciliation:
    """Get one comparison with the provider's books, or refuse with NotFound."""
    found = db.session.get(Reconciliation, number)
    if found is None:
        raise NotFound
    return found


def was_reconciled(provider: str, until: datetime) -> bool:
    """Say whether the provider's books were compared up to a moment already."""
    done = select(Reconciliation.id).where(Reconciliation.provider == provider, Reconciliation.until >= until)
    return db.session.scalar(done.limit(1)) is not None
