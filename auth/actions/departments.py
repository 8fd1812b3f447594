"""Departments and the roles that people hold there."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app.core import audit
from app.core.audit import PARTIES, Actor, Event, Subject
from app.core.bilingual import N_, Bilingual
from app.core.db import db
from app.core.errors import NotAllowed, NotNow, NotValid
from auth import notifications, policy, queries
from auth.actions import sessions
from auth.models import Appointment, Department, DepartmentDomain, User
from auth.provinces import PROVINCES

CODE = re.compile(r"[a-z][a-z0-9-]{1,29}")
DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
SHORTEST = timedelta(microseconds=1)


@dataclass(frozen=True)
class DepartmentDetails:
    """What the exchange knows of a department; `domains` are those of its staff's e-mail."""

    name: Bilingual
    abbreviation: Bilingual
    domains: tuple[str, ...]
    province: str = "ON"


def create_department(code: str, details: DepartmentDetails, *, by: User, at: datetime) -> Department:
    """Add a department under a short lasting code; administrators may."""
    _need_administrator(by, at)
    if not CODE.fullmatch(code):
        raise NotValid(N_("Use 2 to 30 small letters, digits and hyphens, a letter first."), field="code")
    if db.session.scalar(select(Department.id).where(Department.code == code)) is not None:
        raise NotValid(N_("This code is taken."), field="code")
    department = Department(code=code)
    _take(department, details)
    db.session.add(department)
    db.session.flush()
    _record("create", department, by, at)
    return department


def edit_department(department: Department, details: DepartmentDetails, *, by: User, at: datetime) -> Department:
    """Change a department's names and domains; administrators may."""
    _need_administrator(by, at)
    _take(department, details)
    _record("edit", department, by, at)
    return department


def _take(department: Department, details: DepartmentDetails) -> None:
    if not (details.name.complete and details.abbreviation.complete):
        raise NotValid(N_("Write the name and the abbreviation in both languages."), field="name_en")
    if details.province not in PROVINCES:
        raise NotValid(N_("Choose a province or territory."), field="province")
    wanted = list(dict.fromkeys(domain.strip().lower().lstrip("@") for domain in details.domains if domain.strip()))
    for domain in wanted:
        if not DOMAIN.fullmatch(domain):
            raise NotValid(N_("“%(domain)s” is not a domain, such as example.ca."), field="domains", domain=domain)
    department.name, department.abbreviation = details.name, details.abbreviation
    department.province = details.province
    _take_domains(department, wanted)


def _take_domains(department: Department, wanted: list[str]) -> None:
    there = {row.domain: row for row in department.domains}
    for domain in wanted:
        if domain not in there:
            holder = db.session.scalar(select(DepartmentDomain.id).where(DepartmentDomain.domain == domain))
            if holder is not None:
                raise NotValid(N_("“%(domain)s” belongs to another department."), field="domains", domain=domain)
            department.domains.append(DepartmentDomain(domain=domain))
    for domain, row in there.items():
        if domain not in wanted:
            department.domains.remove(row)
            db.session.delete(row)


def _record(verb: str, department: Department, by: User, at: datetime) -> None:
    domains = sorted(row.domain for row in department.domains)
    audit.record(
        f"department.{verb}", Subject("department", department.id, department_id=department.id), by=by, at=at,
        name=department.name.as_dict(), domains=domains,
    )  # fmt: skip


# --- Roles ------------------------------------------------------------------------------------------------------


def appoint(person: User, role: str, department: Department, *, by: User, at: datetime) -> Appointment:
    """Give a role in a department: an administrator the first officer's, its officers the rest."""
    if role not in policy.DEPARTMENT_ROLES:
        raise NotValid(N_("Choose a role."), field="role")
    _lock(department)
    _refuse(policy.appointment_refusal(queries.appointment_facts(person, role, department, by=by, at=at)))
    return _give(
        Appointment(user=person, department=department, role=role, appointed_by_id=by.id, starts_at=at), by, at
    )


def lend(person: User, lender: Department, borrower: Department, *, by: User, at: datetime) -> Appointment:
    """Lend an officer of `lender` to `borrower` as its second officer."""
    _lock(borrower)
    _refuse(policy.loan_refusal(queries.loan_facts(person, lender, borrower, by=by, at=at)))
    loan = Appointment(user=person, department=borrower, role="officer", appointed_by_id=by.id, lent=True, starts_at=at)
    return _give(loan, by, at)


