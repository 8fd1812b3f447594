"""Opportunities, the proposals on them, and the panels that will judge them."""

from datetime import datetime
from typing import Any

from app.core.db import db
from app.core.files import Upload
from auth.models import Organization, User
from evaluations import actions as evaluations
from evaluations import queries as judged
from opportunities.models import Opportunity
from opportunities.queries import plan_hash
from proposals import actions as proposals
from proposals.content import TeamMember
from proposals.models import Proposal
from tests.architecture.canaries import canary
from tests.architecture.places import BIDDING, TERMS, WHY, World
from tests.factories import (
    make_opportunity,
)


def post(world: World, place: str, state: str, closing: datetime, **values: Any) -> Opportunity:
    opportunity = make_opportunity(
        world.department, world.people["buyer"], state=state, closing_at=closing, questions_until=closing, **values
    )
    opportunity.plan.frozen_hash = plan_hash(opportunity.plan)
    db.session.commit()
    world.note(place, number=opportunity.number)
    return opportunity


def draft(place: str, opportunity: Opportunity, author: User, organization: Organization | None) -> Proposal:
    """Write a draft whose every part holds its canary."""
    proposal = proposals.start(opportunity, by=author, at=BIDDING, organization=organization)
    keys = [one.key for one in judged.criteria_of(opportunity)]
    sings = canary(place, author.name)
    proposals.save_approach(
        proposal, dict.fromkeys(keys, f"{author.name} answers this: {sings}"), by=author, at=BIDDING
    )
    proposals.save_team(proposal, [TeamMember(author.name, sings)], by=author, at=BIDDING)
    return proposal


def _paper(place: str, author: User) -> Upload:
    """Give a file whose name and text hold a canary."""
    sings = canary(place, author.name)
    return Upload(f"{sings}.txt", "text/plain", sings.encode())


def let_bid(world: World, place: str, opportunity: Opportunity) -> None:
    """Let the author propose alone, and the rival for the organization."""
    for name, person, organization in (
        (place, world.people["author"], None),
        (f"{place}-rival", world.people["rival"], world.organization),
    ):
        proposal = draft(place, opportunity, person, organization)
        kept = proposals.add_file(proposal, _paper(place, person), by=person, at=BIDDING)
        proposals.submit(proposal, accepted=TERMS, by=person, at=BIDDING)
        world.note(name, number=opportunity.number, proposal=proposal.key, file=kept.key)
    db.session.commit()


def seat_panel(world: World, place: str, opportunity: Opportunity) -> None:
    officer = world.people["officer"]
    for name in ("evaluator", "panelist"):
        person = world.people[name]
        seat = evaluations.invite(opportunity, person.email, chairs=name == "evaluator", by=officer, at=BIDDING)
        evaluations.answer(seat, accepts=True, conflict=False, words=WHY, by=person, at=BIDDING)
        world.note(place, **{name: seat.key})
    db.session.commit()
