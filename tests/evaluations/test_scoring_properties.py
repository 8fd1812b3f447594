"""Whatever the plan and the scores, the ranking is strict, the same for all, monotone, and as slowly reckoned."""

import hashlib
from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from evaluations.plan import DrawStage, Entry, Plan, PriceFormula, RatedStage
from evaluations.scoring import Placing
from tests.evaluations import reference
from tests.evaluations.made import (
    SEED,
    STEADY,
    Case,
    as_bid,
    as_stages,
    cases,
    rank,
    ranked,
    settled,
)


@given(cases())
def test_it_comes_out_as_the_slow_reckoning_of_the_rules(case: Case) -> None:
    plan, entries = case
    placings = rank(plan, *entries)
    expected = reference.rank(as_stages(plan), [as_bid(one) for one in entries], SEED)
    assert ranked(placings) == [key for key, _total in expected.ranked]
    if not any(isinstance(stage, DrawStage) for stage in plan.stages):
        assert [(one.key, one.total) for one in placings if one.rank] == list(expected.ranked)
    assert {one.key: one.status.value for one in placings if one.rank is None} == expected.left


@given(cases())
def test_it_is_a_strict_total_order_of_all_proposals(case: Case) -> None:
    plan, entries = case
    placings = rank(plan, *entries)
    first = len(ranked(placings))
    assert [one.rank for one in placings] == [*range(1, first + 1), *[None] * (len(entries) - first)]
    assert sorted(one.key for one in placings) == sorted(one.key for one in entries)
    totals = [one.total for one in placings[:first] if one.total is not None]
    assert totals == sorted(totals, reverse=True)


@given(cases())
def test_what_breaks_a_tie_is_told_exactly_where_totals_are_equal(case: Case) -> None:
    plan, entries = case
    inside = [one for one in rank(plan, *entries) if one.rank]
    for one in inside:
        shared = [other for other in inside if other.total == one.total]
        assert (one.tie_break != "") == (len(shared) > 1)


@given(cases(), st.data())
def test_neither_order_of_arrival_nor_names_in_any_script_count(case: Case, data: st.DataObject) -> None:
    plan, entries = case
    names = data.draw(st.lists(st.text(max_size=4), min_size=len(entries), max_size=len(entries), unique=True))
    renamed = {one.key: name for one, name in zip(entries, names, strict=True)}
    shuffled = data.draw(st.permutations([replace(one, key=renamed[one.key]) for one in entries]))
    assert rank(plan, *shuffled) == tuple(replace(one, key=renamed[one.key]) for one in rank(plan, *entries))


@given(cases(), st.data())
def test_names_of_criteria_do_not_count(case: Case, data: st.DataObject) -> None:
    plan, entries = case
    keys = [one.key for one in plan.criteria]
    other = dict(zip(keys, data.draw(st.permutations(keys)), strict=True))
    stages = [
        replace(stage, criteria=tuple(replace(one, key=other[one.key]) for one in stage.criteria))
        if isinstance(stage, RatedStage)
        else stage
        for stage in plan.stages
    ]
    renamed = [replace(one, points={other[key]: points for key, points in one.points.items()}) for one in entries]
    places = [(one.key, one.status, one.total, one.tie_break) for one in rank(plan, *entries)]
    assert [(one.key, one.status, one.total, one.tie_break) for one in rank(Plan(tuple(stages)), *renamed)] == places


def raised(plan: Plan, entries: list[Entry], data: st.DataObject) -> tuple[str, list[Entry]]:
    """Give one proposal more points on one criterion."""
    lucky, criterion = data.draw(st.sampled_from(entries)), data.draw(st.sampled_from(plan.criteria))
    had = Fraction(lucky.points[criterion.key])
    more = data.draw(st.integers(0, 2)) * (criterion.max_points - had) / 2
    better = replace(lucky, points={**lucky.points, criterion.key: had + more})
    return lucky.key, [better if one is lucky else one for one in entries]


def place(placings: tuple[Placing, ...], key: str) -> float:
    rank = next(one.rank for one in placings if one.key == key)
    return float("inf") if rank is None else rank


@given(cases(STEADY, least=1), st.data())
def test_a_better_score_never_worsens_the_rank(case: Case, data: st.DataObject) -> None:
    plan, entries = case
    lucky, better = raised(plan, entries, data)
    assert place(rank(plan, *better), lucky) <= place(rank(plan, *entries), lucky)


@given(cases((PriceFormula.LOWEST,), least=1), st.data())
def test_nor_with_the_lowest_price_once_the_screenings_are_over(case: Case, data: st.DataObject) -> None:
    plan, entries = case
    over = [replace(one, rounds_passed=len(plan.rounds)) for one in entries]
    lucky, better = raised(plan, over, data)
    assert place(rank(plan, *better), lucky) <= place(rank(plan, *over), lucky)


@given(cases((PriceFormula.ABSOLUTE,), least=2), st.data())
def test_with_the_absolute_price_a_loser_who_leaves_changes_no_order(case: Case, data: st.DataObject) -> None:
    plan, entries = case
    over = settled(plan, entries)
    full = ranked(rank(plan, *over))
    assert full == ranked(rank(plan, *entries))
    for loser in full[1:]:
        staying = [one for one in over if one.key != loser]
        assert ranked(rank(plan, *staying)) == [key for key in full if key != loser]


@given(cases())
def test_screenings_that_are_over_come_out_as_they_did(case: Case) -> None:
    plan, entries = case
    over = settled(plan, entries)
    assert rank(plan, *over) == rank(plan, *entries)
    for loser in over:
        staying = [one for one in over if one.rounds_passed == 0 or one is not loser]
        inside = {one.key for one in staying if one.rounds_passed == len(plan.rounds)}
        assert set(ranked(rank(plan, *staying))) == inside or not inside


@given(cases(draws=False), st.binary(min_size=32, max_size=32))
def test_the_seed_decides_only_where_all_else_is_equal(case: Case, other: bytes) -> None:
    plan, entries = case
    prices = {one.key: one.price_cents for one in entries if plan.priced}

    def standing(placings: tuple[Placing, ...]) -> list[object]:
        weighed = [(one.key, one.total, [each.weighted for each in one.results]) for one in placings if one.rank]
        return [(total, results, prices.get(key)) for key, total, results in weighed]

    elsewhere = [replace(one, digest=hashlib.sha256(other + one.digest).digest()) for one in entries]
    assert standing(rank(plan, *entries)) == standing(rank(plan, *elsewhere))
