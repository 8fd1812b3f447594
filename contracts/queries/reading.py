"""One contract: by its number or opportunity, and its parts."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.core.bilingual import Bilingual
from app.core.db import db
from app.core.errors import NotFound
from contracts import schedule
from contracts.models import Amendment, Contract, DeliveredFile, Delivery, Milestone, PaymentAttempt
from evaluations.models import Award, Proponent
from opportunities.models import Opportunity
from proposals.models import Proposal


def get_contract(number: int) -> Contract:
    """Get a contract by its public number, or refuse with NotFound."""
    found = db.session.scalar(
        select(Contract)
        .where(Contract.number == number)
        .options(
            joinedload(Contract.opportunity),
            joinedload(Contract.department),
            joinedload(Contract.supplier),
            joinedload(Contract.organization),
            selectinload(Contract.milestones),
            selectinload(Contract.amendments),
        )
    )
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class PlannedPart:
    """A milestone as a contract will have it: title, when it is accepted, days from the start, amount."""

    title: Bilingual
    accepted_when: Bilingual
    due_days: int | None
    amount_cents: int


def find_contract(opportunity: Opportunity) -> Contract | None:
    """Find the latest contract of an opportunity; an earlier one was declined."""
    latest = select(Contract).where(Contract.opportunity_id == opportunity.id).order_by(Contract.id.desc())
    return db.session.scalar(latest.limit(1))


def awards_to_draw(opportunity: Opportunity) -> list[Award]:
    """List the awards that are made and have no contract yet, by place, each with the proposal that won."""
    made = (
        select(Award)
        .where(
            Award.opportunity_id == opportunity.id,
            Award.state == "made",
            ~select(Contract.id).where(Contract.award_id == Award.id).exists(),
        )
        .options(joinedload(Award.proponent).joinedload(Proponent.proposal).joinedload(Proposal.author))
        .order_by(Award.place)
    )
    return list(db.session.scalars(made))


def find_award_to_draw(opportunity: Opportunity) -> Award | None:
    """Find the next award to draw a contract up from; a prize challenge has several, taken one by one."""
    return next(iter(awards_to_draw(opportunity)), None)


def planned_parts(award: Award) -> list[PlannedPart]:
    """Plan a contract's milestones: those planned, in their proportions; one of its whole amount for a prize."""
    opportunity = award.opportunity
    planned = opportunity.milestones
    if opportunity.plan.prizes:
        last = max((one.due_days for one in planned if one.due_days is not None), default=None)
        return [PlannedPart(opportunity.title, opportunity.acceptance, last, award.value_cents)]
    amounts = schedule.shares(award.value_cents, [line.amount_cents or 0 for line in planned])
    return [
        PlannedPart(line.title, line.accepted_when, line.due_days, cents)
        for line, cents in zip(planned, amounts, strict=True)
    ]


def others_go_on(contract: Contract) -> bool:
    """Say whether the procurement goes on without this contract: another place is open, or its contract not over."""
    if contract.opportunity.state != "awarded":
        return True
    over = select(Contract.award_id).where(Contract.state.in_(("completed", "terminated")))
    others = select(Award.id).where(
        Award.opportunity_id == contract.opportunity_id,
        Award.state == "made",
        Award.id != contract.award_id,
        Award.id.not_in(over),
    )
    return db.session.scalar(others.limit(1)) is not None


def next_number() -> int:
    """Give the next contract's public number."""
    return (db.session.scalar(select(func.max(Contract.number))) or 0) + 1


def get_milestone(contract: Contract, position: int) -> Milestone:
    """Get a milestone by its place in the contract, or refuse with NotFound."""
    for milestone in contract.milestones:
        if milestone.position == position:
            return milestone
    raise NotFound


def get_amendment(contract: Contract, number: int) -> Amendment:
    """Get an amendment by its number, or refuse with NotFound."""
    for amendment in contract.amendments:
        if amendment.number == number:
            return amendment
    raise NotFound


def get_payment(contract: Contract, key: str) -> PaymentAttempt:
    """Get one payment attempt of a contract by its key, or refuse with NotFound."""
    found = db.session.scalar(
        select(PaymentAttempt).join(Milestone).where(PaymentAttempt.key == key, Milestone.contract_id == contract.id)
    )
    if found is None:
        raise NotFound
    return found


def number_of_payment(key: str) -> int:
    """Give the number of the contract that a payment attempt is of, or refuse with NotFound."""
    of = select(Contract.number).join(Milestone).join(PaymentAttempt).where(PaymentAttempt.key == key)
    found = db.session.scalar(of)
    if found is None:
        raise NotFound
    return found


def get_delivered_file(contract: Contract, key: str) -> DeliveredFile:
    """Get a delivered file of a contract by its key, or refuse with NotFound."""
    found = db.session.scalar(
        select(DeliveredFile)
        .join(Delivery)
        .join(Milestone)
        .where(DeliveredFile.key == key, Milestone.contract_id == contract.id)
    )
    if found is None:
        raise NotFound
    return found


def last_delivery(milestone: Milestone) -> Delivery | None:
    """Give the latest delivery of a milestone."""
    return milestone.deliveries[-1] if milestone.deliveries else None


def last_attempt(milestone: Milestone) -> PaymentAttempt | None:
    """Give the latest try to pay a milestone."""
    return milestone.attempts[-1] if milestone.attempts else None
