"""What waits for a person about contracts: to draw up, accept, deliver, decide, release, pay again, complete."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.core.awaiting import Awaiting
from app.core.bilingual import N_
from app.core.db import db
from auth.models import Appointment, Membership, User
from auth.policy import SPEAKS
from auth.queries import in_force
from contracts import schedule
from contracts.gateway import Standing
from contracts.models import Contract, Milestone, PayeeAccount, Payer
from contracts.policy import UNFINISHED, standstill_until
from contracts.provider import in_use
from evaluations.models import Award
from opportunities.models import Opportunity

LIVE = ("proposed", "active", "terminated")


@dataclass(frozen=True)
class _Places:
    """Where a person stands: organizations with their role, departments with their roles."""

    user: User
    organizations: Mapping[int, str]
    departments: Mapping[int | None, frozenset[str]]
    holders: frozenset[tuple[int, int | None, str]]
    """Who holds which role in these departments: person, department, role."""

    def in_charge(self, contract: Contract, role: str, person_id: int) -> bool:
        """The contract is theirs in this role, or the one whose it is no longer holds the role."""
        return person_id == self.user.id or (person_id, contract.department_id, role) not in self.holders

    def speaks_for(self, contract: Contract) -> bool:
        """The person acts for the contract's supplier."""
        role = self.organizations.get(contract.organization_id) if contract.organization_id else None
        if contract.organization_id is None:
            return contract.supplier_id == self.user.id
        return role in SPEAKS or (role is not None and contract.supplier_id == self.user.id)


def awaiting(user: User, at: datetime) -> list[Awaiting]:
    """List what waits for a person at a moment, the most pressing first; as many statements for one as for many."""
    places = _places_of(user, at)
    contracts = _contracts(places)
    connected = _connected(places)
    items = [*_to_draw_up(places, at)]
    for contract in contracts:
        if places.speaks_for(contract):
            items += _for_supplier(contract, connected=(contract.organization_id or 0) in connected)
        else:
            items += _for_department(contract, places)
    items += _to_fund(contracts, places)
    items += _to_release([one for one in contracts if not places.speaks_for(one)], places)
    return sorted(items, key=lambda item: (item.due or item.since, item.since))


def _places_of(user: User, at: datetime) -> _Places:
    memberships = select(Membership.organization_id, Membership.role).where(
        Membership.user_id == user.id, Membership.state == "active"
    )
    appointments = select(Appointment.department_id, Appointment.role).where(
        Appointment.user_id == user.id, in_force(at), Appointment.department_id.is_not(None)
    )
    organizations: dict[int, str] = dict(db.session.execute(memberships).all())
    departments: dict[int | None, frozenset[str]] = {}
    for number, role in db.session.execute(appointments):
        departments[number] = departments.get(number, frozenset()) | {role}
    return _Places(user, organizations, departments, _holders(user, departments, at))


def _holders(user: User, departments: Collection[int | None], at: datetime) -> frozenset[tuple[int, int | None, str]]:
    """List who holds which role in these departments, but for whom the person stands in."""
    held = (
        select(Appointment.user_id, Appointment.department_id, Appointment.role, Appointment.delegated_by_id)
        .join(User, User.id == Appointment.user_id)
        .where(
            in_force(at),
            Appointment.department_id.in_(departments),
            Appointment.role.in_(("buyer", "officer")),
            User.suspended_at.is_(None),
        )
    )
    rows = db.session.execute(held).all()
    stood_in_for = {(by, place, role) for person, place, role, by in rows if person == user.id and by is not None}
    return frozenset((person, place, role) for person, place, role, _by in rows) - stood_in_for


def _connected(places: _Places) -> set[int]:
    """Number the organizations that have an account and need do nothing about it; 0 stands for the person."""
    owned = select(PayeeAccount.organization_id).where(
        or_(PayeeAccount.user_id == places.user.id, PayeeAccount.organization_id.in_(places.organizations)),
        PayeeAccount.standing.in_((Standing.READY, Standing.UNDER_REVIEW)),
    )
    return {number or 0 for number in db.session.scalars(owned)}


