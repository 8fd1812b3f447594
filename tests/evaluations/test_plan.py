"""A plan knows its rounds, and refuses what could divide by zero or turn a ranking round."""

import pytest

from evaluations.plan import (
    Criterion,
    DrawStage,
    MandatoryStage,
    Plan,
    PriceFormula,
    PriceStage,
    RatedStage,
    Stage,
)

MANDATORY, LATE = MandatoryStage(("m",)), MandatoryStage(("late",))
PRICE, DRAW = PriceStage(PriceFormula.LOWEST, 10), DrawStage()


def rated(key: str, top: int | None = None, *, held: bool = False) -> RatedStage:
    return RatedStage((Criterion(key, 10, 10),), top, held=held)


A, B, TOP = rated("a"), rated("b"), rated("top", 3)
CHALLENGE, INTERVIEW = rated("challenge", held=True), rated("interview", 2, held=True)


@pytest.mark.parametrize(
    ("stages", "rounds"),
    [
        ((), ()),
        ((PRICE, DRAW), ()),
        ((MANDATORY, A, B, PRICE), ((MANDATORY, A, B),)),
        ((MANDATORY, TOP, A, LATE, B), ((MANDATORY, TOP), (A, LATE, B))),
        ((CHALLENGE, A), ((CHALLENGE,), (A,))),
        ((CHALLENGE, INTERVIEW, PRICE), ((CHALLENGE,), (INTERVIEW,))),
        ((A, CHALLENGE, LATE, B, INTERVIEW), ((A,), (CHALLENGE,), (LATE, B), (INTERVIEW,))),
    ],
)
def test_a_round_ends_where_some_are_let_on_or_something_is_held(
    stages: tuple[Stage, ...], rounds: tuple[tuple[Stage, ...], ...]
) -> None:
    plan = Plan(stages)
    assert plan.rounds == rounds
    for number, judged in enumerate(rounds, 1):
        assert {plan.round_of(stage) for stage in judged} == {number}
        assert plan.through(number).rounds == rounds[:number]
    assert {plan.round_of(stage) for stage in stages if stage in (PRICE, DRAW)} <= {len(rounds) + 1}
    assert plan.through(0) == Plan(())


def test_stages_that_look_alike_are_in_rounds_of_their_own() -> None:
    first, second = RatedStage((), top=1), RatedStage((), top=1)
    plan = Plan((first, second))
    assert (plan.round_of(first), plan.round_of(second)) == (1, 2)


@pytest.mark.parametrize(("formula", "priced"), [("absolute", True), ("lowest", True), ("none", False)])
def test_prices_are_compared_unless_the_formula_is_none(formula: str, priced: bool) -> None:  # noqa: FBT001
    stage = PriceStage(PriceFormula(formula), 10)
    plan = Plan((A, stage))
    assert (plan.priced, plan.price) == (priced, stage if priced else None)
    assert not Plan((A,)).priced


@pytest.mark.parametrize(
    "stages", [(PRICE, A), (DRAW, MANDATORY), (PRICE, PRICE), (A, PRICE, B), (PriceStage(PriceFormula.NONE), PRICE)]
)
def test_prices_are_compared_once_when_all_is_judged(stages: tuple[Stage, ...]) -> None:
    with pytest.raises(ValueError, match="only a draw follows"):
        Plan(stages)


@pytest.mark.parametrize("stages", [(A, A), (rated("m"), MANDATORY), (MandatoryStage(("m", "m")),)])
def test_a_criterion_is_listed_once(stages: tuple[Stage, ...]) -> None:
    with pytest.raises(ValueError, match="twice"):
        Plan(stages)


@pytest.mark.parametrize("arguments", [(-1, 10, 0), (1, 0, 0), (1, 10, 11), (1, 10, -1)])
def test_an_impossible_criterion_is_refused(arguments: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="impossible"):
        Criterion("q", *arguments)
