"""The ranking is exact, strict and the same for anyone who repeats it: cases worked by hand, and known faults."""

from dataclasses import replace
from fractions import Fraction
from itertools import permutations

import pytest

from evaluations import draw, scoring
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
from evaluations.scoring import Incomplete, Missing, Status
from tests.evaluations.made import SEED, entry, from_bid, from_stages, rank, ranked
from tests.evaluations.worked_cases import CASES, Case

Q = Criterion("q", 70, 10)
R = Criterion("r", 30, 10)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_known_format_comes_out_as_worked_by_hand(case: Case) -> None:
    for bids in permutations(case.bids):
        placings = rank(from_stages(case.stages), *map(from_bid, bids))
        assert tuple((one.key, one.total) for one in placings if one.rank is not None) == case.ranked
        assert {one.key: one.status.value for one in placings if one.rank is None} == case.left


# --- prices ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("formula", list(PriceFormula))
@pytest.mark.parametrize("weight", [0, 30, Fraction(1, 3)])
@pytest.mark.parametrize("budget", [0, 100])
@pytest.mark.parametrize("prices", [(0, 0), (0, 50), (50, 200)])
def test_nothing_divides_by_zero(
    formula: PriceFormula, weight: int | Fraction, budget: int, prices: tuple[int, ...]
) -> None:
    stage = PriceStage(formula, weight, budget)
    for price in prices:
        points = scoring.price_points(stage, price, min(prices))
        assert 0 <= points <= weight
        assert points == (0 if formula == PriceFormula.NONE else weight) or price > 0


@pytest.mark.parametrize(("price", "budget"), [(-1, 10), (1, -10)])
def test_a_price_is_not_negative(price: int, budget: int) -> None:
    with pytest.raises(ValueError, match="not negative"):
        scoring.price_points(PriceStage(PriceFormula.ABSOLUTE, 30, budget), price, 1)


def test_prices_count_anew_when_the_lowest_bidder_is_out() -> None:
    plan = Plan((RatedStage((Q,)), PriceStage(PriceFormula.LOWEST, 30)))
    dear, fair, cheap = (entry(key, {"q": 5}, price) for key, price in (("dear", 90), ("fair", 60), ("cheap", 30)))
    assert [one.price_points for one in rank(plan, dear, fair, cheap)] == [30, 15, 10]
    assert [one.price_points for one in rank(plan, dear, fair)] == [30, 20]


def test_whoever_is_screened_out_does_not_set_the_lowest_price() -> None:
    plan = Plan((RatedStage((Q,), top=1), PriceStage(PriceFormula.LOWEST, 30)))
    placings = rank(plan, entry("good", {"q": 9}, 90), entry("cheap", {"q": 8}, 1))
    assert [(one.key, one.price_points) for one in placings] == [("good", 30), ("cheap", None)]


def test_points_of_a_price_that_is_not_told_stand_as_stated_within_the_weight() -> None:
    plan = Plan((RatedStage((Q,)), PriceStage(PriceFormula.LOWEST, 30)))
    told = replace(entry("A", {"q": 5}, 2), price_points=Fraction(7))
    assert rank(plan, told)[0].total == 42
    for beyond in (Fraction(31), Fraction(-1)):
        with pytest.raises(ValueError, match="Price points"):
            rank(plan, replace(told, price_points=beyond))


# --- what the plan needs ---------------------------------------------------------------------------------------------


def test_zero_is_a_score_and_a_weight_of_nothing_weighs_nothing() -> None:
    plan = Plan((RatedStage((Q, Criterion("none", 0, 10))),))
    (placing,) = rank(plan, entry("A", {"q": 0, "none": 10}))
    assert [(one.points, one.weighted) for one in placing.results] == [(0, Fraction()), (10, Fraction())]
    assert (placing.total, placing.rank) == (Fraction(), 1)


def test_cells_that_are_not_settled_are_listed_and_nothing_is_ranked() -> None:
    plan = Plan((MandatoryStage(("m",)), RatedStage((Q, R)), PriceStage(PriceFormula.LOWEST, 5)))
    with pytest.raises(Incomplete) as refusal:
        rank(plan, entry("A", {}), entry("B", {}, m=True))
    assert refusal.value.missing == (Missing("A", "m"),)
    with pytest.raises(Incomplete) as refusal:
        rank(plan, entry("A", {"r": 1}, m=True), entry("B", {"q": 1, "r": 1}, m=True), entry("C", {}, m=False))
    assert refusal.value.missing == (Missing("A", "q"),)
    with pytest.raises(Incomplete) as refusal:
        rank(plan, entry("A", {"q": 1, "r": 1}, m=True))
    assert refusal.value.missing == (Missing("A", None),)


