"""The pages of a result: the debrief, the public decision, the ranking in words; nobody who lost is named."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.db import db
from auth.models import User
from evaluations import actions
from tests.conftest import Travel
from tests.evaluations.story import (
    AFTER,
    WHY,
    judge,
    make_awarded,
    make_locked,
    make_opened,
)
from tests.evaluations.test_views import REASON, page
from tests.factories import make_plan

SignIn = Callable[[User], FlaskClient]


@pytest.fixture(autouse=True)
def _after_the_closing(travel: Travel) -> None:
    travel(AFTER + timedelta(hours=1))


def test_each_bidder_reads_their_own_debrief_and_nobody_elses(app: Flask, sign_in: SignIn) -> None:
    story, _award = make_awarded(((5, 4), (3, 2)))
    loser = sign_in(story.authors[1])
    shown = loser.get(f"/en/proposals/{story.proposals[1].key}/debrief").get_data(as_text=True)
    for said in ("2 of 2 opened", "52.00 of 100", "92.00 of 100", "Bidder 1", "$9,000", WHY, "Evaluator 2"):
        assert said in shown
    assert story.chair.name not in shown
    assert loser.get(f"/en/proposals/{story.proposals[0].key}/debrief").status_code == 404
    french = loser.get(f"/fr/propositions/{story.proposals[1].key}/compte-rendu").get_data(as_text=True)
    assert "52,00" in french


def test_there_is_no_debrief_before_the_decision(app: Flask, sign_in: SignIn) -> None:
    story = make_locked()
    assert sign_in(story.authors[0]).get(f"/en/proposals/{story.proposals[0].key}/debrief").status_code == 404


def test_the_decision_is_public_and_names_no_loser(app: Flask, client: FlaskClient) -> None:
    story, _award = make_awarded(((5, 4), (3, 2)))
    shown = client.get(f"/en/opportunities/{story.opportunity.number}/decision").get_data(as_text=True)
    for said in ("Awarded to Bidder 1.", "92.00", "52.00", story.evaluation.seed, "devex-draw-1", REASON):
        assert said in shown
    assert "Bidder 2" not in shown
    french = client.get(f"/fr/defis/{story.opportunity.number}/decision").get_data(as_text=True)
    assert "92,00" in french


def test_before_the_decision_its_page_tells_nothing(app: Flask, client: FlaskClient) -> None:
    story = make_locked()
    shown = client.get(f"/en/opportunities/{story.opportunity.number}/decision").get_data(as_text=True)
    assert "being evaluated" in shown
    assert story.evaluation.seed not in shown
    assert "Bidder" not in shown


def test_the_ranking_explains_ties_low_prices_failures_and_removals(app: Flask, sign_in: SignIn) -> None:
    plan = make_plan(formula="absolute", price_weight=30)
    story = make_opened(plan, bidders=5, prices=(800000, 400000, 790000, 700000, 800000))
    for author, row in enumerate([(5, 4), (3, 3), (2, 3), (4, 4), (5, 4)]):
        for person in (story.chair, story.member):
            judge(story, author, person, row, met=author != 2)
    actions.lock(story.evaluation, by=story.chair, at=AFTER)
    actions.disqualify(story.proponent(3), reason="It offers a closed licence.", by=story.officer, at=AFTER)
    db.session.commit()
    shown = page(sign_in(story.officer), story, "/ranking")
    for said in (
        "set apart by the draw that anyone can repeat", "Bidder 2 offers an abnormally low price: 40% under",
        "does not meet “Open licence”", "It offers a closed licence.", "67.73",
    ):  # fmt: skip
        assert said in shown
    assert "anormalement bas" in page(sign_in(story.officer), story, "/classement", "fr")
