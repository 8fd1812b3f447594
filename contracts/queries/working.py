"""Reads of the work: the evidence that names a thing."""

from sqlalchemy import select

from app.core.db import db
from contracts.evidence import Address
from contracts.models import Evidence


def evidence_named(address: Address) -> list[Evidence]:
    """List every link given as evidence that names a thing at its host, whoever gave it."""
    named = select(Evidence).where(
        Evidence.host == address.host,
        Evidence.repository == address.repository,
        Evidence.kind == address.kind,
        Evidence.reference == address.reference,
    )
    return list(db.session.scalars(named.order_by(Evidence.id)))
