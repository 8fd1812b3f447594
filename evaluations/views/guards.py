"""What each page begins with: who looks at which evaluation, and what they may know of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.core import clock
from app.core.db import transaction
from app.core.errors import NotAllowed, NotFound
from auth.models import User
from auth.views.session import signed_in
from evaluations import actions, policy, queries
from evaluations.models import Evaluation, PanelMember
from evaluations.policy import Facts
from opportunities.models import Opportunity
from opportunities.queries import get_visible


@dataclass(frozen=True)
class Scene:
    """An opportunity and its evaluation as one person finds them at a moment."""

    opportunity: Opportunity
    evaluation: Evaluation | None
    facts: Facts
    person: User
    at: datetime

    @property
    def judged(self) -> Evaluation:
        """The evaluation; refuses as if there were nothing before the opening has begun."""
        if self.evaluation is None:
            raise NotFound(sealed=True)
        return self.evaluation

    @property
    def place(self) -> PanelMember:
        """The person's place on the panel; refuses as if there were nothing without one."""
        found = queries.find_place(self.opportunity, self.person)
        if found is None:
            raise NotFound(sealed=True)
        return found


def find_opportunity(number: int, person: User | None, at: datetime) -> Opportunity:
    """Find an opportunity that a person may see; one that does not exist answers as a sealed one does."""
    try:
        return get_visible(number, person, at)
    except NotFound as missing:
        raise NotFound(sealed=True) from missing


def scene(number: int, may: Callable[[Facts], bool] = policy.may_follow, at: datetime | None = None) -> Scene:
    """Give the scene to whoever may see it; to anybody else there is nothing here."""
    person = signed_in()
    moment = at or clock.now()
    opportunity = find_opportunity(number, person, moment)
    evaluation = queries.find_evaluation(opportunity)  # held, so that what is read of it is read once
    facts = queries.facts(opportunity, person, moment)
    if not may(facts):
        raise NotAllowed(sealed=True)
    return Scene(opportunity, evaluation, facts, person, moment)


def leave_if_proposing(here: Scene) -> None:
    """Take off the panel whoever proposes by now, for good, even where what follows is refused without them."""
    with transaction(on=here.opportunity) as at:
        actions.recuse_proposing(queries.get_evaluation(here.opportunity), at=at)
