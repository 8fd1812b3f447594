"""Reads of the work: the evidence that names a thing, what was written about a milestone."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core.db import db
from contracts.evidence import Address
from contracts.models import Evidence, Milestone, MilestoneComment

COMMENTS = 20


def evidence_named(address: Address) -> list[Evidence]:
    """List every link given as evidence that names a thing at its host, whoever gave it."""
    named = select(Evidence).where(
        Evidence.host == address.host,
        Evidence.repository == address.repository,
        Evidence.kind == address.kind,
        Evidence.reference == address.reference,
    )
    return list(db.session.scalars(named.order_by(Evidence.id)))


def comments_of(
    milestone: Milestone, before: int | None = None, limit: int = COMMENTS
) -> tuple[list[MilestoneComment], int | None]:
    """List the latest comments on a milestone, oldest first, and the number before which earlier ones lie, if any."""
    written = select(MilestoneComment).where(MilestoneComment.milestone_id == milestone.id)
    if before is not None:
        written = written.where(MilestoneComment.id < before)
    latest = written.options(joinedload(MilestoneComment.by)).order_by(MilestoneComment.id.desc()).limit(limit + 1)
    rows = list(db.session.scalars(latest))
    page = rows[:limit][::-1]
    return page, page[0].id if len(rows) > limit else None
