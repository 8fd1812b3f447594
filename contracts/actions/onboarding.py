"""Where a supplier is paid: their account at the payment provider."""

from datetime import datetime

from app.core import audit
from app.core.audit import PARTIES, Subject
from app.core.db import db
from app.core.errors import NotAllowed
from auth.models import Organization, User
from contracts.gateway import Account
from contracts.models import PayeeAccount
from contracts.queries import find_account, payees_of


def connect_account(
    owner: User | Organization, account: Account, *, provider: str, by: User, at: datetime
) -> PayeeAccount:
    """Connect an account at a provider for oneself, or for an organization one speaks for; a later one replaces it."""
    if (type(owner), owner.id) not in {(type(one), one.id) for one in payees_of(by)}:
        raise NotAllowed
    row = find_account(owner) or PayeeAccount(
        user_id=owner.id if isinstance(owner, User) else None,
        organization_id=owner.id if isinstance(owner, Organization) else None,
    )
    row.provider, row.reference, row.ready, row.checked_at = provider, account.payee, account.ready, at
    db.session.add(row)
    db.session.flush()
    subject = Subject("payee", row.id, person_id=row.user_id, organization_id=row.organization_id)
    audit.record("payee.connect", subject, by=by, at=at, audience=PARTIES, ready=account.ready, provider=provider)
    return row
