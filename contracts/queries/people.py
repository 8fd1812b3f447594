"""Who stands where: the supplier's side, where they are paid, the facts that rules ask for."""

from datetime import datetime

from sqlalchemy import select

import evaluations.queries
from app.core.audit import Actor
from app.core.db import db
from auth.models import Organization, User
from auth.policy import SPEAKS
from auth.queries import find_role, organizations_of, roles_in, side_of
from contracts.models import Contract, PayeeAccount
from contracts.policy import Facts
from contracts.queries.reading import awards_to_draw
from evaluations.models import Award
from evaluations.policy import Facts as AwardFacts
from opportunities.models import Opportunity


def facts(contract: Contract, by: Actor | None, at: datetime) -> Facts:
    """Gather what decides about a contract and a person at a moment."""
    person = by if isinstance(by, User) else None
    role = _place(contract, person)
    account = find_account_of(contract)
    payee = "" if account is None else "ready" if account.ready else "not_ready"
    return Facts(
        roles=roles_in(person, contract.department_id, at),
        supplier=role in SPEAKS or (role is not None and person is not None and person.id == contract.supplier_id),
        member=role is not None,
        payee=payee,
    )


def award_facts(award: Award, by: User, at: datetime) -> AwardFacts:
    """Gather what decides about an award before there is a contract: roles in the department, the winner's side."""
    side = {person.id for person in evaluations.queries.side_of(award.proponent.proposal)}
    return AwardFacts(roles=roles_in(by, award.opportunity.department_id, at), winner=by.id in side)


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
    """Find the account that a person or an organization is paid on."""
    column = PayeeAccount.user_id if isinstance(owner, User) else PayeeAccount.organization_id
    return db.session.scalar(select(PayeeAccount).where(column == owner.id))


def payees_of(person: User) -> list[User | Organization]:
    """List for whom a person may connect an account: themselves, and the organizations they speak for."""
    return [person, *organizations_of(person, SPEAKS)]


def tax_number_of(contract: Contract) -> str:
    """Give the tax number under which the supplier charges taxes; empty for one who is not registered."""
    return (contract.organization or contract.supplier).tax_number.strip()
