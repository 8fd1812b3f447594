"""The officer sees how firmly the winner stands; each variation is a whole ranking of its own."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations import sensitivity
from evaluations.plan import Criterion, DrawStage, Entry, Plan, PriceFormula, PriceStage, RatedStage, Stage
from evaluations.scoring import Incomplete
from evaluations.sensitivity import Variation, Varied
from tests.evaluations.made import SEED, Case, cases, entry, from_bid, from_stages, rank, settled
from tests.evaluations.worked_cases import REVERSAL_BEFORE

QUALITY = RatedStage((Criterion("q", 70, 100),))
LOWEST = PriceStage(PriceFormula.LOWEST, 30)


def report(plan: Plan, *entries: Entry) -> sensitivity.Report:
    return sensitivity.report(plan, entries, seed=SEED)


def test_a_loser_who_leaves_and_turns_the_ranks_round_is_told() -> None:
    plan = from_stages(REVERSAL_BEFORE.stages)
    found = report(plan, *map(from_bid, REVERSAL_BEFORE.bids))
    lead = Fraction("46.2") + Fraction(30 * 25, 55) - 42 - Fraction(30 * 25, 45)
    assert (found.winner, found.margin, found.firm) == ("B", lead, False)
    assert found.of(Varied.BID) == (
        Variation(Varied.BID, "A", "B", changes=False, margin=Fraction(3291, 55) - 58),
        Variation(Varied.BID, "C", "A", changes=True, margin=72 - Fraction(3891, 55)),
    )


def test_weights_and_formulas_are_varied_one_by_one() -> None:
    plan = Plan((QUALITY, replace(LOWEST, budget_cents=60)))
    found = report(plan, entry("A", {"q": 60}, 45), entry("B", {"q": 66}, 55))
    assert [(one.subject, one.step) for one in found.of(Varied.WEIGHT)] == [
        ("q", -5),
        ("q", 5),
        ("price", -5),
        ("price", 5),
    ]
    assert [one.subject for one in found.of(Varied.FORMULA)] == ["absolute", "none"]
    assert [one.winner for one in found.variations if one.changes] == ["B"]
    assert found.of(Varied.FORMULA)[1] == Variation(Varied.FORMULA, "none", "B", changes=True, margin=Fraction("4.2"))


@pytest.mark.parametrize("price", [(), (LOWEST,)])
def test_a_draw_has_nothing_to_vary(price: tuple[Stage, ...]) -> None:
    plan = Plan((QUALITY, *price, DrawStage()))
    entries = [entry(key, {"q": 5}, 10) for key in "ABC"]
    assert report(plan, *entries) == sensitivity.Report(rank(plan, *entries)[0].key, None, ())


def test_one_bid_wins_whatever_is_varied_and_leads_nobody() -> None:
    found = report(Plan((QUALITY, LOWEST)), entry("A", {"q": 0}, 10))
    assert (found.winner, found.margin, found.firm, found.of(Varied.BID)) == ("A", None, True, ())
    assert {(one.winner, one.margin) for one in found.variations} == {("A", None)}


def test_with_nobody_ranked_there_is_nothing_to_vary() -> None:
    plan = Plan((RatedStage((Criterion("q", 70, 100, minimum=50),)), LOWEST))
    assert report(plan) == report(plan, entry("A", {"q": 0})) == sensitivity.Report(None, None, ())


def test_an_incomplete_matrix_is_refused_as_by_the_ranking() -> None:
    with pytest.raises(Incomplete):
        report(Plan((QUALITY,)), entry("A", {}))


def test_who_was_screened_out_is_not_put_in_the_place_of_who_leaves() -> None:
    plan = Plan((RatedStage((Criterion("q", 70, 100),), top=2), RatedStage((Criterion("r", 30, 100),), held=True)))
    inside = [entry("A", {"q": 90, "r": 90}), entry("B", {"q": 80, "r": 0})]
    found = report(plan, *inside, entry("C", {"q": 70}))
    assert found.of(Varied.BID) == (Variation(Varied.BID, "B", "A", changes=False, margin=None),)
    assert found.firm


def test_who_tied_at_a_cut_stays_in_when_weights_move() -> None:
    plan = Plan((RatedStage((Criterion("q", 50, 10), Criterion("r", 50, 10)), top=1),))
    found = report(plan, entry("A", {"q": 6, "r": 4}), entry("B", {"q": 4, "r": 6}))
    moved = [(one.winner, one.margin) for one in found.of(Varied.WEIGHT)]
    assert moved == [(winner, Fraction(2)) for winner in "BAAB"]


def test_where_all_who_came_through_have_gone_nobody_wins() -> None:
    plan = Plan((replace(QUALITY, top=1), RatedStage((Criterion("r", 30, 100),), held=True)))
    found = sensitivity.report(plan, [entry("C", {"q": 70})], seed=SEED, rounds_over=1)
    assert found == sensitivity.Report(None, None, ())


# --- weights ---------------------------------------------------------------------------------------------------------


def weights(plan: Plan) -> dict[str, int | Fraction]:
    return {one.key: one.weight for one in plan.criteria} | ({"price": plan.price.weight} if plan.price else {})


def test_the_other_weights_give_way_in_proportion() -> None:
    criteria = (Criterion("a", 50, 10), Criterion("b", 20, 10))
    moved = sensitivity.reweighed(Plan((RatedStage(criteria), LOWEST)), "a", 5)
    assert moved is not None
    assert weights(moved) == {"a": 55, "b": 18, "price": 27}


@pytest.mark.parametrize(("weight", "step"), [(3, -5), (100, 5), (98, 5), (100, -5)])
def test_a_weight_stays_between_nothing_and_the_sum(weight: int, step: int) -> None:
    criteria = (Criterion("a", weight, 10), Criterion("b", 100 - weight, 10))
    moved = sensitivity.reweighed(Plan((RatedStage(criteria),)), "a", step)
    assert moved is None


@given(cases(least=1), st.integers(-20, 20))
def test_the_sum_stays_whichever_weight_moves(case: Case, step: int) -> None:
    plan, _entries = case
    before = weights(plan)
    for subject in before:
        moved = sensitivity.reweighed(plan, subject, step)
        if moved is None:
            others = sum(before.values()) - before[subject]
            assert not others or not 0 <= before[subject] + step <= sum(before.values())
        else:
            after = weights(moved)
            assert sum(after.values()) == sum(before.values())
            assert after[subject] == before[subject] + step
            assert min(after.values()) >= 0
            kept = [(after[a] * before[b], after[b] * before[a]) for a in after for b in after if subject not in (a, b)]
            assert all(one == other for one, other in kept)


# --- each variation against the ranking of everything that is left ---------------------------------------------------


def varied(plan: Plan, entries: list[Entry]) -> Iterator[tuple[Varied, str, int, Plan, list[Entry]]]:
    """Every variation by the words of the rules: what is changed, and what is to be ranked then."""
    for one in rank(plan, *entries)[1:]:
        if one.rank is not None:
            yield Varied.BID, one.key, 0, plan, [other for other in entries if other.key != one.key]
    for subject in weights(plan):
        for step in (-5, 5):
            moved = sensitivity.reweighed(plan, subject, step)
            if moved:
                yield Varied.WEIGHT, subject, step, moved, entries
    for formula in PriceFormula if plan.price else ():
        if plan.price and plan.price.formula != formula:
            other = replace(plan.price, formula=formula)
            yield Varied.FORMULA, formula.value, 0, Plan((*plan.stages[:-1], other)), entries


@given(cases(draws=False))
def test_each_variation_is_the_ranking_of_all_that_is_left(case: Case) -> None:
    plan, entries = case
    over = settled(plan, entries)
    found = report(plan, *entries)
    assert found == report(plan, *over)
    variations = iter(found.variations)
    for kind, subject, step, other_plan, others in varied(plan, over) if found.winner else ():
        inside = [one for one in rank(other_plan, *others) if one.rank is not None]
        winner = inside[0].key if inside else None
        totals = [one.total for one in inside[:2] if one.total is not None]
        margin = totals[0] - totals[1] if len(totals) > 1 else None
        assert next(variations) == Variation(kind, subject, winner, winner != found.winner, margin, step)
    assert next(variations, None) is None
