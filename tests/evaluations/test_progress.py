"""What the page of an evaluation shows of sheets and of rounds, and to whom."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.db import db
from auth.models import User
from evaluations import actions
from opportunities.models import Criterion, Stage
from tests.conftest import Travel
from tests.evaluations.staged import make_staged, meet, read_all, staged_plan
from tests.evaluations.story import AFTER, NO_CONFLICT, judge, make_opened
from tests.factories import both, make_user

SignIn = Callable[[User], FlaskClient]


@pytest.fixture(autouse=True)
def _after_the_closing(travel: Travel) -> None:
    travel(AFTER)


def test_whoever_stood_back_from_a_proposal_sees_others_progress_on_it_hidden(app: Flask, sign_in: SignIn) -> None:
    story = make_staged()
    third = make_user("Tara Third")
    place = actions.invite(story.opportunity, third.email, by=story.officer, at=AFTER)
    actions.answer(place, accepts=True, conflict=False, words=NO_CONFLICT, by=third, at=AFTER)
    actions.recuse_from(story.proponent(0), words="The author is my cousin.", by=third, at=AFTER)
    read_all(story, [(5, 1), (3, 3)])
    judge(story, 1, third, (3,))
    meet(story)
    shown = sign_in(third).get(f"/en/opportunities/{story.opportunity.number}/evaluation").text
    assert (shown.count(">Hidden<"), ">To do<" in shown) == (2, False)


def test_a_round_names_only_the_proponents_that_reached_it(app: Flask, sign_in: SignIn) -> None:
    plan = staged_plan(2, settled_by="mean")
    plan.stages[2].top_n = 1
    talk = Stage(position=4, kind="challenge", title=both("Challenge", "Mise à l’épreuve"))
    talk.criteria.append(Criterion(position=1, title=both("Code"), earns=both("Works"), weight=0))
    plan.stages.append(talk)
    story = make_opened(plan, bidders=3)
    for rows in ([(5, 5), (4, 4), (1, 1)], [(5, 5), (4, 4)]):
        read_all(story, rows)
        actions.advance(story.evaluation, by=story.officer, at=AFTER)
    db.session.commit()
    shown = sign_in(story.officer).get(f"/en/opportunities/{story.opportunity.number}/evaluation").text
    first, second, third = (story.proponent(author).number for author in range(3))
    told = [shown.count(f"Proponent {number}: {words}") for number, words in (
        (first, "Goes on"), (second, "Goes on"), (second, "Not among"), (third, "Not among"),
    )]  # fmt: skip
    assert told == [2, 1, 1, 1]
