"""Who stands where: the supplier's side, where they are paid, the facts that rules ask for."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select

import evaluations.queries
from app.core.audit import Actor
from app.core.db import db
from auth.models import Department, Membership, Organization, User
from auth.policy import SPEAKS
from auth.queries import find_role, one_human, organizations_of, roles_in, side_of
from contracts.models import Contract, PayeeAccount, Payer
from contracts.policy import Facts
from contracts.provider import in_use
from contracts.queries.reading import awards_to_draw
from evaluations.models import Award
from opportunities.models import Opportunity


def facts(contract: Contract, by: Actor | None, at: datetime) -> Facts:
    """Gather what decides about a contract and a person at a moment."""
    person = by if isinstance(by, User) else None
    roles = roles_in(person, contract.department_id, at)
    return _facts(
        contract, person, _place(contract, person), roles, find_account_of(contract), find_payer(contract.department),
        _humans(person, roles),
    )  # fmt: skip


def facts_of_each(contracts: Sequence[Contract], department_id: int, person: User, at: datetime) -> dict[int, Facts]:
    """Gather the same for a list of many contracts of one department, by number; other accounts are not looked for."""
    held = select(Membership.organization_id, Membership.role).where(
        Membership.user_id == person.id, Membership.state == "active"
    )
    places: dict[int, str] = dict(db.session.execute(held).all())
    users = {one.supplier_id for one in contracts if one.organization_id is None}
    owned = or_(
        PayeeAccount.user_id.in_(users),
        PayeeAccount.organization_id.in_({one.organization_id for one in contracts if one.organization_id}),
    )
    accounts = {
        (one.user_id, one.organization_id): one
        for one in db.session.scalars(select(PayeeAccount).where(owned, PayeeAccount.provider == in_use.name))
    }
    roles = roles_in(person, department_id, at)
    payer = find_payer_of(department_id)

    def gathered(one: Contract) -> Facts:
        alone = one.organization_id is None
        own = "owner" if one.supplier_id == person.id else None
        place = own if alone else places.get(one.organization_id or 0)
        account = accounts.get((one.supplier_id, None) if alone else (None, one.organization_id))
        return _facts(one, person, place, roles, account, payer)

    return {one.id: gathered(one) for one in contracts}


def _humans(person: User | None, roles: frozenset[str]) -> frozenset[int]:
    """Number the accounts of who holds finance: who accepts does not release, nor by another account."""
    return one_human(person.id) if person is not None and "finance" in roles else frozenset()


def _facts(
    contract: Contract,
    person: User | None,
    place: str | None,
    roles: frozenset[str],
    account: PayeeAccount | None,
    payer: Payer | None,
    humans: frozenset[int] = frozenset(),
) -> Facts:
    return Facts(
        roles=roles,
        humans=humans,
        supplier=place in SPEAKS or (place is not None and person is not None and person.id == contract.supplier_id),
        member=place is not None,
        payee="" if account is None else "ready" if account.ready else "not_ready",
        payer=payer is not None and payer.ready,
    )


def find_award_to_decline(opportunity: Opportunity, person: User) -> Award | None:
    """Find the award without a contract that a person's side won; the first by place for anybody else."""
    awards = awards_to_draw(opportunity)
    for award in awards:
        if person.id in {one.id for one in evaluations.queries.side_of(award.proponent.proposal)}:
            return award
    return next(iter(awards), None)


def _place(contract: Contract, person: User | None) -> str | None:
    """Name a person's place on the supplier's side, None without one."""
    if person is None:
        return None
    if contract.organization_id is None:
        return "owner" if person.id == contract.supplier_id else None
    return find_role(person.id, contract.organization_id)


def supplier_side(contract: Contract) -> list[User]:
    """List who is told on the supplier's side: the winner, and who speaks for their organization."""
    return side_of(contract.supplier, contract.organization_id)


def find_account_of(contract: Contract) -> PayeeAccount | None:
    """Find where a contract's supplier is paid."""
    return find_account(contract.organization or contract.supplier)


def find_account(owner: User | Organization) -> PayeeAccount | None:
    """Find the account, at the provider in use, that a person or an organization is paid on."""
    found = find_any_account(owner)
    return found if found and found.provider == in_use.name else None


def find_any_account(owner: User | Organization) -> PayeeAccount | None:
    """Find the account that a person or an organization connected last, at whatever provider."""
    column = PayeeAccount.user_id if isinstance(owner, User) else PayeeAccount.organization_id
    return db.session.scalar(select(PayeeAccount).where(column == owner.id))


def find_payer(department: Department) -> Payer | None:
    """Find how a department pays through the provider in use."""
    return find_payer_of(department.id)


def find_payer_of(department_id: int) -> Payer | None:
    """Find the same by the department's number."""
    return db.session.scalar(select(Payer).where(Payer.department_id == department_id, Payer.provider == in_use.name))


def find_any_payer(department: Department) -> Payer | None:
    """Find how a department said it pays, at whatever provider."""
    return db.session.scalar(select(Payer).where(Payer.department_id == department.id))


def payees_of(person: User) -> list[User | Organization]:
    """List for whom a person may connect an account: themselves, and the organizations they speak for."""
    return [person, *organizations_of(person, SPEAKS)]


def tax_number_of(contract: Contract) -> str:
    """Give the tax number under which the supplier charges taxes; empty for one who is not registered."""
    return (contract.organization or contract.supplier).tax_number.strip()
