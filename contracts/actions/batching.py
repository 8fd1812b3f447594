"""Releasing several payments at once (s. 33): each is its own release, by the same rule as one alone."""

from collections.abc import Sequence
from datetime import datetime

from app.core import audit
from app.core.audit import PARTIES
from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotAllowed, NotFound, NotNow, NotValid, Refusal
from auth.models import Department, User
from auth.queries import roles_in
from contracts.actions.releasing import release
from contracts.models import BatchLine, Milestone, PaymentAttempt, ReleaseBatch
from contracts.queries import Place, find_batch, lock_chosen, next_batch, why_not

MOST_TOGETHER = 100


def release_together(
    department: Department, places: Sequence[Place], key: str, *, by: User, at: datetime
) -> ReleaseBatch:
    """Release the payments of several accepted milestones; those that cannot go are kept in the batch with the reason.

    The same check page (`key`) sent twice gives the same batch. Refuses with NotNow when none of them can go.
    """
    if "finance" not in roles_in(by, department.id, at):
        raise NotAllowed
    before = find_batch(key)
    if before is not None:
        if (before.department_id, before.by_id) != (department.id, by.id):
            raise NotFound
        return before
    if not 0 < len(places) <= MOST_TOGETHER:
        raise NotValid(N_("Choose at least one payment, and at most %(count)s."), count=MOST_TOGETHER)
    batch = ReleaseBatch(department=department, number=next_batch(department), key=key, by=by, at=at)
    batch.lines = [_line(milestone, by, at) for milestone in lock_chosen(department, places)]
    ordered = [line.attempt for line in batch.lines if line.attempt]
    if not ordered:
        raise NotNow(N_("None of these payments can be released now. Look at what stands now."))
    db.session.add(batch)
    db.session.flush()
    _record(batch, ordered, by, at)
    return batch


def _line(milestone: Milestone, by: User, at: datetime) -> BatchLine:
    try:
        with db.session.begin_nested():
            return BatchLine(milestone=milestone, attempt=release(milestone, by=by, at=at))
    except Refusal as refusal:
        return BatchLine(milestone=milestone, refused_because=why_not(refusal, milestone, by))


def _record(batch: ReleaseBatch, ordered: Sequence[PaymentAttempt], by: User, at: datetime) -> None:
    audit.record(
        "batch.release",
        batch.subject,
        by=by,
        at=at,
        audience=PARTIES,
        number=batch.number,
        payments=len(ordered),
        refused=len(batch.lines) - len(ordered),
        amount_cents=sum(one.amount_cents + one.tax_cents for one in ordered),
    )
