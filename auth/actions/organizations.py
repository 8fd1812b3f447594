"""Organizations and who belongs to them."""

import re
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import func, select

from app.core import audit
from app.core.audit import PARTIES
from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotAllowed, NotValid
from auth import lifecycle, notifications, policy, queries
from auth.actions.account import NAME_LENGTH, checked_link, checked_tax_number
from auth.models import Membership, Organization, User
from auth.provinces import PROVINCES

ADDRESS = re.compile(r"[^@\s<>\",;:]+@[^@\s<>\",;:]+\.[^@\s<>\",;:.]+")


@dataclass(frozen=True)
class Details:
    """What an organization says of itself."""

    name: str
    github_organization: str = ""
    website: str = ""
    province: str = ""
    tax_number: str = ""


def found(details: Details, *, by: User, at: datetime) -> Organization:
    """Found an organization; who founds it is its first owner. Founded again just so, it is the one there is."""
    organization = Organization(name="", created_at=at)
    _take(organization, details)
    db.session.execute(select(User.id).where(User.id == by.id).with_for_update())
    for owned in queries.organizations_of(by, ("owner",)):
        if all(getattr(owned, one.name) == getattr(organization, one.name) for one in fields(Details)):
            return owned
    db.session.add(organization)
    db.session.flush()
    audit.record("organization.found", organization.subject, by=by, at=at, audience=PARTIES, name=organization.name)
    place = Membership(
        organization=organization, user=by, address=by.email.lower(), role="owner", invited_at=at, answered_at=at
    )  # fmt: skip
    lifecycle.MEMBERSHIP.move(place, "found", by=by, at=at, facts=policy.MembershipFacts(), role="owner")
    return organization


def edit(organization: Organization, details: Details, *, by: User, at: datetime) -> Organization:
    """Change what an organization says of itself; owners and admins may."""
    if queries.role_in(by, organization) not in policy.SPEAKS:
        raise NotAllowed
    _take(organization, details)
    audit.record("organization.edit", organization.subject, by=by, at=at, audience=PARTIES, name=organization.name)
    return organization


def _take(organization: Organization, details: Details) -> None:
    name = " ".join(details.name.split())
    if not name:
        raise NotValid(N_("Write the organization’s name."), field="name")
    if len(name) > NAME_LENGTH:
        raise NotValid(N_("At most %(count)s characters."), field="name", count=NAME_LENGTH)
    if details.province and details.province not in PROVINCES:
        raise NotValid(N_("Choose a province or territory."), field="province")
    github = details.github_organization.strip().removeprefix("https://github.com/").strip("/@")
    if github and not re.fullmatch(r"[A-Za-z0-9-]{1,39}", github):
        raise NotValid(
            N_("Write the name as it stands at GitHub: letters, digits, hyphens."), field="github_organization"
        )
    organization.name, organization.github_organization = name, github
    organization.website = checked_link(details.website, "website") if details.website.strip() else ""
    organization.province, organization.tax_number = details.province, checked_tax_number(details.tax_number)


def invite(organization: Organization, address: str, role: str, *, by: User, at: datetime) -> Membership:
    """Invite an address; who has it, verified, may accept. An address is invited or a member once."""
    address = address.strip().lower()
    if not ADDRESS.fullmatch(address):
        raise NotValid(N_("Write an e-mail address, such as name@example.ca."), field="email")
    if role not in policy.MEMBER_ROLES:
        raise NotValid(N_("Choose a role."), field="role")
    facts = policy.MembershipFacts(role=queries.role_in(by, organization))
    if _is_there(organization, address):
        raise NotValid(N_("This address is already invited or a member."), field="email")
    place = Membership(organization=organization, address=address, role=role, invited_by_id=by.id, invited_at=at)
    event = lifecycle.MEMBERSHIP.move(place, "invite", by=by, at=at, facts=facts, address=address, role=role)
    notifications.tell_invited(place, by, event)
    return place


def _is_there(organization: Organization, address: str) -> bool:
    live = select(Membership.id).where(
        Membership.organization_id == organization.id,
        func.lower(Membership.address) == address,
        Membership.state.in_(("invited", "active")),
    )
    return db.session.scalar(live) is not None


def answer(place: Membership, verb: str, *, by: User, at: datetime) -> Membership:
    """Accept or decline an invitation (`verb`); only who has the invited address, verified."""
    facts = queries.membership_facts(place, by)
    place.answered_at = at
    if verb == "accept":
        place.user = by
    lifecycle.MEMBERSHIP.move(place, verb, by=by, at=at, facts=facts, role=place.role)
    return place


def _facts(place: Membership, by: User) -> policy.MembershipFacts:
    """Gather the facts with the organization locked: two owners who go at the same moment must not both be let."""
    lock = select(Organization.id).where(Organization.id == place.organization_id).with_for_update()
    db.session.execute(lock)
    db.session.refresh(place)
    return queries.membership_facts(place, by)


def leave(place: Membership, *, by: User, at: datetime) -> Membership:
    """Leave an organization; its last owner cannot."""
    facts = _facts(place, by)
    lifecycle.MEMBERSHIP.move(place, "leave", by=by, at=at, facts=facts)
    return place


def remove(place: Membership, *, by: User, at: datetime) -> Membership:
    """Take a member out, or an invitation back."""
    facts = _facts(place, by)
    lifecycle.MEMBERSHIP.move(place, "remove", by=by, at=at, facts=facts)
    return place


def change_role(place: Membership, role: str, *, by: User, at: datetime) -> Membership:
    """Make a member something else; the last owner stays one."""
    facts = _facts(place, by)
    if not policy.may_change_roles(facts):
        raise NotAllowed
    if role not in policy.MEMBER_ROLES or place.state not in ("active", "invited"):
        raise NotValid(N_("Choose a role."), field="role")
    refusal = policy.not_the_last_owner(place, at, facts) if role != "owner" else None
    if refusal is not None:
        raise refusal
    before, place.role = place.role, role
    audit.record(
        "membership.change_role", audit.Subject("membership", place.id, person_id=place.user_id,
        organization_id=place.organization_id), by=by, at=at, audience=PARTIES, before=before, after=role,
    )  # fmt: skip
    return place
