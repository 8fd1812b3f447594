"""The published decision: a file without losers' names or prices, which a page and a command compute again."""

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.db import db
from auth.models import User
from evaluations import actions, queries
from evaluations.models import Award
from evaluations.record import differences
from opportunities.models import Prize
from opportunities.queries import plan_hash
from tests.conftest import Travel
from tests.evaluations.staged import make_interviewing
from tests.evaluations.story import AFTER, Story, judge, judge_all, make_awarded, make_locked, make_opened
from tests.factories import make_plan

SignIn = Callable[[User], FlaskClient]
REASON = "It answers every criterion best."


@pytest.fixture(autouse=True)
def _after_the_closing(travel: Travel) -> None:
    travel(AFTER + timedelta(hours=1))


def make_priced() -> Story:
    plan = make_plan(format="priced", formula="lowest", price_weight=30)
    story = make_opened(plan, bidders=3, prices=[41_234_00, 52_345_00, 23_456_00], value_cents=6_000_000)
    judge_all(story, [(5, 4), (4, 4), (1, 2)])
    actions.lock(story.evaluation, by=story.chair, at=AFTER)
    first = queries.ranking(story.evaluation).next_in_rank
    assert first is not None
    actions.award(first.proponent, reason=REASON, by=story.officer, at=AFTER)
    db.session.commit()
    return story


def address(story: Story, page: str, language: str = "en") -> str:
    return f"/{language}/{'opportunities' if language == 'en' else 'defis'}/{story.opportunity.number}/{page}"


def alter(award: Award, change: Callable[[dict[str, Any]], None]) -> None:
    ranking = deepcopy(award.ranking)
    change(ranking)
    award.ranking = ranking
    db.session.commit()


def test_the_file_is_frozen_with_the_award_and_agrees_with_itself(app: Flask, client: FlaskClient) -> None:
    story = make_priced()
    answer = client.get(address(story, "decision.json"))
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    file = json.loads(answer.get_data())
    assert differences(file) == ()
    assert client.get(address(story, "decision.json", "fr")).get_json() == file
    assert (file["ocid"], file["plan_hash"]) == (story.opportunity.ocid, story.opportunity.plan.frozen_hash)
    (award,) = file["awards"]
    assert (award["place"], award["rank"], award["winner"]) == (1, 1, "Bidder 1")


def test_the_file_names_no_loser_and_tells_no_price_of_theirs(app: Flask, client: FlaskClient) -> None:
    story = make_priced()
    text = client.get(address(story, "decision.json")).get_data(as_text=True)
    told = [word for word in ("Bidder 2", "Bidder 3", "5234500", "2345600") if word in text]
    assert (told, "4123400" in text) == ([], True)


def test_before_an_award_there_is_no_file_and_nothing_to_check(app: Flask, client: FlaskClient) -> None:
    story = make_locked()
    for page in ("decision.json", "decision/check"):
        assert client.get(address(story, page)).status_code == 404


def test_anyone_sees_the_ranking_computed_again(app: Flask, client: FlaskClient) -> None:
    story = make_priced()
    body = client.get(address(story, "decision/check")).get_data(as_text=True)
    assert "The published ranking follows from its inputs." in body
    french = client.get(address(story, "decision/verification", "fr")).get_data(as_text=True)
    assert "Le classement publié découle de ses données." in french
    assert address(story, "decision/check").rsplit("/", 2)[1] in client.get(address(story, "decision")).text


def test_what_was_altered_is_named_on_the_page_and_fails_the_command(app: Flask, client: FlaskClient) -> None:
    story, award = make_awarded()
    runner = app.test_cli_runner()
    agreed = runner.invoke(args=["verify-ranking", story.opportunity.ocid])
    said = "Plan, seed, 0 screenings and the ranking of 2 proposals agree.\n"
    assert (agreed.exit_code, agreed.output) == (0, said)
    number = award.ranking["lines"][1]["number"]
    alter(award, lambda ranking: ranking["lines"][1].update(total="99"))
    refused = runner.invoke(args=["verify-ranking", story.opportunity.ocid])
    named = f"Ranking: Proponent {number} comes out otherwise."
    assert (refused.exit_code, refused.output) == (1, f"- {named}\n")
    body = client.get(address(story, "decision/check")).get_data(as_text=True)
    assert (named in body, "does not follow from its inputs" in body) == (True, True)
    french = client.get(f"/fr/defis/{story.opportunity.number}/decision/verification").get_data(as_text=True)
    assert f"Classement\u00a0: le résultat du proposant {number} est autre." in french


def test_the_command_says_when_there_is_nothing_to_verify(app: Flask) -> None:
    story = make_locked()
    runner = app.test_cli_runner()
    for ocid, said in (("ocds-x-none", "There is no procurement"), (story.opportunity.ocid, "No award of")):
        answer = runner.invoke(args=["verify-ranking", ocid])
        assert (answer.exit_code, said in answer.output) == (1, True)


def test_prizes_are_published_with_their_places_and_amounts(app: Flask, client: FlaskClient) -> None:
    plan = make_plan(format="prize", winners=2)
    plan.prizes.extend([Prize(place=1, amount_cents=700_000), Prize(place=2, amount_cents=300_000)])
    story = make_locked(((5, 5), (4, 4), (1, 1)), plan=plan)
    assert plan_hash(plan) == plan.frozen_hash
    lines = queries.ranking(story.evaluation).lines
    actions.award(*(line.proponent for line in lines[:2]), reason=REASON, by=story.officer, at=AFTER)
    db.session.commit()
    file = client.get(address(story, "decision.json")).get_json()
    assert [(one["place"], one["value_cents"]) for one in file["awards"]] == [(1, 700_000), (2, 300_000)]
    body = client.get(address(story, "decision")).get_data(as_text=True)
    assert "Awarded to Bidder 1, Bidder 2." in body
    assert ("$7,000" in body, "$3,000" in body, "Bidder 3" in body) == (True, True, False)


def test_rounds_are_published_with_their_screenings_and_hold_after_a_disqualification(
    app: Flask, client: FlaskClient
) -> None:
    story = make_interviewing(((5, 4), (4, 4), (2, 3)), top=2)
    for author, points in ((0, 9), (1, 6)):
        for person in (story.chair, story.member):
            judge(story, author, person, (points,))
    actions.lock(story.evaluation, by=story.chair, at=AFTER)
    actions.disqualify(story.proponent(0), reason="The licence is not open at all.", by=story.officer, at=AFTER)
    actions.award(story.proponent(1), reason=REASON, by=story.officer, at=AFTER)
    db.session.commit()
    file = client.get(address(story, "decision.json")).get_json()
    assert differences(file) == ()
    assert (len(file["screenings"]), len(file["screenings"][0]), file["rounds_over"]) == (1, 3, 1)
    assert [(line["status"], line["rank"]) for line in file["lines"]] == [("ranked", 1), ("screened_out", None)]
