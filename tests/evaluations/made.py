"""Plans and settled proposals for tests of the ranking: a few by hand, any number at random, and as the reference."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

from hypothesis import strategies as st

from evaluations import scoring
from evaluations.plan import (
    Criterion,
    DrawStage,
    Entry,
    MandatoryStage,
    Plan,
    PriceFormula,
    PriceStage,
    RatedStage,
    Stage,
)
from evaluations.scoring import Placing
from tests.evaluations import reference

SEED = hashlib.sha256(b"seed").digest()
Points = int | Fraction


def entry(key: str, points: Mapping[str, Points], price: int | None = None, *, passed: int = 0, **met: bool) -> Entry:
    return Entry(key, hashlib.sha256(key.encode()).digest(), price, met, points, passed)


def rank(plan: Plan, *entries: Entry) -> tuple[Placing, ...]:
    return scoring.rank(plan, entries, seed=SEED)


def ranked(placings: tuple[Placing, ...]) -> list[str]:
    return [one.key for one in placings if one.rank is not None]


def settled(plan: Plan, entries: list[Entry]) -> list[Entry]:
    """Write down every screening as it comes out now, so that it is over."""
    through, marked = len(plan.rounds), {one.key: 0 for one in entries}
    for number in range(1, through + 1):
        marked |= dict.fromkeys(ranked(rank(plan.through(number), *entries)), number)
    return [replace(one, rounds_passed=marked[one.key]) for one in entries]


# --- at random: every kind of stage, few enough values for ties, minimums that are missed, prices of nothing ---------

WEIGHTS: tuple[Points, ...] = (0, 10, 30, 30, Fraction(100, 3))
MINIMUMS: tuple[Points, ...] = (0, 0, 0, Fraction(1, 2), 1)
STEADY = (PriceFormula.ABSOLUTE, PriceFormula.NONE)
Case = tuple[Plan, list[Entry]]
T = TypeVar("T")


class Dial:
    """Choices out of one drawn number, digit by digit: drawing each by itself takes many times as long."""

    def __init__(self, drawn: bytes) -> None:
        self.number: int = int.from_bytes(drawn)

    def of(self, *choices: T) -> T:
        return choices[self.upto(len(choices) - 1)]

    def upto(self, most: int) -> int:
        self.number, place = divmod(self.number, most + 1)
        return place

    def whether(self) -> bool:
        return self.upto(1) == 1


def cases(
    formulas: tuple[PriceFormula, ...] = tuple(PriceFormula), *, tops: bool = True, draws: bool = True, least: int = 0
) -> st.SearchStrategy[Case]:
    """Any plan with these formulas, with or without cuts and a draw, and at least so many proposals."""

    def case(drawn: bytes, bids: list[bytes]) -> Case:
        plan = _plan(Dial(drawn), formulas, tops=tops, draws=draws)
        return plan, [_entry(f"P{number}", Dial(bid), plan) for number, bid in enumerate(bids)]

    bids = st.lists(st.binary(min_size=6, max_size=6), min_size=least, max_size=6)
    return st.builds(case, st.binary(min_size=12, max_size=12), bids)


def _plan(dial: Dial, formulas: tuple[PriceFormula, ...], *, tops: bool, draws: bool) -> Plan:
    stages: list[Stage] = [MandatoryStage(("m",))] if dial.whether() else []
    stages += [_rated(dial, place, tops=tops) for place in range(dial.of(1, 2, 3))]
    if dial.whether():
        stages.insert(dial.upto(len(stages)), MandatoryStage(("late",)))
    if dial.upto(2):
        stages.append(PriceStage(dial.of(*formulas), dial.of(*WEIGHTS), dial.upto(4)))
    if draws and dial.upto(4) == 1:
        stages.append(DrawStage())
    return Plan(tuple(stages))


def _rated(dial: Dial, place: int, *, tops: bool) -> RatedStage:
    criteria = tuple(
        Criterion(f"{place}-{number}", dial.of(*WEIGHTS), dial.of(1, 2, 3), dial.of(*MINIMUMS))
        for number in range(dial.of(1, 2))
    )
    return RatedStage(criteria, dial.of(None, 1, 2, 3) if tops else None, held=dial.whether())


def _entry(key: str, dial: Dial, plan: Plan) -> Entry:
    mandatory = [one for stage in plan.stages if isinstance(stage, MandatoryStage) for one in stage.criteria]
    price, met = dial.upto(4), {one: dial.upto(4) != 1 for one in mandatory}
    return entry(key, {one.key: Fraction(dial.upto(2 * one.max_points), 2) for one in plan.criteria}, price, **met)


# --- as the reference, which has words of its own --------------------------------------------------------------------


def as_stages(plan: Plan) -> reference.Stages:
    return tuple(_as_stage(stage) for stage in plan.stages)


def _as_stage(stage: Stage) -> reference.Stage:
    match stage:
        case MandatoryStage(criteria):
            return reference.Mandatory(criteria)
        case RatedStage(rated, top):
            return reference.Rated(
                tuple(reference.Criterion(c.key, c.weight, c.max_points, c.minimum) for c in rated), top
            )
        case PriceStage(formula, weight, budget):
            return reference.Price(formula.value, weight, budget)
        case DrawStage():
            return reference.Draw()


def as_bid(one: Entry) -> reference.Bid:
    return reference.Bid(one.key, one.digest, one.price_cents or 0, one.met, one.points)


def from_stages(stages: reference.Stages) -> Plan:
    return Plan(tuple(_from_stage(stage) for stage in stages))


def _from_stage(stage: reference.Stage) -> Stage:
    match stage:
        case reference.Mandatory(criteria):
            return MandatoryStage(criteria)
        case reference.Rated(rated, top):
            return RatedStage(tuple(Criterion(c.key, c.weight, c.max_points, c.minimum or 0) for c in rated), top)
        case reference.Price(formula, weight, budget):
            return PriceStage(PriceFormula(formula), weight, budget)
        case reference.Draw():
            return DrawStage()


def from_bid(bid: reference.Bid) -> Entry:
    return Entry(bid.key, bid.digest, bid.price_cents, bid.met, bid.points)
