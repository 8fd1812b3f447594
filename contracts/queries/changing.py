"""What changes a contract as a whole: who may take it over, what it settles when it ends early."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotValid
from auth.models import User
from auth.queries import holders_of
from contracts.models import Contract, Handover, Milestone
from contracts.policy import CHANGEABLE
from contracts.queries.people import supplier_side

PART = ("buyer", "officer")
_STATES = ("accepted", "released", "paid")


@dataclass(frozen=True)
class Settlement:
    """What a contract's end leaves: milestones paid, still to be paid, and cancelled."""

    paid: tuple[Milestone, ...]
    owed: tuple[Milestone, ...]
    cancelled: tuple[Milestone, ...]

    @property
    def paid_cents(self) -> int:
        """What is paid already."""
        return sum(one.amount_cents for one in self.paid)

    @property
    def owed_cents(self) -> int:
        """What is accepted and still to be paid."""
        return sum(one.amount_cents for one in self.owed)

    @property
    def cancelled_cents(self) -> int:
        """What is not done and not paid."""
        return sum(one.amount_cents for one in self.cancelled)


def settlement(contract: Contract) -> Settlement:
    """Say what would be paid and what cancelled if a contract ended now."""
    by = {state: tuple(one for one in contract.milestones if one.state == state) for state in _STATES}
    return Settlement(
        paid=by["paid"],
        owed=(*by["accepted"], *by["released"]),
        cancelled=tuple(one for one in contract.milestones if one.state in CHANGEABLE),
    )


def to_decide(contract: Contract) -> list[Milestone]:
    """List the deliveries that are decided before a contract may end."""
    return [one for one in contract.milestones if one.state == "delivered"]


def candidates(contract: Contract, at: datetime) -> list[tuple[str, User]]:
    """List who may take a contract over, each with the role: holders of it who have no part in the supplier's side."""
    side = {person.id for person in supplier_side(contract)}
    return [
        (role, person)
        for role, now in zip(PART, (contract.buyer_id, contract.officer_id), strict=True)
        for person in holders_of(role, contract.department_id, at)
        if person.id not in side | {now}
    ]


def get_candidate(contract: Contract, chosen: str, at: datetime) -> tuple[str, User]:
    """Get who was chosen to take a contract over, as `role:key`; refuses with NotValid who may not."""
    for role, person in candidates(contract, at):
        if f"{role}:{person.key}" == chosen:
            return role, person
    raise NotValid(N_("This person cannot take it over: choose another."), field="to")


def handovers(contract: Contract) -> list[Handover]:
    """List how a contract was handed over, oldest first."""
    found = select(Handover).where(Handover.contract_id == contract.id).order_by(Handover.id)
    people = (joinedload(Handover.giver), joinedload(Handover.taker), joinedload(Handover.by))
    return list(db.session.scalars(found.options(*people)))
