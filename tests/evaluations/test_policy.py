"""Tables of truth: who may open, read, score, lock, award."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from evaluations import policy
from evaluations.lifecycle import AWARD, EVALUATION, PANEL_MEMBER
from evaluations.policy import Facts

AT = datetime(2026, 7, 1, tzinfo=UTC)
OFFICER = frozenset({"officer"})
ADMINISTRATOR = frozenset({"administrator"})
COMPLETE: dict[str, Any] = {"stage": "evaluation", "proponents": 2, "evaluators": 2, "judges": 2, "chaired": True}

FACTS = {
    "visitor": Facts(),
    "buyer": Facts(roles=frozenset({"buyer"})),
    "officer": Facts(roles=OFFICER),
    "officer on a proponent's side": Facts(roles=OFFICER, proposes=True),
    "administrator": Facts(roles=ADMINISTRATOR),
    "administrator on a proponent's side": Facts(roles=ADMINISTRATOR, proposes=True),
    "invited": Facts(place="invited"),
    "evaluator": Facts(place="accepted"),
    "chair": Facts(place="accepted", chairs=True),
    "chair on a proponent's side": Facts(place="accepted", chairs=True, proposes=True),
}


def allowed(rule: Any, **values: Any) -> set[str]:
    """Name those whom a rule lets pass."""
    return {who for who, facts in FACTS.items() if rule(Facts(**{**facts.__dict__, **values}))}


def test_who_opens_first() -> None:
    assert allowed(policy.may_open_first) == {"officer"}


def test_who_opens_second() -> None:
    assert allowed(lambda facts: policy.may_open_second(7, facts), first_opener_id=8) == {"officer", "administrator"}
    assert allowed(lambda facts: policy.may_open_second(7, facts), first_opener_id=7) == set()


@pytest.mark.parametrize(
    ("judging", "readers"),
    [
        ("", set()),
        ("opening", set()),
        ("scoring", {"evaluator", "chair"}),
        ("locked", {"officer", "evaluator", "chair"}),
        ("decided", {"officer", "evaluator", "chair"}),
        ("ended", {"officer", "evaluator", "chair"}),
    ],
)
def test_who_reads_what_proponents_wrote(judging: str, readers: set[str]) -> None:
    assert allowed(policy.may_read_proposals, judging=judging) == readers


@pytest.mark.parametrize("judging", ["", "opening", "scoring"])
def test_nobody_sees_names_and_totals_before_quality_is_locked(judging: str) -> None:
    assert allowed(policy.may_see_ranking, judging=judging) == set()


def test_who_sees_names_and_totals_once_quality_is_locked() -> None:
    assert allowed(policy.may_see_ranking, judging="locked") == {"officer", "evaluator", "chair"}


def test_who_locks() -> None:
    assert allowed(policy.may_lock) == {"officer", "chair"}


@pytest.mark.parametrize(
    ("stage", "followers"),
    [
        ("closed", {"officer", "administrator", "invited", "evaluator", "chair"}),
        ("evaluation", {"officer", "invited", "evaluator", "chair"}),
    ],
)
def test_who_follows_an_evaluation(stage: str, followers: set[str]) -> None:
    assert allowed(policy.may_follow, stage=stage) == followers


@pytest.mark.parametrize(
    ("lacking", "refused"),
    [
        ({}, False), ({"stage": "cancelled"}, True), ({"proponents": 0}, True), ({"evaluators": 1}, True),
        ({"chaired": False}, True), ({"missing": 1}, True),
    ],
)  # fmt: skip
def test_quality_is_locked_on_a_complete_matrix_alone(lacking: dict[str, Any], refused: bool) -> None:  # noqa: FBT001
    assert (policy.when_complete(None, AT, Facts(**{**COMPLETE, **lacking})) is not None) is refused


@pytest.mark.parametrize("text", ["", " ", "no", "two words", "x " * 20_000])
def test_what_is_no_sentence(text: str) -> None:
    assert not policy.is_sentence(text)


SCORING = SimpleNamespace(id=1, state="scoring")
LOCKED = SimpleNamespace(id=1, state="locked")
MADE = SimpleNamespace(id=1, state="made", by_id=1)
PROPOSED = SimpleNamespace(id=1, state="proposed", by_id=1)
PLACE = SimpleNamespace(id=1, state="invited", user_id=3)
ONE, TWO, THREE = (SimpleNamespace(id=number, name="") for number in (1, 2, 3))


@pytest.mark.parametrize(
    ("table", "row", "by", "facts", "ways"),
    [
        (EVALUATION, SCORING, ONE, Facts(roles=OFFICER, judging="scoring", **COMPLETE), {"lock"}),
        (EVALUATION, SCORING, ONE, Facts(roles=OFFICER, judging="scoring", stage="evaluation"), {"end"}),
        (EVALUATION, LOCKED, ONE, Facts(roles=OFFICER, judging="locked", **COMPLETE), {"decide"}),
        (EVALUATION, LOCKED, ONE, Facts(roles=ADMINISTRATOR, judging="locked", **COMPLETE), set()),
        (PANEL_MEMBER, PLACE, THREE, Facts(place="invited", stage="open"), {"accept", "decline", "recuse"}),
        (PANEL_MEMBER, PLACE, THREE, Facts(place="invited", stage="open", proposes=True), {"decline", "recuse"}),
        (PANEL_MEMBER, PLACE, THREE, Facts(place="invited", stage="open", conflict=True), {"decline", "recuse"}),
        (PANEL_MEMBER, PLACE, TWO, Facts(roles=OFFICER, stage="open"), {"replace"}),
        (AWARD, PROPOSED, ONE, Facts(roles=OFFICER, judging="locked", **COMPLETE), {"refuse"}),
        (AWARD, PROPOSED, TWO, Facts(roles=OFFICER, judging="locked", **COMPLETE), {"confirm", "refuse"}),
        (AWARD, MADE, THREE, Facts(winner=True), {"decline"}),
        (AWARD, MADE, THREE, Facts(), set()),
    ],
)
def test_the_ways_on(table: Any, row: Any, by: Any, facts: Facts, ways: set[str]) -> None:
    assert table.open_to(row, by=by, at=AT, facts=facts) == ways
