"""The ranking is exact, strict and the same for anyone who repeats it."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations import draw, scoring
from evaluations.plan import (
    Criterion,
    DrawStage,
    Entry,
    MandatoryStage,
    Plan,
    PriceFormula,
    PriceStage,
    RatedStage,
)
from evaluations.scoring import Incomplete, Missing, Placing, Status

SEED = hashlib.sha256(b"seed").digest()
PANEL = ("ann", "bo")


def entry(key: str, points: Mapping[str, int], price: int | None = None, **met: bool) -> Entry:
    return Entry(
        key=key,
        digest=hashlib.sha256(key.encode()).digest(),
        price_cents=price,
        judgements={criterion: dict.fromkeys(PANEL, value) for criterion, value in met.items()},
        points={criterion: dict.fromkeys(PANEL, value) for criterion, value in points.items()},
    )


def rank(plan: Plan, *entries: Entry) -> tuple[Placing, ...]:
    return scoring.rank(plan, entries, evaluators=PANEL, seed=SEED)


def order(placings: tuple[Placing, ...]) -> list[str]:
    return [placing.key for placing in placings if placing.status == Status.RANKED]


def quality_and_price(formula: PriceFormula, budget: int = 6_000_000) -> Plan:
    return Plan((RatedStage((Criterion("quality", 70, 100),)), PriceStage(formula, 30, budget)))


A = entry("A", {"quality": 60}, 4_500_000)
B = entry("B", {"quality": 66}, 5_500_000)
C = entry("C", {"quality": 40}, 2_500_000)


def test_lowest_price_reverses_when_a_losing_bid_leaves() -> None:
    plan = quality_and_price(PriceFormula.LOWEST)
    with_c, without_c = rank(plan, A, B, C), rank(plan, A, B)
    assert order(with_c)[0] == "B"
    assert order(without_c) == ["A", "B"]
    assert [float(round(p.total or 0, 2)) for p in without_c] == [72.0, 70.75]
    totals = {p.key: p.total for p in with_c}
    assert totals == {
        "A": 42 + Fraction(50, 3),
        "B": Fraction("46.2") + Fraction(30 * 25, 55),
        "C": Fraction(58),
    }


def test_the_absolute_formula_measures_each_price_against_the_budget() -> None:
    placings = rank(quality_and_price(PriceFormula.ABSOLUTE), A, B, C)
    assert {p.key: p.price_points for p in placings} == {
        "A": Fraction(15, 2),
        "B": Fraction(5, 2),
        "C": Fraction(35, 2),
    }


@pytest.mark.parametrize("formula", list(PriceFormula))
@pytest.mark.parametrize("weight", [0, 30])
@pytest.mark.parametrize("budget", [0, 100])
@pytest.mark.parametrize("prices", [(0, 0), (0, 50), (50, 200)])
def test_zero_never_divides(formula: PriceFormula, weight: int, budget: int, prices: tuple[int, int]) -> None:
    stage = PriceStage(formula, weight, budget)
    for price in prices:
        points = scoring.price_points(stage, price, prices)
        assert 0 <= points <= weight
        assert points == (0 if formula == PriceFormula.NONE else weight) or price > 0


def test_the_mean_is_exact_and_zero_is_a_score() -> None:
    plan = Plan((RatedStage((Criterion("q", 10, 3),)),))
    e = replace(entry("A", {}), points={"q": {"ann": 0, "bo": 1}})
    (placing,) = rank(plan, e)
    assert (placing.results[0].points, placing.total, placing.rank) == (Fraction(1, 2), Fraction(5, 3), 1)


def test_an_agreed_score_replaces_the_individual_ones() -> None:
    plan = Plan((RatedStage((Criterion("q", 10, 10),)),))
    (placing,) = rank(plan, replace(entry("A", {"q": 4}), agreed_points={"q": 7}))
    assert placing.total == 7
    (alone,) = rank(plan, replace(entry("A", {}), agreed_points={"q": 7}))
    assert alone.total == 7


def test_scores_of_a_recused_evaluator_weigh_nothing() -> None:
    plan = Plan((RatedStage((Criterion("q", 10, 10),)),))
    e = replace(entry("A", {}), points={"q": {"ann": 4, "bo": 6, "gone": 10}})
    assert rank(plan, e)[0].total == 5


def test_missing_cells_are_listed_and_nothing_is_ranked() -> None:
    plan = Plan((RatedStage((Criterion("q", 70, 10), Criterion("r", 30, 10))), PriceStage(PriceFormula.LOWEST, 5)))
    gap = replace(entry("A", {"r": 1}), points={"q": {"ann": 0}, "r": {"bo": 3}})
    with pytest.raises(Incomplete) as refusal:
        rank(plan, gap, entry("B", {"q": 1, "r": 1}))
    assert refusal.value.missing == (Missing("A", "q", "bo"), Missing("A", "r", "ann"))
    with pytest.raises(Incomplete) as refusal:
        rank(plan, entry("A", {"q": 1, "r": 1}))
    assert refusal.value.missing == (Missing("A", None, None),)


def test_without_a_panel_every_cell_is_missing() -> None:
    plan = Plan((RatedStage((Criterion("q", 70, 10),)),))
    with pytest.raises(Incomplete) as refusal:
        scoring.rank(plan, [entry("A", {"q": 1})], evaluators=[], seed=SEED)
    assert refusal.value.missing == (Missing("A", "q", None),)


def test_a_failed_mandatory_criterion_ends_the_way_and_needs_no_later_cell() -> None:
    plan = Plan((MandatoryStage(("licence", "skills")), RatedStage((Criterion("q", 100, 10),))))
    placings = rank(plan, entry("A", {}, licence=True, skills=False), entry("B", {"q": 0}, licence=True, skills=True))
    assert [(p.key, p.status, p.reasons, p.rank) for p in placings] == [
        ("B", Status.RANKED, (), 1),
        ("A", Status.FAILED_MANDATORY, ("skills",), None),
    ]


@pytest.mark.parametrize(
    ("votes", "met"), [([True], True), ([True, False], False), ([True, True, False], True), ([False], False)]
)
def test_a_mandatory_criterion_is_met_when_more_than_half_find_so(votes: list[bool], met: bool) -> None:  # noqa: FBT001
    assert scoring.is_met(votes) is met


def test_an_agreed_judgement_replaces_the_votes() -> None:
    plan = Plan((MandatoryStage(("skills",)),))
    assert rank(plan, replace(entry("A", {}, skills=False), agreed_met={"skills": True}))[0].status == Status.RANKED


def test_the_minimum_is_reached_by_equality() -> None:
    plan = Plan((RatedStage((Criterion("q", 60, 10, minimum=6), Criterion("r", 40, 10, minimum=5))),))
    placings = rank(plan, entry("A", {"q": 6, "r": 5}), entry("B", {"q": 10, "r": 4}))
    assert [(p.key, p.status, p.reasons) for p in placings] == [
        ("A", Status.RANKED, ()),
        ("B", Status.BELOW_MINIMUM, ("r",)),
    ]


def test_all_who_tie_at_the_cut_go_on() -> None:
    plan = Plan((RatedStage((Criterion("q", 50, 10),), top=2), RatedStage((Criterion("s", 50, 10),))))
    first = {"A": 9, "B": 7, "C": 7, "D": 6}
    entries = [entry(k, {"q": v, "s": 1} if k != "D" else {"q": v}) for k, v in first.items()]
    placings = rank(plan, *entries)
    assert sorted(order(placings)) == ["A", "B", "C"]
    assert (placings[-1].key, placings[-1].status, placings[-1].quality) == (
        "D",
        Status.SCREENED_OUT,
        Fraction(30),
    )


def test_ties_break_by_weightiest_criterion_then_price_then_draw() -> None:
    plan = Plan(
        (
            RatedStage((Criterion("small", 20, 20), Criterion("large", 50, 50))),
            PriceStage(PriceFormula.ABSOLUTE, 0, 1000),
        )
    )
    by_criterion = rank(plan, entry("A", {"small": 20, "large": 30}, 1), entry("B", {"small": 10, "large": 40}, 9))
    assert [(p.key, p.total, p.tie_break) for p in by_criterion] == [
        ("B", Fraction(50), "criterion 2"),
        ("A", Fraction(50), "criterion 2"),
    ]
    by_price = rank(plan, entry("A", {"small": 1, "large": 1}, 9), entry("B", {"small": 1, "large": 1}, 8))
    assert [(p.key, p.tie_break) for p in by_price] == [("B", "price"), ("A", "price")]
    by_draw = rank(plan, entry("A", {"small": 1, "large": 1}, 9), entry("B", {"small": 1, "large": 1}, 9))
    winner = min("AB", key=lambda key: draw.number(SEED, hashlib.sha256(key.encode()).digest()))
    assert [(p.key == winner, p.tie_break) for p in by_draw] == [(True, "draw"), (False, "draw")]


def test_with_a_fixed_price_the_price_breaks_no_tie() -> None:
    plan = Plan((RatedStage((Criterion("q", 100, 10),)), PriceStage(PriceFormula.NONE)))
    placings = rank(plan, entry("A", {"q": 5}), entry("B", {"q": 5}, 3))
    assert {p.tie_break for p in placings} == {"draw"}


def test_a_draw_orders_those_who_pass_and_nobody_else() -> None:
    plan = Plan((MandatoryStage(("skills",)), DrawStage()))
    entries = [entry(key, {}, skills=key != "C") for key in "ABCDE"]
    placings = rank(plan, *entries)
    passing = [e for e in entries if e.key != "C"]
    assert order(placings) == [p.key for p in scoring.rank_by_draw(passing, seed=SEED)]
    assert [e.digest for key in order(placings) for e in entries if e.key == key] == list(
        draw.order(SEED, [e.digest for e in passing])
    )
    assert placings[-1].status == Status.FAILED_MANDATORY


def test_nothing_to_rank_is_no_error() -> None:
    assert rank(quality_and_price(PriceFormula.LOWEST)) == ()


@pytest.mark.parametrize("arguments", [(-1, 10, 0), (1, 0, 0), (1, 10, 11), (1, 10, -1)])
def test_an_impossible_criterion_is_refused(arguments: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="impossible"):
        Criterion("q", *arguments)


def test_points_outside_the_scale_and_doubles_are_refused() -> None:
    plan = Plan((RatedStage((Criterion("q", 100, 10),)),))
    with pytest.raises(ValueError, match="outside"):
        rank(plan, entry("A", {"q": 11}))
    with pytest.raises(ValueError, match="twice"):
        rank(plan, entry("A", {"q": 1}), entry("A", {"q": 1}))
    with pytest.raises(ValueError, match="digest"):
        rank(plan, entry("A", {"q": 1}), replace(entry("B", {"q": 1}), digest=entry("A", {}).digest))


def scored_and_priced(formula: PriceFormula, top: int | None, budget: int) -> Plan:
    return Plan(
        (
            RatedStage((Criterion("q", 40, 5), Criterion("r", 0, 5), Criterion("s", 40, 5, minimum=1)), top=top),
            PriceStage(formula, 20, budget),
        )
    )


TOPS, BUDGETS = st.none() | st.integers(1, 4), st.integers(0, 30)
PLANS = st.builds(scored_and_priced, st.sampled_from(PriceFormula), TOPS, BUDGETS)
STEADY = [formula for formula in PriceFormula if formula != PriceFormula.LOWEST]
STEADY_PLANS = st.builds(scored_and_priced, st.sampled_from(STEADY), TOPS, BUDGETS)
Row = tuple[int, int, int, int]
ROWS = st.lists(st.tuples(*[st.integers(0, 5)] * 3, st.integers(0, 40)), min_size=1, max_size=7)


def from_rows(rows: list[Row]) -> list[Entry]:
    return [entry(f"P{n}", {"q": q, "r": r, "s": s}, price) for n, (q, r, s, price) in enumerate(rows)]


@given(PLANS, ROWS, st.randoms(use_true_random=False))
def test_the_ranking_is_a_strict_order_that_names_and_insertion_do_not_touch(
    plan: Plan, rows: list[Row], random: Random
) -> None:
    entries = from_rows(rows)
    placings = rank(plan, *entries)
    ranked = [p for p in placings if p.status == Status.RANKED]
    assert [p.rank for p in ranked] == list(range(1, len(ranked) + 1))
    assert sorted(p.key for p in placings) == sorted(e.key for e in entries)
    renamed = [replace(e, key=f"{random.random()}|{e.key}") for e in entries]
    random.shuffle(renamed)
    assert [p.key.partition("|")[2] for p in rank(plan, *renamed)] == [p.key for p in placings]
    for above, below in pairwise(ranked):
        assert above.total is not None
        assert below.total is not None
        assert above.total >= below.total
        assert (above.tie_break != "" and below.tie_break != "") == (above.total == below.total) or above.tie_break


@given(STEADY_PLANS, ROWS, st.data())
def test_a_better_score_never_worsens_the_rank(plan: Plan, rows: list[Row], data: st.DataObject) -> None:
    entries = from_rows(rows)
    lucky = data.draw(st.integers(0, len(rows) - 1))
    criterion = data.draw(st.sampled_from("qrs"))
    before = {p.key: p.rank for p in rank(plan, *entries)}[f"P{lucky}"]
    better = {"q": rows[lucky][0], "r": rows[lucky][1], "s": rows[lucky][2]}
    better[criterion] = min(5, better[criterion] + 1)
    entries[lucky] = entry(f"P{lucky}", better, rows[lucky][3])
    after = {p.key: p.rank for p in rank(plan, *entries)}[f"P{lucky}"]
    assert before is None or (after is not None and after <= before)


@given(STEADY_PLANS, ROWS, st.data())
def test_with_the_absolute_formula_removing_a_loser_never_changes_the_winner(
    plan: Plan, rows: list[Row], data: st.DataObject
) -> None:
    first, *others = rank(plan, *from_rows(rows))
    losers = [p.key for p in others if p.status == Status.RANKED]
    if first.status == Status.RANKED and losers:
        leaver = data.draw(st.sampled_from(losers))
        assert rank(plan, *(e for e in from_rows(rows) if e.key != leaver))[0].key == first.key
