"""What one member of the panel sees of the others’ progress."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from auth.models import User
from evaluations import actions
from tests.conftest import Travel
from tests.evaluations.staged import make_staged, meet, read_all
from tests.evaluations.story import AFTER, NO_CONFLICT, judge
from tests.factories import make_user

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
