"""Lists of contracts: the public index, a person's own, the public statement of one contract's money."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from app.core.bilingual import Bilingual
from app.core.db import db
from auth.models import Department, Membership, Organization, User
from auth.queries import departments_of
from contracts.models import Amendment, Contract, Milestone

PAGE = 25
MOST_OWN = 50
ACCEPTED = ("accepted", "released", "paid")


@dataclass(frozen=True)
class Filters:
    """What a reader of the index asked for; values in whole cents, `department` by its code."""

    department: str = ""
    state: str = ""
    supplier: str = ""
    least_cents: int | None = None
    most_cents: int | None = None


@dataclass(frozen=True)
class Listed:
    """One contract in a list."""

    number: int
    title: Bilingual
    department: Bilingual
    supplier: str
    state: str
    value_cents: int
    paid_cents: int
    drawn_up_at: datetime
    next_due_on: date | None


@dataclass(frozen=True)
class Statement:
    """The money of one contract, in cents: what was agreed, what of it is accepted and paid."""

    value_cents: int
    amended_cents: int
    accepted_cents: int
    paid_cents: int

    @property
    def current_cents(self) -> int:
        """The value with every accepted amendment."""
        return self.value_cents + self.amended_cents

    @property
    def remaining_cents(self) -> int:
        """What is not accepted yet."""
        return self.current_cents - self.accepted_cents


def list_contracts(filters: Filters, before: int | None = None) -> tuple[list[Listed], int | None]:
    """List a page of contracts, newest first, with the number that the next page lies before, None on the last."""
    found = _listed().where(*_asked(filters))
    if before is not None:
        found = found.where(Contract.number < before)
    rows = db.session.execute(found.order_by(Contract.number.desc()).limit(PAGE + 1)).all()
    page = [_row(row) for row in rows[:PAGE]]
    return page, page[-1].number if len(rows) > PAGE else None


def departments_with_contracts() -> list[tuple[str, Bilingual]]:
    """List the departments that have contracts, by code."""
    having = select(Contract.id).where(Contract.department_id == Department.id).exists()
    rows = db.session.execute(
        select(Department.code, Department.name_en, Department.name_fr).where(having).order_by(Department.code)  # type: ignore[attr-defined]
    )
    return [(code, Bilingual(en, fr)) for code, en, fr in rows]


def contracts_of(person: User, at: datetime) -> list[Listed]:
    """List a person's contracts, newest first: those of their side, and of the departments they work for."""
    own = select(Membership.organization_id).where(Membership.user_id == person.id, Membership.state == "active")
    found = _listed().where(
        or_(
            Contract.supplier_id == person.id,
            Contract.organization_id.in_(own),
            Contract.department_id.in_(departments_of(person, at)),
        )
    )
    rows = db.session.execute(found.order_by(Contract.number.desc()).limit(MOST_OWN)).all()
    return [_row(row) for row in rows]


def statement(contract: Contract) -> Statement:
    """Add up a contract's money; only what is public."""
    return Statement(
        value_cents=contract.value_cents,
        amended_cents=contract.current_cents - contract.value_cents,
        accepted_cents=sum(one.amount_cents for one in contract.milestones if one.state in ACCEPTED),
        paid_cents=sum(one.amount_cents for one in contract.milestones if one.state == "paid"),
    )


def _of_milestones(value: ColumnElement[Any], *where: ColumnElement[bool]) -> ColumnElement[Any]:
    return select(value).where(Milestone.contract_id == Contract.id, *where).scalar_subquery()


def _current() -> ColumnElement[int]:
    changes = select(func.coalesce(func.sum(Amendment.change_cents), 0)).where(
        Amendment.contract_id == Contract.id, Amendment.state == "accepted"
    )
    return Contract.value_cents + changes.scalar_subquery()


def _listed() -> Select[Any, *tuple[Any, ...]]:
    return (
        select(
            Contract.number,
            Contract.title_en,  # type: ignore[attr-defined]
            Contract.title_fr,  # type: ignore[attr-defined]
            Department.name_en,  # type: ignore[attr-defined]
            Department.name_fr,  # type: ignore[attr-defined]
            func.coalesce(Organization.name, User.name).label("supplier"),
            Contract.state,
            _current().label("value_cents"),
            _of_milestones(func.coalesce(func.sum(Milestone.amount_cents), 0), Milestone.state == "paid").label("paid"),
            Contract.drawn_up_at,
            _of_milestones(func.min(Milestone.due_on), Milestone.state.in_(("planned", "returned"))).label("due"),
        )
        .join(Department, Department.id == Contract.department_id)
        .join(User, User.id == Contract.supplier_id)
        .outerjoin(Organization, Organization.id == Contract.organization_id)
    )


def _asked(filters: Filters) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if filters.department:
        asked.append(Department.code == filters.department)
    if filters.state:
        asked.append(Contract.state == filters.state)
    if filters.supplier.strip():
        name = func.lower(func.coalesce(Organization.name, User.name))
        asked.append(name.contains(filters.supplier.strip().lower(), autoescape=True))
    if filters.least_cents is not None:
        asked.append(_current() >= filters.least_cents)
    if filters.most_cents is not None:
        asked.append(_current() <= filters.most_cents)
    return asked


def _row(row: Any) -> Listed:  # noqa: ANN401  (a row of many columns)
    number, en, fr, by_en, by_fr, supplier, state, value, paid, drawn_up_at, due = row
    return Listed(number, Bilingual(en, fr), Bilingual(by_en, by_fr), supplier, state, value, paid, drawn_up_at, due)
