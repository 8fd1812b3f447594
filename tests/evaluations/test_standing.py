"""What a bidder reads on the page of their own proposal while it is evaluated, and afterwards."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.db import db
from auth.models import User
from evaluations import actions, queries
from tests.conftest import Travel
from tests.evaluations.staged import make_interviewing, make_staged
from tests.evaluations.story import AFTER, Story, make_awarded, make_opened
from tests.evaluations.test_explanations import ask, make_low

SignIn = Callable[[User], FlaskClient]
TALK = datetime(2026, 7, 7, 14, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _after_the_closing(travel: Travel) -> None:
    travel(AFTER + timedelta(hours=1))


def own_page(sign_in: SignIn, story: Story, author: int, language: str = "en") -> str:
    place = "proposals" if language == "en" else "propositions"
    answer = sign_in(story.authors[author]).get(f"/{language}/{place}/{story.proposals[author].key}")
    assert answer.status_code == 200
    return answer.text.split("<main", 1)[1]


def test_nothing_of_a_screening_shows_before_it_is_told(app: Flask, sign_in: SignIn) -> None:
    story = make_staged()
    assert ["Opened and being evaluated." in own_page(sign_in, story, author) for author in (0, 1)] == [True, True]


def test_each_bidder_reads_whether_they_went_on_and_where_they_are_invited(app: Flask, sign_in: SignIn) -> None:
    story = make_interviewing(((5, 4), (2, 3)))
    stage = queries.rounds_of(story.opportunity)[1][0]
    actions.invite_to(story.proponent(0), stage, starts_at=TALK, place="Room 3", by=story.officer, at=AFTER)
    db.session.commit()
    on, out = own_page(sign_in, story, 0), own_page(sign_in, story, 1)
    assert "Your proposal goes on: round 2 of 2 is under way." in on
    assert ("Read the invitation" in on, "Invitation to “Interview”, 7" in on) == (True, True)
    assert "Your proposal does not go on after round 1." in out
    assert ("Did not go on" in out, "invitation" in out) == (True, False)
    assert "ne passe pas à la suite après le tour 1" in own_page(sign_in, story, 1, "fr")
    shown = sign_in(story.authors[1]).get(f"/en/opportunities/{story.opportunity.number}", follow_redirects=True).text
    assert "Closed. Your proposal does not go on after round 1." in shown


def test_who_is_asked_to_explain_a_price_finds_it_on_their_proposal(app: Flask, sign_in: SignIn) -> None:
    story = make_low()
    assert "Explain your price" not in own_page(sign_in, story, 2)
    asked = ask(story)
    assert "Explain your price" in own_page(sign_in, story, 2)
    assert "Explain your price" not in own_page(sign_in, story, 1)
    actions.give_explanation(asked, answer="Most of it exists.", by=story.authors[2], at=AFTER)
    db.session.commit()
    assert "Your explanation of the price" in own_page(sign_in, story, 2)


def test_once_it_is_decided_the_page_leads_to_the_debrief(app: Flask, sign_in: SignIn) -> None:
    story, award = make_awarded(((5, 5), (3, 3)))
    loser = own_page(sign_in, story, 1)
    assert ("Another proposal was chosen." in loser, "Read how it came out" in loser) == (True, True)
    actions.decline_award(award, by=story.authors[0], at=AFTER)
    db.session.commit()
    assert "The award was declined. The decision is made anew." in own_page(sign_in, story, 1)


def test_where_nobody_is_chosen_the_page_does_not_speak_of_another(app: Flask, sign_in: SignIn) -> None:
    story = make_opened()
    for author in (0, 1):
        actions.disqualify(story.proponent(author), reason="It has a closed licence.", by=story.officer, at=AFTER)
    actions.find_unsuccessful(story.evaluation, reason="Nobody is left.", by=story.officer, at=AFTER)
    db.session.commit()
    shown = own_page(sign_in, story, 0)
    assert ("It has a closed licence." in shown, "Read how it came out" in shown) == (True, True)