def test_whoever_left_earlier_needs_no_later_cell() -> None:
    minimum = Criterion("low", 10, 10, minimum=5)
    plan = Plan((MandatoryStage(("m", "n")), RatedStage((minimum,), top=1), RatedStage((Q,)),
                 PriceStage(PriceFormula.ABSOLUTE, 20, 100)))  # fmt: skip
    placings = rank(
        plan,
        entry("unmet", {}, m=False, n=False),
        entry("under", {"low": 4}, m=True, n=True),
        entry("after", {"low": 6}, m=True, n=True),
        entry("in", {"low": 7, "q": 0}, 50, m=True, n=True),
    )
    out = {one.key: (one.status, one.reasons) for one in placings[1:]}
    assert (ranked(placings), placings[-1].key) == (["in"], "unmet")
    assert out == {
        "after": (Status.SCREENED_OUT, ()),
        "under": (Status.BELOW_MINIMUM, ("low",)),
        "unmet": (Status.FAILED_MANDATORY, ("m", "n")),
    }


def test_with_nobody_left_there_is_no_ranking_and_no_error() -> None:
    plan = Plan((MandatoryStage(("m",)), RatedStage((Q,), top=1), PriceStage(PriceFormula.LOWEST, 30)))
    assert rank(plan) == ()
    assert ranked(rank(plan, entry("A", {}, m=False))) == []
    assert rank(Plan(())) == ()


def test_points_outside_the_scale_and_doubles_are_refused() -> None:
    plan = Plan((RatedStage((Q,)),))
    for beyond in (11, Fraction(-1, 2)):
        with pytest.raises(ValueError, match="outside"):
            rank(plan, entry("A", {"q": beyond}))
    with pytest.raises(ValueError, match="twice"):
        rank(plan, entry("A", {"q": 1}), entry("A", {"q": 1}))
    with pytest.raises(ValueError, match="digest"):
        rank(plan, entry("A", {"q": 1}), replace(entry("B", {"q": 1}), digest=entry("A", {}).digest))


def test_two_proposals_of_one_digest_are_refused_also_where_they_leave_early() -> None:
    first = entry("A", {}, m=False)
    with pytest.raises(ValueError, match="digest"):
        rank(Plan((MandatoryStage(("m",)),)), first, replace(first, key="B"))


# --- minimums and screenings -----------------------------------------------------------------------------------------


def test_the_minimum_is_reached_by_equality() -> None:
    plan = Plan((RatedStage((Criterion("q", 60, 10, minimum=6), Criterion("r", 40, 10, minimum=Fraction(9, 2)))),))
    placings = rank(plan, entry("A", {"q": 6, "r": Fraction(9, 2)}), entry("B", {"q": 10, "r": 4}))
    assert [(one.key, one.status, one.reasons) for one in placings] == [
        ("A", Status.RANKED, ()),
        ("B", Status.BELOW_MINIMUM, ("r",)),
    ]


def test_the_minimum_comes_before_the_cut() -> None:
    plan = Plan((RatedStage((Criterion("q", 60, 10), Criterion("r", 40, 10, minimum=5)), top=1),))
    placings = rank(plan, entry("A", {"q": 10, "r": 4}), entry("B", {"q": 1, "r": 5}))
    assert [(one.key, one.status) for one in placings] == [("B", Status.RANKED), ("A", Status.BELOW_MINIMUM)]


def test_all_who_tie_at_the_cut_go_on() -> None:
    plan = Plan((RatedStage((Q,), top=2), RatedStage((R,))))
    first = {"A": 9, "B": 7, "C": 7, "D": 6}
    placings = rank(plan, *(entry(key, {"q": q} | ({"r": 1} if key != "D" else {})) for key, q in first.items()))
    assert sorted(ranked(placings)) == ["A", "B", "C"]
    assert (placings[-1].key, placings[-1].status, placings[-1].quality) == ("D", Status.SCREENED_OUT, Fraction(42))


def test_a_later_cut_counts_the_points_of_all_stages_so_far() -> None:
    plan = Plan((RatedStage((Q,)), RatedStage((R,), top=1)))
    placings = rank(plan, entry("even", {"q": 6, "r": 6}), entry("late", {"q": 0, "r": 10}))
    assert ranked(placings) == ["even"]


