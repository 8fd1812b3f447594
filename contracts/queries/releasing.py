"""Payments to release together: what waits in a department, what a person chose of it, what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload
from sqlalchemy.sql.elements import ColumnElement

from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotAllowed, NotFound, Refusal
from auth.models import Department, User
from contracts import schedule
from contracts.invoicing import Invoice
from contracts.lifecycle import MILESTONE
from contracts.models import BatchLine, Contract, Milestone, PaymentAttempt, ReleaseBatch
from contracts.policy import Facts
from contracts.queries.people import facts_of_each

PAGE = 25
EARLIER = 10
YOUR_OWN = N_("You accepted this work (s. 34), so somebody else in finance releases its payment.")

Place = tuple[int, int]
"""A milestone as people name it: the number of its contract, its position there."""


@dataclass(frozen=True)
class Waiting:
    """An accepted milestone that waits for its release: its invoice, its day 30, why this reader cannot release it."""

    milestone: Milestone
    invoice: Invoice
    pay_by: datetime
    days_late: int
    refusal: str

    @property
    def name(self) -> str:
        """How a form names it: contract and position."""
        return f"{self.milestone.contract.number}-{self.milestone.position}"


@dataclass(frozen=True)
class Batched:
    """One batch in the list of those released before; the amount in cents, taxes included."""

    number: int
    by: str
    at: datetime
    payments: int
    amount_cents: int


def list_waiting(
    department: Department, person: User, at: datetime, after: Place | None = None
) -> tuple[list[Waiting], bool]:
    """List a page of a department's accepted milestones, the longest waiting first, and whether more follow."""
    found = _waiting(department).where(Milestone.state == "accepted").limit(PAGE + 1)
    if after is not None:
        found = found.where(_behind(after))
    rows = list(db.session.scalars(found))
    return _judged(rows[:PAGE], department, person, at), len(rows) > PAGE


def chosen(department: Department, places: Sequence[Place], person: User, at: datetime) -> list[Waiting]:
    """Give the milestones of a department that were chosen, each with why it cannot be released now, if so."""
    rows = list(db.session.scalars(_waiting(department).where(_places(places))))
    if len(rows) != len(set(places)):
        raise NotFound
    return _judged(rows, department, person, at)


def lock_chosen(department: Department, places: Sequence[Place]) -> list[Milestone]:
    """Lock the chosen milestones of a department until the transaction ends, in one order for everybody."""
    mine = select(Milestone).join(Contract).where(Contract.department_id == department.id, _places(places))
    rows = db.session.scalars(
        mine.order_by(Milestone.id).with_for_update(of=Milestone).execution_options(populate_existing=True)
    ).all()
    if len(rows) != len(set(places)):
        raise NotFound
    return list(rows)


def why_not(refusal: Refusal, milestone: Milestone, person: User) -> str:
    """Say why a person cannot release a milestone's payment."""
    own = isinstance(refusal, NotAllowed) and milestone.accepted_by_id == person.id
    return YOUR_OWN if own else refusal.message


def find_batch(key: str) -> ReleaseBatch | None:
    """Find a batch by the key of the check page that it was released from."""
    return db.session.scalar(select(ReleaseBatch).where(ReleaseBatch.key == key))


def get_batch(department: Department, number: int) -> ReleaseBatch:
    """Get a department's batch with how each of its payments stands, or refuse with NotFound."""
    line = selectinload(ReleaseBatch.lines)
    contract = line.joinedload(BatchLine.milestone).joinedload(Milestone.contract)
    found = db.session.scalar(
        select(ReleaseBatch)
        .where(ReleaseBatch.department_id == department.id, ReleaseBatch.number == number)
        .options(
            joinedload(ReleaseBatch.by),
            contract.joinedload(Contract.supplier),
            contract.joinedload(Contract.organization),
            line.joinedload(BatchLine.milestone).selectinload(Milestone.attempts),
        )
    )
    if found is None:
        raise NotFound
    return found


def next_batch(department: Department) -> int:
    """Give the number of a department's next batch."""
    last = select(func.max(ReleaseBatch.number)).where(ReleaseBatch.department_id == department.id)
    return (db.session.scalar(last) or 0) + 1


def list_batches(department: Department, before: int | None = None) -> tuple[list[Batched], bool]:
    """List a department's batches, newest first, and whether older ones follow."""
    paid = func.coalesce(func.sum(PaymentAttempt.amount_cents + PaymentAttempt.tax_cents), 0)
    found = (
        select(ReleaseBatch.number, User.name, ReleaseBatch.at, func.count(PaymentAttempt.id), paid)
        .join(User, User.id == ReleaseBatch.by_id)
        .outerjoin(BatchLine, BatchLine.batch_id == ReleaseBatch.id)
        .outerjoin(PaymentAttempt, PaymentAttempt.id == BatchLine.attempt_id)
        .where(ReleaseBatch.department_id == department.id)
        .group_by(ReleaseBatch.number, User.name, ReleaseBatch.at)
        .order_by(ReleaseBatch.number.desc())
    )
    if before is not None:
        found = found.where(ReleaseBatch.number < before)
    rows = db.session.execute(found.limit(EARLIER + 1)).all()
    return [Batched(*row) for row in rows[:EARLIER]], len(rows) > EARLIER


def _behind(after: Place) -> ColumnElement[bool]:
    last, of = aliased(Milestone), aliased(Contract)
    seen = select(last.accepted_at).join(of, of.id == last.contract_id)
    seen = seen.where(of.number == after[0], last.position == after[1])
    at, number = seen.scalar_subquery(), seen.with_only_columns(last.id).scalar_subquery()
    return or_(Milestone.accepted_at > at, and_(Milestone.accepted_at == at, Milestone.id > number))


def _places(places: Sequence[Place]) -> ColumnElement[bool]:
    return tuple_(Contract.number, Milestone.position).in_(places)


def _waiting(department: Department) -> Select[Milestone]:
    of = contains_eager(Milestone.contract)
    return (
        select(Milestone)
        .join(Contract, Contract.id == Milestone.contract_id)
        .where(Contract.department_id == department.id)
        .options(
            of.joinedload(Contract.supplier),
            of.joinedload(Contract.organization),
            of.joinedload(Contract.opportunity),
            joinedload(Milestone.accepted_by),
            selectinload(Milestone.deliveries),
        )
        .order_by(Milestone.accepted_at, Milestone.id)
    )


def _judged(rows: Sequence[Milestone], department: Department, person: User, at: datetime) -> list[Waiting]:
    known = facts_of_each([row.contract for row in rows], department.id, person, at)
    return [_one(row, known[row.contract_id], person, at) for row in rows]


def _one(row: Milestone, facts: Facts, person: User, at: datetime) -> Waiting:
    delivery = row.deliveries[-1]
    until = schedule.pay_by(delivery.at, row.accepted_at)
    refusal = MILESTONE.refusal(row, "release", by=person, at=at, facts=facts)
    because = why_not(refusal, row, person) if refusal else ""
    return Waiting(row, Invoice.of(delivery.invoice), until, schedule.late(until, at), because)
