"""Where a supplier is paid: their account at the payment provider."""

from datetime import datetime

from app.core import audit
from app.core.audit import PARTIES, Actor, Subject
from app.core.db import db
from app.core.errors import NotAllowed
from auth.models import Organization, User
from contracts.gateway import Account
from contracts.models import PayeeAccount
from contracts.queries import find_any_account, payees_of


def connect_account(
    owner: User | Organization, account: Account, *, provider: str, by: User, at: datetime
) -> PayeeAccount:
    """Connect an account at a provider for oneself, or for an organization one speaks for; a later one replaces it."""
    if (type(owner), owner.id) not in {(type(one), one.id) for one in payees_of(by)}:
        raise NotAllowed
    row = find_any_account(owner) or PayeeAccount(
        user_id=owner.id if isinstance(owner, User) else None,
        organization_id=owner.id if isinstance(owner, Organization) else None,
    )
    row.provider, row.reference = provider, account.reference
    _write(row, account, at)
    db.session.add(row)
    db.session.flush()
    audit.record(
        "payee.connect", _subject(row), by=by, at=at, audience=PARTIES, standing=account.standing, provider=provider
    )
    return row


def note_account(row: PayeeAccount, account: Account, *, by: Actor, at: datetime) -> PayeeAccount:
    """Write down how the provider says that an account stands; an event only when that has changed."""
    before = row.standing
    _write(row, account, at)
    if row.standing != before:
        audit.record("payee.check", _subject(row), by=by, at=at, audience=PARTIES, standing=account.standing)
    return row


def _write(row: PayeeAccount, account: Account, at: datetime) -> None:
    row.standing, row.checked_at = account.standing.value, at
    row.requirements = [one.value for one in account.requirements]


def _subject(row: PayeeAccount) -> Subject:
    return Subject("payee", row.id, person_id=row.user_id, organization_id=row.organization_id)
