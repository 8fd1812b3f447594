"""Reads of organizations, their members and open invitations."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from app.core.audit import Reader
from app.core.db import columns, db
from app.core.errors import NotFound
from auth.models import Membership, Organization, User
from auth.policy import SPEAKS, MembershipFacts
from auth.queries.departments import departments_of
from auth.queries.people import addresses_of


def get_organization(key: str) -> Organization:
    """Get an organization by its key, or refuse with NotFound."""
    organization = db.session.scalar(select(Organization).where(Organization.key == key))
    if organization is None:
        raise NotFound
    return organization


def get_own_organization(key: str, user: User) -> Organization:
    """Get an organization of which a person is an active member; for anybody else there is none."""
    organization = get_organization(key)
    if not role_in(user, organization):
        raise NotFound
    return organization


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


_ROLE = select(Membership.role).where(
    Membership.user_id == bindparam("user"),
    Membership.organization_id == bindparam("organization"),
    Membership.state == "active",
)


def find_role(user_id: int | None, organization_id: int | None) -> str | None:
    """Say what a person is in an organization: owner, admin, member, or None."""
    if user_id is None or organization_id is None:
        return None
    role: str | None = columns(_ROLE, user=user_id, organization=organization_id).scalar()
    return role


def role_in(user: User, organization: Organization) -> str:
    """Say what a person is in an organization: owner, admin, member or nothing."""
    return find_role(user.id, organization.id) or ""


def side_of(person: User, organization_id: int | None) -> list[User]:
    """List who acts and is told on a bidder's or supplier's side: the person, and who speaks for the organization."""
    speakers = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.organization_id == organization_id,
            Membership.state == "active",
            Membership.role.in_(SPEAKS),
            User.id != person.id,
        )
        .order_by(User.id)
    )
    return [person, *(db.session.scalars(speakers) if organization_id is not None else ())]


def reader_for(user: User | None, at: datetime) -> Reader:
    """Say with whose eyes the audit log is read."""
    if user is None:
        return Reader()
    return Reader(user.id, frozenset(one.id for one in organizations_of(user)), departments_of(user, at))


def get_membership(key: str) -> Membership:
    """Get a place in an organization by its key, or refuse with NotFound."""
    membership = db.session.scalar(select(Membership).where(Membership.key == key))
    if membership is None:
        raise NotFound
    return membership


def find_own_membership(organization: Organization, user: User) -> Membership | None:
    """Find a person's own active place in an organization."""
    own = select(Membership).where(
        Membership.organization_id == organization.id,
        Membership.user_id == user.id,
        Membership.state == "active",
    )
    return db.session.scalar(own)


def membership_facts(membership: Membership, by: User) -> MembershipFacts:
    """Gather what decides who may do what to a place in an organization."""
    organization = membership.organization
    role = role_in(by, organization) if organization.id else ""
    return MembershipFacts(
        role=role,
        has_address=membership.address.lower() in addresses_of(by),
        is_own=membership.user_id is not None and membership.user_id == by.id,
        is_member=bool(role),
        owners=_count_owners(organization) if organization.id else 0,
    )


def _count_owners(organization: Organization) -> int:
    owners = select(func.count()).select_from(Membership).where(
        Membership.organization_id == organization.id, Membership.role == "owner", Membership.state == "active"
    )  # fmt: skip
    return db.session.scalar(owners) or 0


def invitations_for(user: User) -> list[Membership]:
    """List the invitations that wait for a person's answer, oldest first."""
    waiting = select(Membership).where(
        Membership.state == "invited", func.lower(Membership.address).in_(addresses_of(user))
    )
    return list(db.session.scalars(waiting.order_by(Membership.invited_at, Membership.id)))


@dataclass(frozen=True)
class MemberLine:
    """One member or invited address, as the organization's page shows it."""

    key: str
    address: str
    role: str
    state: str
    invited_at: datetime
    user_id: int | None
    name: str | None


def members_of(organization: Organization) -> list[MemberLine]:
    """List active members, then who is invited."""
    lines = (
        select(Membership.key, Membership.address, Membership.role, Membership.state, Membership.invited_at,
               Membership.user_id, User.name)
        .outerjoin(User, Membership.user_id == User.id)
        .where(Membership.organization_id == organization.id, Membership.state.in_(("active", "invited")))
        .order_by(Membership.state, Membership.id)
    )  # fmt: skip
    return [MemberLine(*line) for line in db.session.execute(lines)]
