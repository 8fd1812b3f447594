"""Wrapping every private key anew under the platform's current key, so that an older one can be put away."""

from datetime import datetime

from sqlalchemy import select

from app.core import audit
from app.core.audit import PARTIES, Actor, Subject
from app.core.db import db
from app.core.keyring import keyring
from app.core.signing import OWNER, SignatureKey
from auth.models import Organization, User
from opportunities.models import Opportunity
from proposals.models import AuthorKey, KeyShare, ProcurementKey
from proposals.queries.custody import procurement_owner
from proposals.queries.sealed import author_owner


def rotate_keys(*, by: Actor, at: datetime) -> int:
    """Wrap anew what lies under older platform keys; gives how many private keys that were.

    Refuses with SealError, and changes nothing, when a key that is needed is not at hand.
    """
    rows: list[tuple[ProcurementKey | AuthorKey | SignatureKey, str]] = [*_of_procurements(), *_of_authors()]
    rows += [(row, OWNER) for row in db.session.scalars(select(SignatureKey))]
    shares = db.session.scalars(select(KeyShare).where(KeyShare.wrapped_given.is_not(None)))
    given = [(row, row.wrapped_given) for row in shares if not _is_current(row.wrapped_given)]
    old = [(row, owner) for row, owner in rows if not _is_current(row.wrapped_private_key)]
    for row, owner in old:
        row.wrapped_private_key = keyring.rewrap(row.wrapped_private_key, owner)
    for share, wrapped in given:
        share.wrapped_given = keyring.rewrap(wrapped or b"", share.owner)
    db.session.flush()
    audit.record(
        "exchange.rotate_key", Subject("exchange", 0), by=by, at=at, audience=PARTIES, count=len(old) + len(given)
    )
    return len(old) + len(given)


def _is_current(wrapped: bytes | None) -> bool:
    """Whether nothing lies here (a key in custody), or it lies under the current key."""
    return not wrapped or wrapped.startswith(keyring.key_ids[0])


def _of_procurements() -> list[tuple[ProcurementKey, str]]:
    found = select(ProcurementKey, Opportunity).join(Opportunity, Opportunity.id == ProcurementKey.opportunity_id)
    return [(row, procurement_owner(opportunity)) for row, opportunity in db.session.execute(found)]


def _of_authors() -> list[tuple[AuthorKey, str]]:
    found = (
        select(AuthorKey, User.key, Organization.key)
        .outerjoin(User, User.id == AuthorKey.user_id)
        .outerjoin(Organization, Organization.id == AuthorKey.organization_id)
    )
    return [(row, author_owner(user, organization)) for row, user, organization in db.session.execute(found)]
