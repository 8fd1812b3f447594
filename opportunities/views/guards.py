"""What the views of this package begin with: the opportunity as its staff see it, or nothing at all."""

from app.core.db import database_now
from app.core.errors import NotAllowed, NotFound, NotNow
from app.core.late import refuse_early
from auth.models import User
from auth.views.session import signed_in
from opportunities import policy, queries
from opportunities.lifecycle import OPPORTUNITY
from opportunities.models import Opportunity
from opportunities.policy import Facts


def staffed(number: int) -> tuple[Opportunity, Facts, User]:
    """Give an opportunity to somebody of its department, with the facts; to others it is refused or not there."""
    person = signed_in()
    moment = database_now()
    opportunity = queries.get_visible(number, person, moment)
    facts = queries.facts(opportunity, person, moment)
    if not facts.is_staff:
        raise NotAllowed if opportunity.published_at else NotFound
    return opportunity, facts, person


def written(number: int, state: str | None = None) -> tuple[Opportunity, Facts, User]:
    """Give an opportunity to somebody who may write it, in the state that the page is for."""
    opportunity, facts, person = staffed(number)
    if not policy.writes(person, opportunity, facts):
        raise NotAllowed
    stands = policy.shown_state(opportunity, database_now())
    if state is not None and stands != state:
        refuse_early(NotNow(policy.CLOSED if (state, stands) == ("open", "closed") else ""))
    return opportunity, facts, person


def buttons(opportunity: Opportunity, facts: Facts, person: User) -> frozenset[str]:
    """Name what this person could do with it now."""
    return OPPORTUNITY.open_to(opportunity, by=person, at=database_now(), facts=facts)


def deciding(number: int, transition: str) -> tuple[Opportunity, User]:
    """Give an opportunity to somebody who could make this transition now; others are refused before their form is."""
    opportunity, facts, person = staffed(number)
    refusal = OPPORTUNITY.refusal(opportunity, transition, by=person, at=database_now(), facts=facts)
    refuse_early(refusal)
    return opportunity, person
