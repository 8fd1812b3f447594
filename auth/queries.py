"""Reads of people: by key or identity, their roles at a moment, their organizations."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select

from app.core.audit import Reader
from app.core.db import db
from app.core.errors import NotFound
from auth.models import Appointment, Department, Identity, Membership, Organization, User

ADMINISTRATOR = "administrator"


def find_user_by_key(key: str) -> User | None:
    """Find a person by the random key that sessions and addresses hold."""
    return db.session.scalar(select(User).where(User.key == key))


def find_user_by_identity(issuer: str, subject: str) -> User | None:
    """Find a person as an issuer knows them."""
    return db.session.scalar(select(User).join(Identity).where(Identity.issuer == issuer, Identity.subject == subject))


def get_department(code: str) -> Department:
    """Get a department by its code, or refuse with NotFound."""
    department = db.session.scalar(select(Department).where(Department.code == code))
    if department is None:
        raise NotFound
    return department


def get_organization(key: str) -> Organization:
    """Get an organization by its key, or refuse with NotFound."""
    organization = db.session.scalar(select(Organization).where(Organization.key == key))
    if organization is None:
        raise NotFound
    return organization


def in_force(at: datetime) -> ColumnElement[bool]:
    """Say in SQL that an appointment holds at a moment."""
    return and_(Appointment.starts_at <= at, or_(Appointment.ends_at.is_(None), Appointment.ends_at > at))


def roles_in(user: User | None, department_id: int | None, at: datetime) -> frozenset[str]:
    """Name the roles that a person holds in a department at a moment (`administrator` counts everywhere)."""
    if user is None or user.id is None:
        return frozenset()
    held = select(Appointment.role).where(
        Appointment.user_id == user.id,
        in_force(at),
        or_(Appointment.department_id == department_id, Appointment.role == ADMINISTRATOR),
    )
    return frozenset(db.session.scalars(held))


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
    holders = (
        select(User)
        .join(Appointment, Appointment.user_id == User.id)
        .where(Appointment.role == role, Appointment.department_id == department_id, in_force(at))
        .distinct()
        .order_by(User.id)
    )
    return list(db.session.scalars(holders))


def organizations_of(user: User | None, roles: Iterable[str] = ("owner", "admin", "member")) -> list[Organization]:
    """List the organizations in which a person is an active member with one of the roles."""
    if user is None:
        return []
    member = (
        select(Organization)
        .join(Membership)
        .where(Membership.user_id == user.id, Membership.state == "active", Membership.role.in_(tuple(roles)))
    )
    return list(db.session.scalars(member.order_by(Organization.name, Organization.id)))


def reader_for(user: User | None, at: datetime) -> Reader:
    """Say with whose eyes the audit log is read."""
    if user is None:
        return Reader()
    return Reader(user.id, frozenset(one.id for one in organizations_of(user)), departments_of(user, at))