def _for_department(contract: Contract, places: _Places) -> Iterator[Awaiting]:
    roles = places.departments.get(contract.department_id, frozenset())
    if "officer" in roles and places.in_charge(contract, "officer", contract.officer_id):
        yield from _for_officer(contract)
    if "buyer" in roles and places.in_charge(contract, "buyer", contract.buyer_id):
        yield from _for_buyer(contract)
    if "finance" in roles:
        yield from _for_finance(contract, places.user)


def _for_supplier(contract: Contract, *, connected: bool) -> Iterator[Awaiting]:
    here = {"number": contract.number}
    if contract.state == "proposed" and contract.supplier_accepted_at is None:
        yield Awaiting(
            contract.drawn_up_at, N_("Accept or decline contract %(number)s"), "contracts.accept", here, here
        )
    if contract.state != "active":
        return
    begun = max(
        filter(None, (contract.supplier_accepted_at, contract.department_accepted_at)), default=contract.drawn_up_at
    )
    for amendment in contract.amendments:
        if amendment.state == "proposed" and not amendment.uncertified_cents:
            place = {**here, "amendment": amendment.number}
            yield Awaiting(
                amendment.at,
                N_("Answer amendment %(amendment)s of contract %(number)s"),
                "contracts.amendment",
                place,
                place,
            )
    if not connected:
        yield Awaiting(
            begun, N_("Connect an account to be paid on for contract %(number)s"), "contracts.payee", {}, here
        )
    yield from _to_deliver(contract, begun)


def _to_deliver(contract: Contract, begun: datetime) -> Iterator[Awaiting]:
    """Every returned milestone, and the first one planned."""
    planned = [milestone for milestone in contract.milestones if milestone.state == "planned"][:1]
    for milestone in [one for one in contract.milestones if one.state == "returned"] + planned:
        place = {"number": contract.number, "position": milestone.position}
        decided = milestone.deliveries[-1].decided_at if milestone.deliveries else None
        text = (
            N_("Deliver milestone %(position)s of contract %(number)s again")
            if milestone.state == "returned"
            else N_("Deliver milestone %(position)s of contract %(number)s")
        )
        yield Awaiting(decided or begun, text, "contracts.milestone", place, place, _end_of(milestone))


def _end_of(milestone: Milestone) -> datetime | None:
    due = milestone.due_on
    begun = milestone.contract.drawn_up_at
    return begun + timedelta(days=(due - begun.date()).days) if due else None


def _to_draw_up(places: _Places, at: datetime) -> Iterator[Awaiting]:
    departments = [number for number, roles in places.departments.items() if "officer" in roles]
    if not departments:
        return
    made = (
        select(Award)
        .join(Opportunity, Opportunity.id == Award.opportunity_id)
        .where(
            Opportunity.department_id.in_(departments),
            Award.state == "made",
            ~select(Contract.id).where(Contract.award_id == Award.id).exists(),
        )
        .options(joinedload(Award.opportunity))
        .order_by(Award.id)
    )
    for award in db.session.scalars(made):
        since = standstill_until(award.made_at or award.at, award.opportunity.standstill_days)
        if since <= at:
            here = {"number": award.opportunity.number}
            yield Awaiting(
                since, N_("Draw up the contract for opportunity %(number)s"), "contracts.draw_up", here, here
            )


def _for_officer(contract: Contract) -> Iterator[Awaiting]:
    here = {"number": contract.number}
    if contract.state == "proposed" and contract.department_accepted_at is None:
        text = N_("Accept contract %(number)s for the department")
        yield Awaiting(contract.drawn_up_at, text, "contracts.accept", here, here)
    states = [milestone.state for milestone in contract.milestones]
    if contract.state == "active" and not set(states) & set(UNFINISHED):
        last = max((one.paid_at for one in contract.milestones if one.paid_at), default=contract.drawn_up_at)
        yield Awaiting(last, N_("Complete contract %(number)s: everything is paid"), "contracts.complete", here, here)


