"""Which platform keys the sealed things need. It reads tables, not rows of classes: every start waits for it."""

from sqlalchemy import func, select

from app.core.db import db
from app.core.keyring import ID_BYTES, keyring
from app.core.signing import SignatureKey
from opportunities.models import Opportunity
from proposals.models import AuthorKey, KeyShare, ProcurementKey

MOST_NAMED = 20


def procurements_by_key() -> dict[str, list[str]]:
    """List procurements by the name (hexadecimal) of the platform key that their proposals need."""
    keys, opportunities = (one.metadata.tables[one.__tablename__] for one in (ProcurementKey, Opportunity))
    rows = db.session.execute(
        select(func.substr(keys.c.wrapped_private_key, 1, ID_BYTES), opportunities.c.ocid)
        .where(keys.c.wrapped_private_key != b"")
        .join_from(keys, opportunities, opportunities.c.id == keys.c.opportunity_id)
        .order_by(opportunities.c.id)
    )
    found: dict[str, list[str]] = {}
    for key, ocid in rows:
        found.setdefault(bytes(key).hex(), []).append(ocid)
    return found


def missing_keys() -> list[str]:
    """Say, a sentence for each, which platform keys are needed and not at hand, and by whom."""
    at_hand = {one.hex() for one in keyring.key_ids}
    found = []
    for name, procurements in procurements_by_key().items():
        if name not in at_hand:
            named = ", ".join(procurements[:MOST_NAMED])
            more = f" and {len(procurements) - MOST_NAMED} more" if len(procurements) > MOST_NAMED else ""
            found.append(f"The platform key {name} is not set: the proposals of {named}{more} open only with it.")
    for table, wrapped, whose in (
        (AuthorKey, "wrapped_private_key", "authors read their own proposals"),
        (SignatureKey, "wrapped_private_key", "receipts are signed"),
        (KeyShare, "wrapped_given", "an opening that is under way can be completed"),
    ):
        column = db.metadata.tables[table.__tablename__].c[wrapped]
        for key in db.session.scalars(select(func.substr(column, 1, ID_BYTES)).where(column.is_not(None)).distinct()):
            if bytes(key).hex() not in at_hand:
                found.append(f"The platform key {bytes(key).hex()} is not set: with it {whose}.")  # noqa: PERF401
    return found
