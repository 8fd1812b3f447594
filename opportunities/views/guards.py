"""What the views of this package begin with: the opportunity as its staff see it, or nothing at all."""

from datetime import datetime

from app.core import clock
from app.core.errors import NotAllowed, NotFound
from auth.models import User
from auth.views.session import signed_in
from opportunities import policy, queries
from opportunities.models import Opportunity
from opportunities.policy import Facts


def staffed(number: int, at: datetime | None = None) -> tuple[Opportunity, Facts, User]:
    """Give an opportunity to somebody of its department, with the facts; others get what they would see elsewhere."""
    person = signed_in()
    moment = at or clock.now()
    opportunity = queries.get_visible(number, person, moment)
    facts = queries.facts(opportunity, person, moment)
    if not facts.is_staff:
        raise NotAllowed if opportunity.published_at else NotFound
    return opportunity, facts, person


def written(number: int) -> tuple[Opportunity, Facts, User]:
    """Give an opportunity to somebody who may write it."""
    opportunity, facts, person = staffed(number)
    if not policy.writes(person, opportunity, facts):
        raise NotAllowed
    return opportunity, facts, person