def delegate(
    person: User, department: Department, *, starts_at: datetime, ends_at: datetime, by: User, at: datetime
) -> Appointment:
    """Let somebody of the department hold the actor's officer role while they are away; the same again is the same."""
    _lock(department)
    first = max(starts_at, at)
    given = select(Appointment).filter_by(user_id=person.id, department_id=department.id, delegated_by_id=by.id)
    for known in db.session.scalars(given.where(Appointment.ends_at == ends_at, Appointment.starts_at <= first)):
        return known
    facts = queries.delegation_facts(person, department, starts_at, ends_at, by=by, at=at)
    _refuse(policy.delegation_refusal(facts, at))
    stand_in = Appointment(
        user=person, department=department, role="officer", appointed_by_id=by.id, delegated_by_id=by.id,
        starts_at=first, ends_at=ends_at,
    )  # fmt: skip
    return _give(stand_in, by, at)


def _lock(department: Department) -> None:
    """Let the acts on a department's roles queue, so that no role is given twice at the same moment."""
    db.session.execute(select(Department.id).where(Department.id == department.id).with_for_update())


def _give(appointment: Appointment, by: Actor, at: datetime) -> Appointment:
    db.session.add(appointment)
    db.session.flush()
    event = _tell_log("appointment.give", appointment, by, at)
    notifications.tell_role_given(appointment, by.name, event)
    sessions.renew_sessions_of(appointment.user_id)
    return appointment


def end_appointment(appointment: Appointment, *, by: User, at: datetime) -> None:
    """End a role now, and what its holder delegated of it; one that has not begun is struck out."""
    if not policy.may_end(queries.end_facts(appointment, by=by, at=at)):
        raise NotAllowed
    if appointment.ends_at is not None and appointment.ends_at <= at:
        raise NotNow(N_("This role has already ended."))
    for one in (appointment, *_delegated(appointment, at)):
        event = _tell_log("appointment.end", one, by, at)
        notifications.tell_role_ended(one, by.name, event)
        sessions.renew_sessions_of(one.user_id)
        _end(one, at)


def _end(appointment: Appointment, at: datetime) -> None:
    if appointment.starts_at > at:
        db.session.delete(appointment)
    else:
        appointment.ends_at = max(at, appointment.starts_at + SHORTEST)


def _delegated(appointment: Appointment, at: datetime) -> Iterable[Appointment]:
    """List the live delegations of the holder's role, unless the role was itself lent or delegated."""
    if appointment.lent or appointment.delegated_by_id is not None:
        return []
    live = select(Appointment).where(
        Appointment.delegated_by_id == appointment.user_id,
        Appointment.department_id == appointment.department_id,
        Appointment.role == appointment.role,
        Appointment.ends_at > at,
    )
    return db.session.scalars(live).all()


def _tell_log(action: str, appointment: Appointment, by: Actor, at: datetime) -> Event:
    subject = Subject(
        "user", appointment.user_id, department_id=appointment.department_id, person_id=appointment.user_id
    )
    return audit.record(
        action, subject, by=by, at=at, audience=PARTIES, role=appointment.role, lent=appointment.lent,
        delegated=appointment.delegated_by_id is not None,
    )  # fmt: skip


# --- The platform -----------------------------------------------------------------------------------------------


def make_administrator(person: User, *, by: Actor, at: datetime) -> Appointment:
    """Let a person run the platform: by command, or by another administrator; refuses a second time."""
    if by.id is not None and (by.id == person.id or not queries.is_administrator(_user(by), at)):
        raise NotAllowed
    if queries.is_administrator(person, at):
        raise NotNow(N_("This person is already an administrator."))
    return _give(Appointment(user=person, role=queries.ADMINISTRATOR, appointed_by_id=by.id, starts_at=at), by, at)


def _user(actor: Actor) -> User | None:
    return actor if isinstance(actor, User) else None


def suspend(person: User, reason: str, *, by: User, at: datetime) -> User:
    """Shut a person out, with a reason they are told."""
    _need_administrator(by, at)
    if person.id == by.id:
        raise NotValid(N_("Nobody suspends themselves."), field="reason")
    if person.suspended_at is not None:
        raise NotNow(N_("This account is suspended."))
    if not reason.strip():
        raise NotValid(N_("Say why; the person is told."), field="reason")
    person.suspended_at = at
    sessions.end_sessions_of(person.id)
    event = audit.record("user.suspend", person.subject, by=by, at=at, audience=PARTIES, reason=reason.strip())
    notifications.tell_suspended(person, reason.strip(), event)
    return person


def reinstate(person: User, *, by: User, at: datetime) -> User:
    """Let a suspended person in again."""
    _need_administrator(by, at)
    if person.suspended_at is None:
        raise NotNow(N_("This account is not suspended."))
    person.suspended_at = None
    event = audit.record("user.reinstate", person.subject, by=by, at=at, audience=PARTIES)
    notifications.tell_reinstated(person, event)
    return person


def _need_administrator(by: User, at: datetime) -> None:
    if not queries.is_administrator(by, at):
        raise NotAllowed


def _refuse(refusal: Exception | None) -> None:
    if refusal is not None:
        raise refusal
