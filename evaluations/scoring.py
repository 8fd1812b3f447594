"""How settled judgements become a ranking, and how ties break: exact, strict, the same for anyone who repeats it.

Each stage of a plan takes the proposals still in and lets some of them go on. Everything is counted in integers and
fractions; whoever shows a figure rounds it. A screening that is over stays as it was decided (`Entry.rounds_passed`):
those who were left out were judged no further, so nobody can be put in their place later.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from itertools import groupby, pairwise
from math import lcm

from evaluations import draw
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

ZERO = Fraction()


class Status(StrEnum):
    """What became of a proposal."""

    RANKED = "ranked"
    FAILED_MANDATORY = "failed_mandatory"
    BELOW_MINIMUM = "below_minimum"
    SCREENED_OUT = "screened_out"


@dataclass(frozen=True, slots=True)
class Missing:
    """A cell that is not settled: a criterion of a proposal; without criterion, its price."""

    proposal: str
    criterion: str | None


class Incomplete(Exception):
    """The matrix has unsettled cells, so nothing is ranked."""

    def __init__(self, missing: tuple[Missing, ...]) -> None:
        """Keep the unsettled cells, in the order of proposals and criteria."""
        super().__init__(f"{len(missing)} results are missing.")
        self.missing = missing


@dataclass(frozen=True, slots=True)
class Result:
    """The settled points on one criterion, and what they weigh in the total."""

    criterion: str
    points: int | Fraction
    weighted: Fraction


@dataclass(frozen=True, slots=True)
class Placing:
    """How one proposal came out.

    `reasons` are the keys of the criteria it failed. `tie_break` says what set it apart from its neighbour of equal
    total ("criterion 2" counting the plan's rated criteria from 1, "price", "draw"); empty when no other had its total.
    """

    key: str
    status: Status
    reasons: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()
    quality: Fraction = ZERO
    price_points: Fraction | None = None
    total: Fraction | None = None
    rank: int | None = None
    tie_break: str = ""


def rank(plan: Plan, entries: Iterable[Entry], *, seed: bytes, rounds_over: int = 0) -> tuple[Placing, ...]:
    """Rank proposals by a plan; the ranked first, in order, then the others stage by stage.

    `rounds_over` says how many rounds are over where no proposal tells: all who came through may have gone since.
    Raises Incomplete when a cell that the plan needs is not settled; whoever left at an earlier stage needs no later
    cell, nor does whoever was left out at a screening that is over.
    """
    remaining = [_Standing(entry, Placing(entry.key, Status.RANKED)) for entry in entries]
    _refuse_twice(remaining)
    over = max([rounds_over, *(standing.entry.rounds_passed for standing in remaining)])
    weigh = _Weights()
    out: list[Placing] = []
    for stage in plan.stages:
        _refuse_gaps(stage, remaining)
        judged = _screen(plan, stage, _judge(stage, remaining, weigh, plan.round_of(stage)), over)
        leaving = [standing for standing in judged if standing.placing.status != Status.RANKED]
        leaving.sort(key=lambda standing: draw.number(seed, standing.entry.digest))
        out = [*(standing.placing for standing in leaving), *out]
        remaining = [standing for standing in judged if standing.placing.status == Status.RANKED] if leaving else judged
    return (*_in_order(plan, remaining, seed), *out)


def price_points(stage: PriceStage, price_cents: int, lowest: int) -> Fraction:
    """The points of one price, `lowest` being the least of those still in; 0 earns the whole weight."""
    if price_cents < 0 or stage.budget_cents < 0:
        msg = "A price is not negative."
        raise ValueError(msg)
    if stage.formula == PriceFormula.NONE:
        return ZERO
    if price_cents == 0:
        return Fraction(stage.weight)
    if stage.formula == PriceFormula.LOWEST:
        return Fraction(stage.weight * lowest, price_cents)
    return Fraction(stage.weight * max(stage.budget_cents - price_cents, 0), stage.budget_cents or 1)


@dataclass(frozen=True, slots=True)
class _Standing:
    entry: Entry
    placing: Placing


class _Weights:
    """What points weigh, worked out once for each criterion and number of points, and added up in whole units."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int, int], Result] = {}

    def result(self, criterion: Criterion, points: int | Fraction) -> Result:
        """Weigh the points on a criterion; refuses what lies outside its scale."""
        cell = (criterion.key, points.numerator, points.denominator)
        found = self._known.get(cell)
        if found is None:
            if not 0 <= points <= criterion.max_points:
                msg = f"Points on {criterion.key} lie outside 0 to {criterion.max_points}."
                raise ValueError(msg)
            weighted = Fraction(criterion.weight * points) / criterion.max_points
            found = self._known[cell] = Result(criterion.key, points, weighted)
        return found

    def sums(self, rows: Sequence[tuple[Result, ...]]) -> list[Fraction]:
        """Add up each row of results; over one common denominator, so that adding is adding integers."""
        unit = lcm(*(one.weighted.denominator for one in self._known.values()))
        units = {id(one): one.weighted.numerator * (unit // one.weighted.denominator) for one in self._known.values()}
        return [Fraction(sum([units[id(one)] for one in row]), unit) for row in rows]


def _refuse_twice(standings: Sequence[_Standing]) -> None:
    if len({standing.entry.key for standing in standings}) != len(standings):
        msg = "A proposal is listed twice."
        raise ValueError(msg)
    if len({standing.entry.digest for standing in standings}) != len(standings):
        msg = "Two proposals have the same digest."
        raise ValueError(msg)


def _refuse_gaps(stage: Stage, standings: Sequence[_Standing]) -> None:
    missing = tuple(cell for standing in standings for cell in _gaps(stage, standing.entry))
    if missing:
        raise Incomplete(missing)


def _gaps(stage: Stage, entry: Entry) -> Iterable[Missing]:
    match stage:
        case MandatoryStage():
            return [Missing(entry.key, key) for key in stage.criteria if key not in entry.met]
        case RatedStage():
            return [Missing(entry.key, one.key) for one in stage.criteria if one.key not in entry.points]
        case PriceStage() if stage.formula != PriceFormula.NONE and entry.price_cents is None:
            return [Missing(entry.key, None)]
        case _:
            return []


def _judge(stage: Stage, standings: list[_Standing], weigh: _Weights, number: int) -> list[_Standing]:
    match stage:
        case MandatoryStage():
            return [_passed(standing, stage) for standing in standings]
        case RatedStage():
            return _rated(standings, stage, weigh, number)
        case PriceStage() if stage.formula != PriceFormula.NONE:
            lowest = min((standing.entry.price_cents or 0 for standing in standings), default=0)
            return [_priced(standing, stage, lowest) for standing in standings]
        case _:
            return standings


def _passed(standing: _Standing, stage: MandatoryStage) -> _Standing:
    failed = tuple(key for key in stage.criteria if not standing.entry.met[key])
    if not failed:
        return standing
    return _Standing(standing.entry, replace(standing.placing, status=Status.FAILED_MANDATORY, reasons=failed))


def _rated(standings: list[_Standing], stage: RatedStage, weigh: _Weights, number: int) -> list[_Standing]:
    rows = [tuple([weigh.result(one, s.entry.points[one.key]) for one in stage.criteria]) for s in standings]
    minimums = [(place, one) for place, one in enumerate(stage.criteria) if one.minimum]
    judged = []
    for standing, row, quality in zip(standings, rows, weigh.sums(rows), strict=True):
        before = standing.placing
        asked = minimums if standing.entry.rounds_passed < number else ()
        failed = tuple(one.key for place, one in asked if row[place].points < one.minimum)
        status = Status.BELOW_MINIMUM if failed else before.status
        placing = Placing(before.key, status, failed, before.results + row, before.quality + quality)
        judged.append(_Standing(standing.entry, placing))
    return judged


def _priced(standing: _Standing, stage: PriceStage, lowest: int) -> _Standing:
    stated = standing.entry.price_points
    points = price_points(stage, standing.entry.price_cents or 0, lowest) if stated is None else stated
    if not 0 <= points <= stage.weight:
        msg = f"Price points lie outside 0 to {stage.weight}."
        raise ValueError(msg)
    return _Standing(standing.entry, replace(standing.placing, price_points=points))


def _screen(plan: Plan, stage: Stage, standings: list[_Standing], over: int) -> list[_Standing]:
    """Let on the best by the points so far, with all who tie at the cut; or those who were let on, once it is over."""
    if not isinstance(stage, RatedStage) or stage.top is None:
        return standings
    number = plan.round_of(stage)
    if number <= over:
        return [_left_out(one) if one.entry.rounds_passed < number else one for one in standings]
    qualities = sorted((s.placing.quality for s in standings if s.placing.status == Status.RANKED), reverse=True)
    if len(qualities) <= stage.top:
        return standings
    cut = qualities[stage.top - 1]
    return [_left_out(one) if one.placing.quality < cut else one for one in standings]


def _left_out(standing: _Standing) -> _Standing:
    if standing.placing.status != Status.RANKED:
        return standing
    return _Standing(standing.entry, replace(standing.placing, status=Status.SCREENED_OUT))


def _in_order(plan: Plan, standings: Sequence[_Standing], seed: bytes) -> tuple[Placing, ...]:
    """Order those still in by their totals; those of equal total by the tie-breaks, the last of which is the draw."""
    if any(isinstance(stage, DrawStage) for stage in plan.stages):
        drawn = sorted(standings, key=lambda standing: draw.number(seed, standing.entry.digest))
        name = "draw" if len(drawn) > 1 else ""
        return tuple(replace(one.placing, rank=rank, tie_break=name) for rank, one in enumerate(drawn, 1))
    totals = [(_total(one.placing), one) for one in standings]
    totals.sort(key=lambda pair: (-float(pair[0]), -pair[0]))
    placed: list[Placing] = []
    for total, tied in groupby(totals, key=lambda pair: pair[0]):
        for standing, tie_break in _untied(plan, [standing for _total, standing in tied], seed):
            placed.append(_placed(standing.placing, total, len(placed) + 1, tie_break))
    return tuple(placed)


def _total(placing: Placing) -> Fraction:
    return placing.quality if placing.price_points is None else placing.quality + placing.price_points


def _placed(one: Placing, total: Fraction, rank: int, tie_break: str) -> Placing:
    return Placing(one.key, one.status, one.reasons, one.results, one.quality, one.price_points, total, rank, tie_break)


def _untied(plan: Plan, tied: list[_Standing], seed: bytes) -> Iterable[tuple[_Standing, str]]:
    """Put proposals of equal total in order, each with what parts it from the one above (the first: from below)."""
    if len(tied) == 1:
        return [(tied[0], "")]
    measures = _measures(plan)
    keyed = [([_measure(name, place, one, seed) for name, place in measures], one) for one in tied]
    keyed.sort(key=lambda pair: pair[0])
    parted = [_parting(measures, above[0], below[0]) for above, below in pairwise(keyed)]
    return zip((one for _key, one in keyed), [parted[0], *parted], strict=True)


def _measures(plan: Plan) -> tuple[tuple[str, int], ...]:
    """What proposals of equal total are compared by, in turn: its name, and which result it is if it is one."""
    numbered = sorted(enumerate(plan.criteria), key=lambda pair: -pair[1].weight)
    criteria = tuple((f"criterion {place + 1}", place) for place, _criterion in numbered)
    return (*criteria, *((("price", 0),) if plan.priced else ()), ("draw", 0))


def _measure(name: str, place: int, standing: _Standing, seed: bytes) -> int | Fraction:
    """One measure of a proposal, lower is better."""
    match name:
        case "price":
            return standing.entry.price_cents or 0
        case "draw":
            return draw.number(seed, standing.entry.digest)
        case _:
            return -standing.placing.results[place].weighted


def _parting(
    measures: Sequence[tuple[str, int]], above: Sequence[int | Fraction], below: Sequence[int | Fraction]
) -> str:  # fmt: skip
    return next(name for (name, _place), a, b in zip(measures, above, below, strict=True) if a != b)
