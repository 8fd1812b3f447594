"""Reads of departments and of who holds which role there at a moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.core.db import Identifier, Moment, columns, db
from app.core.errors import NotFound
from auth.models import Appointment, Department, DepartmentDomain, Email, User
from auth.policy import AppointmentFacts, DelegationFacts, EndFacts, LoanFacts, Ties, domain_of, may_propose_to

ADMINISTRATOR = "administrator"


def get_department(code: str) -> Department:
    """Get a department by its code, or refuse with NotFound."""
    department = db.session.scalar(select(Department).where(Department.code == code))
    if department is None:
        raise NotFound
    return department


def all_departments() -> list[Department]:
    """List the departments with their domains, by code."""
    return list(
        db.session.scalars(select(Department).options(selectinload(Department.domains)).order_by(Department.code))
    )


def in_force(at: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Say in SQL that an appointment holds at a moment."""
    return and_(Appointment.starts_at <= at, _not_over(at))


def _not_over(at: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    return or_(Appointment.ends_at.is_(None), Appointment.ends_at > at)


_USER, _DEPARTMENT = bindparam("user", type_=Identifier), bindparam("department", type_=Identifier)
_AT = bindparam("at", type_=Moment)
_OF_USER = select(Appointment.role).where(Appointment.user_id == _USER)
_ROLES = _OF_USER.where(in_force(_AT), or_(Appointment.department_id == _DEPARTMENT, Appointment.role == ADMINISTRATOR))
_LIVE_OR_COMING = _OF_USER.where(Appointment.department_id == _DEPARTMENT, _not_over(_AT))
_ADDRESSES = (
    select(Email.address, DepartmentDomain.domain)
    .join(DepartmentDomain, DepartmentDomain.department_id == _DEPARTMENT)
    .where(Email.user_id == _USER)
)


def roles_in(user: User | None, department_id: int | None, at: datetime) -> frozenset[str]:
    """Name the roles that a person holds in a department at a moment (`administrator` counts everywhere)."""
    if user is None or user.id is None:
        return frozenset()
    return frozenset(columns(_ROLES, user=user.id, department=department_id, at=at).scalars())


def departments_of(
    user: User | None, at: datetime, roles: Iterable[str] = ("buyer", "officer", "finance")
) -> frozenset[int]:
    """Number the departments in which a person holds one of the roles at a moment."""
    if user is None:
        return frozenset()
    held = select(Appointment.department_id).where(
        Appointment.user_id == user.id,
        in_force(at),
        Appointment.role.in_(tuple(roles)),
        Appointment.department_id.is_not(None),
    )
    return frozenset(number for number in db.session.scalars(held) if number is not None)


def is_administrator(user: User | None, at: datetime) -> bool:
    """Say whether a person runs the platform at a moment."""
    return ADMINISTRATOR in roles_in(user, None, at)


def holders_of(role: str, department_id: int | None, at: datetime) -> list[User]:
    """List the people who hold a role in a department at a moment."""
    held = select(Appointment.user_id).where(
        Appointment.role == role, Appointment.department_id == department_id, in_force(at)
    )
    holders = select(User).where(User.id.in_(held), User.suspended_at.is_(None)).order_by(User.id)
    return list(db.session.scalars(holders))


def appointments_of(user: User, at: datetime) -> list[Appointment]:
    """List the roles that a person holds now or will hold."""
    held = (
        select(Appointment)
        .where(Appointment.user_id == user.id, _not_over(at))
        .options(joinedload(Appointment.department))
    )
    return list(db.session.scalars(held.order_by(Appointment.id)))


@dataclass(frozen=True)
class RosterLine:
    """One appointment in a department, with the names that the roster shows."""

    id: int
    role: str
    user_key: str
    name: str
    email: str
    lent: bool
    starts_at: datetime
    ends_at: datetime | None
    delegated_by: str | None


def roster(department: Department, at: datetime) -> list[RosterLine]:
    """List who holds, or will hold, a role in a department."""
    delegator = aliased(User)
    lines = (
        select(Appointment.id, Appointment.role, User.key, User.name, User.email, Appointment.lent,
               Appointment.starts_at, Appointment.ends_at, delegator.name)
        .join(User, Appointment.user_id == User.id).outerjoin(delegator, Appointment.delegated_by_id == delegator.id)
        .where(Appointment.department_id == department.id, _not_over(at))
        .order_by(Appointment.role.desc(), User.name, Appointment.id)
    )  # fmt: skip
    return [RosterLine(*line) for line in db.session.execute(lines)]


def get_appointment(department: Department, number: int) -> Appointment:
    """Get an appointment of a department, or refuse with NotFound."""
    appointment = db.session.get(Appointment, number)
    if appointment is None or appointment.department_id != department.id:
        raise NotFound
    return appointment


def is_verified_in(user: User, department_id: int) -> bool:
    """Say whether a person has a verified address of a department's domains."""
    pairs = columns(_ADDRESSES, user=user.id, department=department_id)
    return any(domain_of(one.address) == one.domain for one in pairs)


def ties(user: User, department: Department, at: datetime) -> Ties:
    """Gather what ties a person to a department: live or coming roles, and addresses of its domains."""
    held = columns(_LIVE_OR_COMING, user=user.id, department=department.id, at=at).scalars()
    return Ties(frozenset(held), is_verified_in(user, department.id))


def may_propose(user: User, department: Department, at: datetime) -> bool:
    """Say whether a person may propose to a department: its staff do not."""
    return may_propose_to(ties(user, department, at))


def is_own_officer(user: User, department: Department, at: datetime) -> bool:
    """Say whether a person is an officer of the department's own at a moment, not one lent by another."""
    return _holds(user, "officer", department, at, Appointment.lent.is_(False))


def has_officer(department: Department, at: datetime) -> bool:
    """Say whether a department has an officer of its own who can sign in."""
    own = (
        select(Appointment.id).join(User, Appointment.user_id == User.id)
        .where(Appointment.department_id == department.id, Appointment.role == "officer", Appointment.lent.is_(False),
               Appointment.delegated_by_id.is_(None), User.suspended_at.is_(None), in_force(at))
    )  # fmt: skip
    return db.session.scalar(own.limit(1)) is not None


def _holds(user: User, role: str, department: Department, at: datetime, *more: ColumnElement[bool]) -> bool:
    held = select(Appointment.id).where(
        Appointment.user_id == user.id, Appointment.role == role, Appointment.department_id == department.id,
        in_force(at), *more,
    )  # fmt: skip
    return db.session.scalar(held.limit(1)) is not None


def appointment_facts(person: User, role: str, department: Department, *, by: User, at: datetime) -> AppointmentFacts:
    """Gather what decides whether a person may be given a role."""
    return AppointmentFacts(
        role=role,
        by_administrator=is_administrator(by, at),
        by_officer=is_own_officer(by, department, at),
        has_officer=has_officer(department, at),
        is_self=person.id == by.id,
        verified_here=is_verified_in(person, department.id),
        already_holds=_holds(person, role, department, at),
        suspended=person.suspended_at is not None,
    )


def loan_facts(person: User, lender: Department, borrower: Department, *, by: User, at: datetime) -> LoanFacts:
    """Gather what decides whether an officer of `lender` may be lent to `borrower`."""
    own = (Appointment.lent.is_(False), Appointment.delegated_by_id.is_(None))
    return LoanFacts(
        by_administrator=is_administrator(by, at),
        by_officer_of_lender=is_own_officer(by, lender, at),
        is_officer_of_lender=_holds(person, "officer", lender, at, *own) and is_verified_in(person, lender.id),
        same_department=lender.id == borrower.id,
        is_self=person.id == by.id,
        already_holds=_holds(person, "officer", borrower, at),
        suspended=person.suspended_at is not None,
    )


def delegation_facts(
    person: User, department: Department, starts_at: datetime, ends_at: datetime, *, by: User, at: datetime
) -> DelegationFacts:
    """Gather what decides whether an officer may delegate while away."""
    own = (Appointment.lent.is_(False), Appointment.delegated_by_id.is_(None))
    return DelegationFacts(
        holds_it_oneself=_holds(by, "officer", department, at, *own),
        starts_at=starts_at,
        ends_at=ends_at,
        is_self=person.id == by.id,
        verified_here=is_verified_in(person, department.id),
        already_holds=_holds(person, "officer", department, at),
        suspended=person.suspended_at is not None,
    )


def end_facts(appointment: Appointment, *, by: User, at: datetime) -> EndFacts:
    """Gather who wants to end an appointment."""
    department = appointment.department
    return EndFacts(
        is_holder=appointment.user_id == by.id,
        by_officer=department is not None and is_own_officer(by, department, at),
        by_administrator=is_administrator(by, at),
        by_delegator=appointment.delegated_by_id == by.id,
    )
