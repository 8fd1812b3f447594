"""Contracts, and the work on them."""

from app.core.db import db
from contracts import actions as contracts
from contracts.changes import Added, Changes
from contracts.gateway import State
from contracts.models import Contract, Reconciliation
from opportunities.models import Opportunity
from tests.architecture.places import BIDDING, DECIDED, PAPER, WORKING, World
from tests.factories import (
    both,
)


def agree_contract(world: World, place: str, opportunity: Opportunity) -> None:
    author, officer = world.people["author"], world.people["officer"]
    contract = contracts.draw_up(opportunity, by=officer, at=DECIDED)
    world.note(place, contract=contract.number)
    if place != "proposed":
        for person in (author, officer):
            contracts.accept(contract, contract.text_hash, by=person, at=DECIDED)
        _work(world, place, contract)
    db.session.commit()


def _work(world: World, place: str, contract: Contract) -> None:
    """Working: a milestone is delivered. Payable: accepted. Paying: released; an amendment is proposed. Paid: paid."""
    author, buyer, first = world.people["author"], world.people["buyer"], contract.milestones[0]
    delivery = contracts.deliver(
        first, "The map.", ["https://github.com/example/gauges/pull/7"], [PAPER], by=author, at=WORKING
    )
    world.note(place, position=1, file=delivery.files[0].key)
    if place != "working":
        contracts.accept_delivery(first, by=buyer, at=WORKING)
    if place == "paid":
        attempt = contracts.release(first, by=world.people["finance"], at=WORKING)
        contracts.note_sent(attempt, at=WORKING)
        contracts.note_answer(attempt, contracts.Answer(State.SETTLED, "reference"), at=WORKING)
        report = Reconciliation(
            provider="sandbox", since=BIDDING, until=WORKING, at=WORKING, compared=1, open=0, differences=[]
        )
        db.session.add(report)
        db.session.flush()
        world.note(place, payment=attempt.key, report=report.id)
    if place == "paying":
        chosen = [(contract.number, first.position)]
        batch = contracts.release_together(
            contract.department, chosen, f"key-of-{place}-{contract.number}", by=world.people["finance"], at=WORKING
        )
        attempt = first.attempts[-1]
        added = Added(both("One part more"), both("It works"), 500_00)
        amendment = contracts.propose_amendment(
            contract, Changes(added=(added,)), "More was found.", by=world.people["officer"], at=WORKING
        )
        world.note(place, payment=attempt.key, amendment=amendment.number)
        world.note(place, code=contract.department.code, batch=batch.number)
