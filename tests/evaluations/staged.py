"""A plan in two rounds: a reading that the panel agrees on, of which the best go on, then an interview."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from app.core.db import db
from evaluations import actions, queries
from evaluations.actions.sheets import Typed
from opportunities.models import Criterion, EvaluationPlan, Stage
from tests.evaluations.story import AFTER, WHY, Story, judge, make_opened
from tests.factories import both

HELD_FROM, HELD_UNTIL = date(2026, 7, 6), date(2026, 7, 10)


def staged_plan(top: int = 1, *, settled_by: str = "consensus", reveals: bool = True) -> EvaluationPlan:
    """Make the plan: a mandatory criterion and a rated one (60), then an interview (40)."""
    plan = EvaluationPlan(format="fixed_price", formula="none", price_weight=0)
    mandatory = Stage(position=1, kind="mandatory", title=both("Mandatory", "Obligatoire"))
    mandatory.criteria.append(Criterion(position=1, title=both("Open licence"), earns=both("Agrees"), word_limit=100))
    reading = Stage(position=2, kind="rated", title=both("Reading", "Lecture"), top_n=top, settled_by=settled_by)
    reading.criteria.append(
        Criterion(position=1, title=both("Approach"), earns=both("Clear steps"), weight=60, word_limit=300)
    )
    talk = Stage(
        position=3, kind="interview", title=both("Interview", "Entrevue"), held_from=HELD_FROM, held_until=HELD_UNTIL,
        reveals_names=reveals,
    )  # fmt: skip
    talk.criteria.append(Criterion(position=1, title=both("Answers"), earns=both("Says how"), weight=40, max_points=10))
    plan.stages.extend([mandatory, reading, talk])
    return plan


def make_staged(bidders: int = 2, top: int = 1, **values: Any) -> Story:
    """Make a story of such a plan whose proposals were opened."""
    return make_opened(staged_plan(top, **values), bidders=bidders)


def read_all(story: Story, rows: Sequence[tuple[int, int]]) -> None:
    """Give each proposal the chair's points, then the member's."""
    for author, (by_chair, by_member) in enumerate(rows):
        judge(story, author, story.chair, (by_chair,))
        judge(story, author, story.member, (by_member,))


def meet(story: Story) -> None:
    """Begin a meeting of both."""
    actions.meet(story.evaluation, [story.chair, story.member], by=story.chair, at=AFTER)
    db.session.commit()


def agree_on(story: Story, author: int, verdict: str, *, outside: str = "", seen: int = 0) -> None:
    """Let the chair enter what is agreed on the reading of one proposal."""
    criterion = rated(story)
    actions.agree(
        story.proponent(author), criterion, Typed(verdict, WHY), outside_reason=outside, seen=seen, by=story.chair,
        at=AFTER,
    )  # fmt: skip
    db.session.commit()


def rated(story: Story) -> Criterion:
    """Find the rated criterion of the reading."""
    return next(one for one in queries.criteria_of(story.opportunity) if one.stage.kind == "rated")


def open_licence(story: Story) -> Criterion:
    """Find the mandatory criterion."""
    return next(one for one in queries.criteria_of(story.opportunity) if one.stage.kind == "mandatory")


def make_interviewing(rows: Sequence[tuple[int, int]] = ((5, 4), (2, 3)), top: int = 1) -> Story:
    """Make a story whose reading is over: the panel agreed on the chair's points, and the best went on."""
    story = make_staged(len(rows), top)
    read_all(story, rows)
    meet(story)
    for author, (by_chair, _by_member) in enumerate(rows):
        agree_on(story, author, str(by_chair))
    actions.advance(story.evaluation, by=story.officer, at=AFTER)
    db.session.commit()
    return story
