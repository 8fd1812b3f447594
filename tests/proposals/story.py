"""The people of a proposal's story: an open opportunity, its officer, a developer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.core.db import db
from auth.models import User
from opportunities.models import Opportunity
from proposals import actions, queries
from proposals.models import Proposal
from tests.conftest import NOON
from tests.factories import make_department, make_opportunity, make_plan, make_staff, make_user


@dataclass
class Story:
    """An open opportunity, its officer and a developer."""

    opportunity: Opportunity
    officer: User
    robin: User

    def start(self, by: User | None = None) -> Proposal:
        """Begin a draft."""
        proposal = actions.start(self.opportunity, by=by or self.robin, at=NOON)
        db.session.commit()
        return proposal

    def write(self, proposal: Proposal, by: User | None = None, at: datetime = NOON) -> None:
        """Answer everything."""
        person = by or self.robin
        ask = queries.ask_of(proposal.opportunity)
        answers = {one.key: f"Answer {one.key}" for one in ask.criteria}
        actions.save_approach(proposal, answers, by=person, at=at)
        if ask.priced:
            actions.save_plan(proposal, 6_500_00, by=person, at=at)
        db.session.commit()

    def submitted(self, by: User | None = None, accepted: Sequence[int] = ()) -> Proposal:
        """Submit a complete proposal."""
        proposal = self.start(by)
        self.write(proposal, by)
        actions.submit(proposal, accepted=accepted, by=by or self.robin, at=NOON)
        db.session.commit()
        return proposal


def priced_plan() -> dict[str, Any]:
    """Ask for a price that counts for 30 of 100 points."""
    return {"plan": make_plan(format="priced", formula="absolute", price_weight=30)}


def make_story(**values: Any) -> Story:
    """Make the people and the opportunity."""
    department = make_department()
    officer = make_staff("officer", department)
    opportunity = make_opportunity(department, officer, **values)
    return Story(opportunity, officer, make_user("Robin Tremblay", bio="Maps"))
