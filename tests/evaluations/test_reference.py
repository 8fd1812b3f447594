"""The slow reckoning is itself held to cases worked by hand."""

import hashlib
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evaluations.reference import (
    Bid,
    Criterion,
    Draw,
    Mandatory,
    Outcome,
    Points,
    Price,
    Rated,
    Stages,
    rank,
)
from tests.evaluations.worked_cases import CASES, Case

SEED = b"s" * 32


def keys(stages: Stages, *bids: Bid) -> list[str]:
    return [key for key, _ in rank(stages, bids, SEED).ranked]


def totals(stages: Stages, *bids: Bid) -> dict[str, Fraction]:
    return dict(rank(stages, bids, SEED).ranked)


def drawn(bid: Bid) -> str:
    return hashlib.sha256(SEED + bid.digest).hexdigest()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_known_format_comes_out_as_worked_by_hand(case: Case) -> None:
    for bids in permutations(case.bids):
        assert rank(case.stages, bids, SEED) == Outcome(case.ranked, case.left)


@pytest.mark.parametrize("formula", ["absolute", "lowest"])
def test_a_price_of_nothing_earns_the_whole_weight_and_nothing_divides_by_zero(formula: str) -> None:
    free, dear = Bid("free", price_cents=0), Bid("dear", price_cents=5)
    budgets: list[Stages] = [(Price("absolute", 30, budget),) for budget in (0, 5)]
    for stages in budgets if formula == "absolute" else [(Price("lowest", 30),)]:
        assert totals(stages, free, dear) == {"free": 30, "dear": 0}
        assert totals(stages, free) == {"free": 30}


def test_a_weight_of_nothing_gives_nothing_and_breaks_no_tie() -> None:
    stages = (Rated((Criterion("a", 0, 10),)), Price("lowest", 0))
    much, cheap = Bid("much", b"m", 9, points={"a": 10}), Bid("cheap", b"c", 8, points={"a": 0})
    assert totals(stages, much, cheap) == {"cheap": 0, "much": 0}
    assert keys(stages, much, cheap) == ["cheap", "much"]


def test_equal_weights_break_a_tie_in_the_order_of_the_plan() -> None:
    first, second = Criterion("a", 50, 10), Criterion("b", 50, 10)
    one, other = Bid("one", points={"a": 9, "b": 1}), Bid("other", points={"a": 1, "b": 9})
    assert keys((Rated((first,)), Rated((second,))), one, other) == ["one", "other"]
    assert keys((Rated((second,)), Rated((first,))), one, other) == ["other", "one"]


@pytest.mark.parametrize(("formula", "decides"), [("absolute", True), ("lowest", True), ("none", False)])
def test_the_lower_price_breaks_a_tie_only_where_prices_are_compared(formula: str, decides: bool) -> None:  # noqa: FBT001
    prices = {"absolute": Price("absolute", 0, 10), "lowest": Price("lowest"), "none": Price("none")}
    lucky, other = sorted((b"x" * 32, b"y" * 32), key=lambda digest: drawn(Bid("", digest)))
    bids = [Bid("dear", lucky, 9), Bid("cheap", other, 8)]
    assert keys((prices[formula],), *bids) == (["cheap", "dear"] if decides else ["dear", "cheap"])


def test_a_draw_orders_those_still_in_whatever_their_points() -> None:
    stages = (Mandatory(("m",)), Rated((Criterion("a", 100, 10, 5),)), Draw())
    bids = [Bid(str(n), bytes([n]) * 32, met={"m": n != 3}, points={"a": n}) for n in range(11)]
    outcome = rank(stages, bids, SEED)
    assert outcome.ranked == tuple((bid.key, Fraction(int(bid.key) * 10)) for bid in sorted(bids[5:], key=drawn))
    assert outcome.left == {"3": "failed_mandatory"} | dict.fromkeys("0124", "below_minimum")


@pytest.mark.parametrize(
    "stages",
    [(Price("none"), Rated(())), (Draw(), Mandatory(())), (Price("none"), Price("none"))],
)
def test_only_a_draw_follows_the_price(stages: Stages) -> None:
    with pytest.raises(ValueError, match="only a draw"):
        rank(stages, [])


def bids_of(points: list[tuple[int, int, int]]) -> list[Bid]:
    return [Bid(str(n), bytes([n]) * 32, price, points={"a": a, "b": b}) for n, (a, b, price) in enumerate(points)]


MANY = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 4)), max_size=6).map(bids_of)
WEIGHTS = st.sampled_from([0, 20, 50, Fraction(100, 3)])


@given(MANY, WEIGHTS, st.none() | st.integers(1, 3), st.data())
def test_with_the_absolute_price_a_loser_who_leaves_after_the_screening_changes_no_order(
    bids: list[Bid], weight: Points, top: int | None, data: st.DataObject
) -> None:
    rated, price = Rated((Criterion("a", weight, 3), Criterion("b", 30, 3, 1)), top), Price("absolute", 20, 3)
    stages = (rated, price)
    outcome = rank(stages, data.draw(st.permutations(bids)), SEED)
    assert outcome == rank(stages, bids, SEED)
    assert {key for key, _ in outcome.ranked}.isdisjoint(outcome.left)
    assert len(outcome.ranked) + len(outcome.left) == len(bids)
    inside = [bid for bid in bids if bid.key not in outcome.left]
    for leaver in inside:
        without = rank((Rated(rated.criteria), price), [bid for bid in inside if bid != leaver], SEED)
        assert without.ranked == tuple(pair for pair in outcome.ranked if pair[0] != leaver.key)
