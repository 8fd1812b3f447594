"""The demonstration's staged procurement and its prizes hang together, and leave the chair a meeting to begin."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.db import db
from app.demo import seeding
from evaluations import queries
from evaluations.lifecycle import EVALUATION
from evaluations.models import Evaluation
from opportunities.models import Opportunity
from tests.conftest import NOON, Travel
from tests.demo.test_world import OPPORTUNITIES, winners

HELD = {"challenge", "interview"}
STAGED = {name: one for name, one in OPPORTUNITIES.items() if "stages" in one}
PRIZES = {name: one for name, one in OPPORTUNITIES.items() if "prizes" in one}
staged = pytest.mark.parametrize("one", STAGED.values(), ids=STAGED.keys())
prized = pytest.mark.parametrize("one", PRIZES.values(), ids=PRIZES.keys())


def criteria(one: dict[str, Any], stage: dict[str, Any]) -> list[dict[str, Any]]:
    """The criteria of one stage."""
    return [x for x in [*one["mandatory"], *one["rated"]] if x["stage"] == stage["key"]]


def judged_in(one: dict[str, Any], kind: str) -> set[str]:
    """The keys of the criteria judged in the stages of one kind."""
    return {x["key"] for stage in one["stages"] if stage["kind"] == kind for x in criteria(one, stage)}


def agreed_points(one: dict[str, Any], proposal: dict[str, Any]) -> Fraction:
    """Points of a proposal for what the panel agreed on."""
    worth = {x["key"]: Fraction(x["weight"], x["points"]) for x in one["rated"]}
    return sum((worth[key] * agreed[0] for key, agreed in proposal["agreed"].items()), Fraction(0))


def goes_on(one: dict[str, Any], proposal: dict[str, Any]) -> bool:
    """The panel has judged a proposal at the challenge."""
    return any(judged_in(one, "challenge") & set(sheet) for sheet in proposal["scores"].values())


def test_formats_and_their_parts_go_together() -> None:
    formats = {name: one["format"] for name, one in OPPORTUNITIES.items()}
    assert {name for name, code in formats.items() if code == "staged_team"} == set(STAGED)
    assert {name for name, code in formats.items() if code == "prize"} == set(PRIZES)
    assert (len(STAGED), len(PRIZES)) == (1, 1)


@staged
def test_each_stage_has_criteria_and_their_weights_make_25_25_40_and_10_for_the_price(one: dict[str, Any]) -> None:
    assert [stage["kind"] for stage in one["stages"] if not criteria(one, stage)] == []
    weights = [sum(x.get("weight", 0) for x in criteria(one, stage)) for stage in one["stages"]]
    assert [*weights, one["price_weight"]] == [0, 25, 25, 40, 10]


@staged
def test_only_a_challenge_or_an_interview_has_days_and_asks_for_no_written_answer(one: dict[str, Any]) -> None:
    assert [stage["kind"] in HELD for stage in one["stages"]] == ["held" in stage for stage in one["stages"]]
    for stage in one["stages"]:
        if stage["kind"] != "mandatory":
            assert {"words" in x for x in criteria(one, stage)} == {stage["kind"] not in HELD}


@staged
def test_the_best_by_what_was_agreed_go_on_and_the_others_are_judged_no_further(one: dict[str, Any]) -> None:
    top = next(stage["top"] for stage in one["stages"] if stage["kind"] == "rated")
    ranked = sorted(one["proposals"], key=lambda x: agreed_points(one, x), reverse=True)
    assert [goes_on(one, x) for x in ranked] == [place < top for place, _one in enumerate(ranked)]
    assert agreed_points(one, ranked[top - 1]) > agreed_points(one, ranked[top])
    assert {x["to"] for x in one["invitations"]} == {x["by"] for x in ranked[:top]}
    minimums = {x["key"]: x["minimum"] for x in one["rated"] if "minimum" in x}
    assert [x["by"] for x in ranked[:top] if any(x["agreed"][key][0] < least for key, least in minimums.items())] == []


@staged
def test_what_was_agreed_lies_within_what_members_gave_or_says_why(one: dict[str, Any]) -> None:
    for proposal in one["proposals"]:
        for key, (points, words, *outside) in proposal["agreed"].items():
            given = [sheet[key][0] for sheet in proposal["scores"].values()]
            assert (min(given) <= points <= max(given) or bool(outside), bool(words)) == (True, True)


@staged
def test_who_stood_back_from_a_proposal_gives_it_no_score(one: dict[str, Any]) -> None:
    scorers = {x["by"]: set(x["scores"]) for x in one["proposals"]}
    panel = set(one["panel"])
    left_out = {(bidder, person) for bidder, given in scorers.items() for person in panel - given}
    assert left_out == {(x["from"], x["person"]) for x in one["recusals"]}


@staged
def test_members_differ_on_every_proposal_at_the_challenge(one: dict[str, Any]) -> None:
    for proposal in one["proposals"]:
        for key in judged_in(one, "challenge") if goes_on(one, proposal) else ():
            assert len({sheet[key][0] for sheet in proposal["scores"].values()}) > 1


@prized
def test_prizes_add_to_the_value_and_fall_from_place_to_place(one: dict[str, Any]) -> None:
    assert sum(one["prizes"]) == one["value_cents"]
    assert [pair for pair in pairwise(one["prizes"]) if pair[0] < pair[1]] == []
    assert len(winners(one["award"])) == len(one["prizes"])


def find(slug: str) -> Opportunity:
    """Find an opportunity of the seeded world by the English title of its file."""
    title = OPPORTUNITIES[slug]["title"]["en"]
    return next(one for one in db.session.scalars(select(Opportunity)) if one.title.en == title)


def test_the_chair_can_begin_the_meeting_on_the_challenge_and_three_prizes_are_awarded(
    app: Flask, travel: Travel
) -> None:  # fmt: skip
    seeding.seed(NOON, "ocds-devex0")
    (name,) = STAGED
    evaluation = db.session.scalars(select(Evaluation).where(Evaluation.opportunity == find(name))).one()
    chair = queries.chair_of(evaluation.opportunity)
    assert chair is not None
    facts = queries.facts(evaluation.opportunity, chair.user, NOON)
    assert (evaluation.state, evaluation.round, len(queries.judged_now(evaluation))) == ("scoring", 2, 3)
    assert "meet" in EVALUATION.open_to(evaluation, by=chair.user, at=NOON, facts=facts)
    (prize,) = PRIZES
    assert [(one.place, one.value_cents) for one in queries.live_awards(find(prize))] == [
        (place, cents) for place, cents in enumerate(PRIZES[prize]["prizes"], 1)
    ]
