"""The provider's notices: each kept once as it came, read later by the worker, which only looks where they point.

Nothing in a notice is believed but that something may have happened: duplicated, reordered, lost and replayed ones
end in the same books.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_

from app.core.bilingual import N_
from app.core.db import db, insert_new, transaction
from app.core.errors import NotNow, NotValid
from contracts.actions.asking import AT_ONCE, wait_after
from contracts.actions.leasing import lease_next
from contracts.actions.looking import look_at_payment
from contracts.actions.onboarding import note_account
from contracts.gateway import GatewayDown, Kind, Notice, PaymentGateway
from contracts.lifecycle import PROVIDER
from contracts.models import PayeeAccount, ProviderNotice
from contracts.queries import find_account_by_reference, find_attempt_id, is_foreign

RECORDED, UNCHANGED, NOT_OURS, NOT_NEEDED = "recorded", "unchanged", "not_ours", "not_needed"
OF_PAYMENTS = (Kind.CHARGE, Kind.REFUND, Kind.DISPUTE)


def keep_notice(notice: Notice, body: str, provider: str, *, at: datetime) -> None:
    """Keep a notice whose signature was checked, once; refuses with NotValid one of an account that is not ours."""
    if is_foreign(notice, provider):
        raise NotValid(N_("This account is not known here."))
    row = {
        "provider": provider,
        "event_id": notice.id,
        "type": notice.type,
        "kind": notice.kind.value,
        "subject": notice.subject,
        "attempt_key": notice.key,
        "happened_at": notice.at,
        "body": body,
        "received_at": at,
        "due_at": at,
        "tries": 0,
        "outcome": "",
    }
    insert_new(ProviderNotice, [row])


@dataclass(frozen=True)
class Hint:
    """A kept notice that this worker holds: which row, and where it points."""

    notice_id: int
    kind: Kind
    subject: str
    key: str


def read_notices(gateway: PaymentGateway) -> int:
    """Look where each waiting notice points, one after the other; gives how many were read."""
    done = 0
    while done < AT_ONCE and (hint := _take(gateway.name)) is not None:
        _finish(hint.notice_id, _follow(gateway, hint))
        done += 1
    return done


def _take(provider: str) -> Hint | None:
    waiting = and_(ProviderNotice.handled_at.is_(None), ProviderNotice.provider == provider)
    with transaction() as at:
        row = lease_next(ProviderNotice, waiting, at=at)
        return Hint(row.id, Kind(row.kind), row.subject, row.attempt_key) if row else None


def _follow(gateway: PaymentGateway, hint: Hint) -> str:
    """Look at what a notice is about and record it; says what came of it, or nothing while that is unknown."""
    try:
        if hint.kind in OF_PAYMENTS:
            attempt_id = find_attempt_id(gateway.name, hint.key, hint.subject)
            return NOT_OURS if attempt_id is None else _said(news=look_at_payment(gateway, attempt_id))
        if hint.kind == Kind.ACCOUNT:
            return look_at_account(gateway, hint.subject)
    except (GatewayDown, NotNow):
        return ""
    return NOT_NEEDED


def _said(*, news: bool) -> str:
    return RECORDED if news else UNCHANGED


def look_at_account(gateway: PaymentGateway, reference: str) -> str:
    """Ask the provider how a payee's account stands, then record it."""
    if find_account_by_reference(gateway.name, reference) is None:
        return NOT_OURS
    db.session.rollback()
    found = gateway.account(reference)
    with transaction() as at:
        row = find_account_by_reference(gateway.name, reference)
        if row is None:
            return NOT_OURS
        before = _standing(row)
        note_account(row, found, by=PROVIDER, at=at)
        return _said(news=before != _standing(row))


def _standing(row: PayeeAccount) -> tuple[str, tuple[str, ...]]:
    return row.standing, tuple(row.requirements)


def _finish(notice_id: int, outcome: str) -> None:
    """Write what came of a notice; without an outcome it is read again later."""
    with transaction() as at:
        row = db.session.get_one(ProviderNotice, notice_id, with_for_update=True, populate_existing=True)
        row.leased_until, row.due_at = None, at + wait_after(row.tries)
        if outcome and row.handled_at is None:
            row.handled_at, row.outcome = at, outcome