def _for_buyer(contract: Contract) -> Iterator[Awaiting]:
    for milestone in contract.milestones:
        if milestone.state == "delivered":
            delivered = milestone.deliveries[-1].at
            place = {"number": contract.number, "position": milestone.position}
            text = N_("Accept or return milestone %(position)s of contract %(number)s")
            yield Awaiting(delivered, text, "contracts.milestone", place, place, schedule.answer_by(delivered))


def _for_finance(contract: Contract, user: User) -> Iterator[Awaiting]:
    for amendment in contract.amendments:
        if amendment.state == "proposed" and amendment.uncertified_cents and amendment.by_id != user.id:
            place = {"number": contract.number, "amendment": amendment.number}
            text = N_("Certify the money for amendment %(amendment)s of contract %(number)s")
            yield Awaiting(amendment.at, text, "contracts.certify_amendment", place, place)
    for milestone in contract.milestones:
        if milestone.accepted_at is None or milestone.accepted_by_id == user.id:
            continue
        place = {"number": contract.number, "position": milestone.position}
        until = schedule.pay_by(milestone.deliveries[-1].at, milestone.accepted_at)
        if milestone.state == "released" and milestone.attempts[-1].state in ("failed", "needs_action"):
            text = N_("The payment of milestone %(position)s of contract %(number)s needs you")
            yield Awaiting(milestone.accepted_at, text, "contracts.milestone", place, place, until)


def _to_fund(contracts: Iterable[Contract], places: _Places) -> Iterator[Awaiting]:
    """Finance says how the department pays, once it has a contract under way."""
    theirs = {number for number, roles in places.departments.items() if "finance" in roles and number is not None}
    under_way = {one.department_id: one for one in reversed(list(contracts)) if one.state == "active"}
    wanting = [under_way[number] for number in sorted(theirs & set(under_way), key=str)]
    if not wanting:
        return
    said = select(Payer.department_id).where(Payer.provider == in_use.name, or_(Payer.on_page, Payer.method != ""))
    funded = set(db.session.scalars(said))
    for contract in wanting:
        if contract.department_id not in funded:
            place = {"code": contract.department.code}
            values = {"department": contract.department.name}
            yield Awaiting(contract.drawn_up_at, N_("Say how %(department)s pays"), "contracts.payer", place, values)


def _to_release(contracts: Iterable[Contract], places: _Places) -> Iterator[Awaiting]:
    """One payment by itself; several of one department together."""
    waiting: dict[int, list[tuple[datetime, Milestone]]] = {}
    for contract in contracts:
        if "finance" in places.departments.get(contract.department_id, frozenset()):
            due = [(one.accepted_at, one) for one in contract.milestones if one.state == "accepted" and one.accepted_at]
            mine = [pair for pair in due if pair[1].accepted_by_id != places.user.id]
            waiting.setdefault(contract.department_id, []).extend(mine)
    for found in waiting.values():
        if not found:
            continue
        since, first = min(found, key=lambda pair: (pair[0], pair[1].id))
        until, contract = schedule.pay_by(first.deliveries[-1].at, since), first.contract
        place = {"number": contract.number, "position": first.position}
        if len(found) == 1:
            text = N_("Release the payment of milestone %(position)s of contract %(number)s")
            yield Awaiting(since, text, "contracts.release", place, place, until)
        else:
            text = N_("Release %(count)s payments of %(department)s together")
            values = {"count": len(found), "department": contract.department.name}
            yield Awaiting(since, text, "contracts.releases", {"code": contract.department.code}, values, until)


def _contracts(places: _Places) -> list[Contract]:
    """Read the contracts on which something may wait, with all that decides."""
    own = or_(
        Contract.supplier_id == places.user.id,
        Contract.organization_id.in_(places.organizations),
        Contract.department_id.in_(places.departments),
    )
    live = (
        select(Contract)
        .where(own, Contract.state.in_(LIVE))
        .options(
            joinedload(Contract.department),
            selectinload(Contract.amendments),
            selectinload(Contract.milestones).selectinload(Milestone.deliveries),
            selectinload(Contract.milestones).selectinload(Milestone.attempts),
        )
        .order_by(Contract.id)
    )
    return list(db.session.scalars(live))
