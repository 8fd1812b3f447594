"""A procurement with its people and proposals, taken as far as a test needs it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.core.db import db
from auth.models import Department, Organization, User
from evaluations import actions, queries
from evaluations.actions.sheets import Typed
from evaluations.models import Award, Evaluation, Proponent
from opportunities.models import EvaluationPlan, Opportunity
from opportunities.queries import plan_hash
from proposals import actions as proposal_actions
from proposals.content import TeamMember
from proposals.models import Proposal
from tests.conftest import NOON
from tests.factories import CLOSING, make_department, make_opportunity, make_plan, make_staff, make_user

AFTER = CLOSING + timedelta(hours=1)
NO_CONFLICT = "I know none of the people who could propose here."
WHY = "It says clearly what will be done."


@dataclass
class Story:
    """One opportunity, two officers, two evaluators (the first chairs), and whoever proposes."""

    department: Department
    opportunity: Opportunity
    officer: User
    second: User
    chair: User
    member: User
    authors: list[User] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)

    @property
    def evaluation(self) -> Evaluation:
        """The evaluation, once the opening has begun."""
        return queries.get_evaluation(self.opportunity)

    def proponent(self, author: int) -> Proponent:
        """The proponent behind an author (from 0)."""
        return next(one for one in queries.proponents(self.evaluation) if one.proposal_id == self.proposals[author].id)


def make_story(plan: EvaluationPlan | None = None, department: str = "rivers", **values: Any) -> Story:
    """Make an opportunity that is open, with its staff; its plan is frozen as publication freezes it."""
    buyers = make_department(department)
    officer = make_staff("officer", buyers, "Olive Fournier")
    second = make_staff("officer", buyers, "Samir Haddad")
    buyer = make_staff("buyer", buyers, "Bea Wong")
    opportunity = make_opportunity(buyers, buyer, plan=plan or make_plan(), **values)
    opportunity.plan.frozen_hash = plan_hash(opportunity.plan)
    chair, member = make_user("Chantal Roy", language="fr"), make_user("Mehdi Karimi")
    db.session.commit()
    return Story(buyers, opportunity, officer, second, chair, member)


def propose(
    story: Story, name: str = "", *, price_cents: int | None = None, organization: Organization | None = None,
    author: User | None = None, language: str = "en", answer: str = "",
) -> Proposal:  # fmt: skip
    """Submit a proposal while the opportunity is open."""
    person = author or make_user(name or f"Bidder {len(story.authors) + 1}", language=language)
    proposal = proposal_actions.start(story.opportunity, by=person, at=NOON, organization=organization)
    keys = [one.key for one in queries.criteria_of(story.opportunity)]
    proposal_actions.save_approach(
        proposal, dict.fromkeys(keys, answer or f"{person.name} answers this."), by=person, at=NOON, language=language
    )
    if story.opportunity.plan.formula != "none":
        proposal_actions.save_plan(proposal, price_cents, by=person, at=NOON)
    proposal_actions.save_team(proposal, [TeamMember(person.name, "Everything")], by=person, at=NOON)
    proposal_actions.submit(proposal, accepted=(), by=person, at=NOON)
    story.authors.append(person)
    story.proposals.append(proposal)
    db.session.commit()
    return proposal


def make_panel(story: Story) -> None:
    """Invite both evaluators; each accepts with a declaration."""
    for person in (story.chair, story.member):
        place = actions.invite(story.opportunity, person.email, chairs=person is story.chair, by=story.officer, at=NOON)
        actions.answer(place, accepts=True, conflict=False, words=NO_CONFLICT, by=person, at=NOON)
    db.session.commit()


def open_all(story: Story) -> Evaluation:
    """Open the proposals by two officers, an hour after the closing."""
    evaluation = actions.begin_opening(story.opportunity, by=story.officer, at=AFTER)
    actions.complete_opening(evaluation, by=story.second, at=AFTER)
    db.session.commit()
    return evaluation


def make_opened(
    plan: EvaluationPlan | None = None, bidders: int = 2, prices: Sequence[int] = (), **values: Any
) -> Story:
    """Make a story whose proposals were opened and can be scored."""
    story = make_story(plan, **values)
    make_panel(story)
    for number in range(bidders):
        propose(story, price_cents=prices[number] if prices else None)
    open_all(story)
    return story


def judge(story: Story, author: int, person: User, points: Sequence[int], *, met: bool = True) -> None:
    """Submit a whole sheet: the mandatory criteria all met (or not), then the points of the rated ones."""
    given = iter(points)
    typed = {
        one.key: Typed(("met" if met else "not_met") if one.stage.kind == "mandatory" else str(next(given)), WHY)
        for one in queries.round_criteria(story.evaluation)
    }
    held = [
        day for stage in queries.rounds_of(story.opportunity)[story.evaluation.round - 1] if (day := stage.held_from)
    ]
    at = datetime.combine(max(held), NOON.timetz()) if held else AFTER
    actions.submit_sheet(story.proponent(author), typed, by=person, at=at)
    db.session.commit()


def judge_all(story: Story, points: Sequence[Sequence[int]]) -> None:
    """Give every proposal the same points by both evaluators."""
    for author, row in enumerate(points):
        for person in (story.chair, story.member):
            judge(story, author, person, row)


def make_locked(points: Sequence[Sequence[int]] = ((5, 5), (3, 3)), **values: Any) -> Story:
    """Make a story whose quality is locked; the first author's proposal leads unless the points say otherwise."""
    story = make_opened(bidders=len(points), **values)
    judge_all(story, points)
    actions.lock(story.evaluation, by=story.chair, at=AFTER)
    db.session.commit()
    return story


def make_awarded(points: Sequence[Sequence[int]] = ((5, 5), (3, 3)), **values: Any) -> tuple[Story, Award]:
    """Make a story that ends with an award to the first in rank."""
    story = make_locked(points, **values)
    first = queries.ranking(story.evaluation).next_in_rank
    assert first is not None
    (award,) = actions.award(first.proponent, reason="It answers every criterion best.", by=story.officer, at=AFTER)
    db.session.commit()
    return story, award