def test_a_screening_that_is_over_stays() -> None:
    plan = Plan((RatedStage((Q,), top=1), RatedStage((R,), held=True)))
    out = entry("out", {"q": 9})
    inside = entry("in", {"q": 8, "r": 1}, passed=1)
    assert [(one.key, one.status) for one in rank(plan, out, inside)] == [
        ("in", Status.RANKED),
        ("out", Status.SCREENED_OUT),
    ]


def test_nobody_takes_the_place_of_all_who_came_through_and_went() -> None:
    plan = Plan((RatedStage((Q,), top=1), RatedStage((R,), held=True)))
    out = entry("out", {"q": 5})
    (placing,) = scoring.rank(plan, [out], seed=SEED, rounds_over=1)
    assert (placing.status, placing.rank) == (Status.SCREENED_OUT, None)
    with pytest.raises(Incomplete):
        rank(plan, out)


# --- ties ------------------------------------------------------------------------------------------------------------


def test_ties_break_by_weightiest_criterion_then_price_then_draw() -> None:
    criteria = (Criterion("small", 20, 20), Criterion("large", 50, 50))
    plan = Plan((RatedStage(criteria), PriceStage(PriceFormula.ABSOLUTE, 0, 1000)))
    by_criterion = rank(plan, entry("A", {"small": 20, "large": 30}, 1), entry("B", {"small": 10, "large": 40}, 9))
    assert [(one.key, one.total, one.tie_break) for one in by_criterion] == [
        ("B", Fraction(50), "criterion 2"),
        ("A", Fraction(50), "criterion 2"),
    ]
    alike = {"small": 1, "large": 1}
    by_price = rank(plan, entry("A", alike, 9), entry("B", alike, 8))
    assert [(one.key, one.tie_break) for one in by_price] == [("B", "price"), ("A", "price")]
    by_draw = rank(plan, entry("A", alike, 9), entry("B", alike, 9))
    winner = min("AB", key=lambda key: draw.number(SEED, entry(key, {}).digest))
    assert [(one.key == winner, one.tie_break) for one in by_draw] == [(True, "draw"), (False, "draw")]


def test_each_of_several_who_tie_is_told_what_parts_it_from_the_one_above() -> None:
    plan = Plan((RatedStage((Criterion("a", 50, 10), Criterion("b", 50, 10))), PriceStage(PriceFormula.LOWEST)))
    tied = [entry("A", {"a": 6, "b": 4}, 9), entry("B", {"a": 5, "b": 5}, 1), entry("C", {"a": 5, "b": 5}, 2)]
    found = [(one.key, one.tie_break) for one in rank(plan, *tied)]
    assert found == [("A", "criterion 1"), ("B", "criterion 1"), ("C", "price")]


def test_with_a_fixed_price_the_price_breaks_no_tie() -> None:
    plan = Plan((RatedStage((Q,)), PriceStage(PriceFormula.NONE)))
    assert {one.tie_break for one in rank(plan, entry("A", {"q": 5}), entry("B", {"q": 5}, 3))} == {"draw"}


def test_totals_too_close_for_a_float_are_told_apart() -> None:
    plan = Plan((RatedStage((Q, R)),))
    nearly = Fraction(5) - Fraction(1, 10**30)
    a, b = entry("A", {"q": nearly, "r": 0}), entry("B", {"q": 5, "r": 0})
    for entries in permutations((a, b)):
        assert [(one.key, one.tie_break) for one in rank(plan, *entries)] == [("B", ""), ("A", "")]


@pytest.mark.parametrize("price", [(), (PriceStage(PriceFormula.LOWEST, 30),)])
def test_a_draw_orders_those_who_pass_whatever_their_points_and_prices(price: tuple[Stage, ...]) -> None:
    plan = Plan((MandatoryStage(("m",)), RatedStage((Q,)), *price, DrawStage()))
    entries = [entry(key, {"q": n}, n, m=key != "C") for n, key in enumerate("ABCDE")]
    placings = rank(plan, *entries)
    digests = {one.digest: one.key for one in entries if one.key != "C"}
    assert ranked(placings) == [digests[digest] for digest in draw.order(SEED, digests)]
    assert {(one.total, one.tie_break) for one in placings if one.rank} == {(None, "draw")}
    assert rank(plan, entries[0])[0].tie_break == ""
