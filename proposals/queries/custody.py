"""Who keeps the key of a procurement, how far its opening is, and what waits for a custodian."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

import auth.queries
from app.core.awaiting import Awaiting
from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotFound
from auth.models import Department, User
from opportunities.models import Opportunity
from proposals.models import Custodian, Custody, KeyShare, ProcurementKey
from proposals.policy import OFFICER, Facts


@dataclass(frozen=True)
class Held:
    """How far custodians are with an opening: how many shares it takes, how many are given, who could still give."""

    custody: Custody
    asked: bool
    given: int
    waiting: tuple[str, ...]

    @property
    def missing(self) -> int:
        """How many shares are still wanting."""
        return max(self.custody.threshold - self.given, 0)


def procurement_owner(opportunity: Opportunity) -> str:
    """Name whose key pair it is, as the seal binds it."""
    return f"procurement {opportunity.ocid}"


def find_procurement_key(opportunity: Opportunity) -> ProcurementKey | None:
    """Find the key pair that a procurement's proposals are sealed to."""
    return db.session.scalar(select(ProcurementKey).filter_by(opportunity_id=opportunity.id))


def custody_at_publication(opportunity: Opportunity) -> Custody | None:
    """Find the custody that was in force when the opportunity was published; a later change touches it no more."""
    at = opportunity.published_at
    if at is None:
        return None
    bound = select(Custody).where(
        Custody.department_id == opportunity.department_id,
        Custody.began_at <= at,
        or_(Custody.ended_at.is_(None), Custody.ended_at > at),
    )
    return db.session.scalar(bound.order_by(Custody.id.desc()).limit(1))


def find_custody(department: Department, state: str) -> Custody | None:
    """Find the custody of a department that is named, or in force."""
    found = select(Custody).where(Custody.department_id == department.id, Custody.state == state)
    return db.session.scalar(found.options(selectinload(Custody.custodians).joinedload(Custodian.user)))


def custody_facts(department: Department, user: User, at: datetime) -> Facts:
    """Gather what decides about a department's custody: whether the person is an officer of its own."""
    officer = auth.queries.is_own_officer(user, department, at)
    return Facts(roles=frozenset({OFFICER}) if officer else frozenset())


def get_place(key: str, user: User) -> Custodian:
    """Get one's own place as a custodian; another's and none answer alike."""
    place = db.session.scalar(select(Custodian).where(Custodian.key == key, Custodian.user_id == user.id))
    if place is None:
        raise NotFound
    return place


def get_share(key: str, user: User) -> KeyShare:
    """Get one's own share of a procurement's key, once it is asked for; anything else answers alike."""
    own = (
        select(KeyShare)
        .join(Custodian)
        .join(ProcurementKey, ProcurementKey.id == KeyShare.procurement_key_id)
        .where(KeyShare.key == key, Custodian.user_id == user.id, ProcurementKey.asked_at.is_not(None))
    )
    share = db.session.scalar(own)
    if share is None:
        raise NotFound
    return share


def procurement_of(key: ProcurementKey) -> Opportunity:
    """Get the procurement of a key."""
    return db.session.get_one(Opportunity, key.opportunity_id)


def held(opportunity: Opportunity) -> Held | None:
    """Say how far custodians are with the opening of a procurement; None when its key is not in custody (any more)."""
    row = find_procurement_key(opportunity)
    if row is None or row.custody is None or row.wrapped_private_key:
        return None
    waiting = (share.custodian.user.name for share in row.shares if share.custodian and not share.given_at)
    given = sum(1 for share in row.shares if share.given_at)
    return Held(row.custody, row.asked_at is not None, given, tuple(waiting))


def custody_awaiting(user: User, at: datetime) -> Iterator[Awaiting]:
    """Say what waits for a custodian: a place to accept, a passphrase to give."""
    places = select(Custodian).join(Custody).where(
        Custodian.user_id == user.id, Custodian.accepted_at.is_(None), Custody.state == "named"
    ).options(joinedload(Custodian.custody).joinedload(Custody.department))  # fmt: skip
    for place in db.session.scalars(places.order_by(Custodian.id)):
        custody = place.custody
        yield Awaiting(
            custody.named_at, N_("Answer: will you keep a share of %(department)s’s keys?"), "proposals.custodian",
            {"key": place.key}, {"department": custody.department.name},
        )  # fmt: skip
    asked = (
        select(KeyShare.key, ProcurementKey.asked_at, Opportunity)
        .join(Custodian, Custodian.id == KeyShare.custodian_id)
        .join(ProcurementKey, ProcurementKey.id == KeyShare.procurement_key_id)
        .join(Opportunity, Opportunity.id == ProcurementKey.opportunity_id)
        .where(
            Custodian.user_id == user.id, KeyShare.given_at.is_(None), ProcurementKey.asked_at.is_not(None),
            ProcurementKey.wrapped_private_key == b"",
        )
    )  # fmt: skip
    rows = db.session.execute(asked.order_by(KeyShare.id))
    for key, since, opportunity in ((row[0], row[1], row[2]) for row in rows):
        text = N_("Give your passphrase, so that the proposals for “%(title)s” can be opened")
        yield Awaiting(since or at, text, "proposals.passphrase", {"key": key}, {"title": opportunity.title})
