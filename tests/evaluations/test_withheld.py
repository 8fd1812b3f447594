"""A prize without a winner: why, shown to everybody; the other prizes go on."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.db import db
from app.core.errors import NotAllowed, NotNow
from app.pages.decisions import last_decisions
from auth.models import User
from evaluations import actions, queries
from evaluations.models import WithheldPrize
from tests.conftest import Travel
from tests.evaluations.story import AFTER, Story
from tests.evaluations.test_prizes import address, give, make_challenge, standing

SignIn = Callable[[User], FlaskClient]
WHY = "Aucune proposition ne répond à ce prix."


@pytest.fixture(autouse=True)
def _after_the_closing(travel: Travel) -> None:
    travel(AFTER + timedelta(hours=1))


def withhold(story: Story, place: int, by: User | None = None) -> WithheldPrize:
    made = actions.withhold_prize(
        story.evaluation, place, reason=WHY, language="fr", by=by or story.officer, at=AFTER
    )  # fmt: skip
    db.session.commit()
    return made


def test_a_withheld_place_stays_empty_and_everybody_reads_why(app: Flask, sign_in: SignIn) -> None:
    story = make_challenge()
    olive = sign_in(story.officer)
    assert "Withhold a prize instead" in olive.get(address(story, "award")).text
    assert olive.post(address(story, "withhold"), data={"place": "2", "reason": "no"}).status_code == 422
    assert olive.post(address(story, "withhold"), data={"place": "2", "reason": WHY}).status_code == 303
    shown = olive.get(address(story, "award")).text
    assert ("Withheld: Place 2: $3,000" in shown, 'name="winner-2"' in shown) == (True, False)
    give(story, 0)
    assert (standing(story), story.opportunity.state) == ([(1, 0, "made")], "awarded")
    public = app.test_client().get(f"/en/opportunities/{story.opportunity.number}/decision").text
    assert ("Not awarded" in public, "Why the prize of place 2 is not awarded" in public, WHY in public) == (
        True, True, True,
    )  # fmt: skip
    file = app.test_client().get(f"/en/opportunities/{story.opportunity.number}/decision.json").get_json()
    assert file["withheld"] == [{"place": 2, "reason": WHY}]
    debrief = sign_in(story.authors[2]).get(f"/en/proposals/{story.proposals[2].key}/debrief").text
    assert "Not awarded" in debrief


def test_a_reason_is_marked_with_the_language_in_which_it_was_typed(app: Flask) -> None:
    story = make_challenge()
    withhold(story, 2)
    actions.award(story.proponent(0), reason="Elle est la meilleure.", language="fr", by=story.officer, at=AFTER)
    db.session.commit()
    public = app.test_client().get(f"/en/opportunities/{story.opportunity.number}/decision").text
    assert [f'<span lang="fr">{said}</span>' in public for said in (WHY, "Elle est la meilleure.")] == [True, True]


def test_one_prize_at_least_is_awarded_and_what_was_withheld_can_be_offered_again(app: Flask) -> None:
    story = make_challenge()
    with pytest.raises(NotAllowed):
        withhold(story, 1, by=story.chair)
    withhold(story, 1)
    for place in (1, 2, 3):
        with pytest.raises(NotNow):
            withhold(story, place)
        db.session.rollback()
    actions.offer_again(story.evaluation, 1, by=story.officer, at=AFTER)
    assert queries.open_places(story.opportunity) == [1, 2]
    give(story, 0, 1)
    with pytest.raises(NotNow):
        withhold(story, 1)


def test_a_place_that_was_declined_can_be_withheld_and_the_others_go_on(app: Flask) -> None:
    story = make_challenge()
    first, _second = give(story, 0, 1)
    actions.decline_award(first, by=story.authors[0], at=AFTER)
    db.session.commit()
    assert story.opportunity.state == "evaluation"
    withhold(story, 1)
    assert (standing(story), story.opportunity.state, story.evaluation.state) == (
        [(2, 1, "made")], "awarded", "decided",
    )  # fmt: skip
    assert [(one.winner, one.winners) for one in last_decisions()] == [("Bidder 2", 1)]
