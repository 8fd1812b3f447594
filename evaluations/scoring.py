"""How scores become a ranking, and how ties break: exact, strict, the same for anyone who repeats it.

Each stage of a plan takes the proposals still in and lets some of them go on. Everything is counted in integers and
fractions; whoever shows a figure rounds it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

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


class Status(StrEnum):
    """What became of a proposal."""

    RANKED = "ranked"
    FAILED_MANDATORY = "failed_mandatory"
    BELOW_MINIMUM = "below_minimum"
    SCREENED_OUT = "screened_out"


@dataclass(frozen=True, slots=True)
class Missing:
    """An empty cell: no result by this evaluator (or none at all) on a criterion; without criterion, no price."""

    proposal: str
    criterion: str | None
    evaluator: str | None


class Incomplete(Exception):
    """The matrix has empty cells, so nothing is ranked."""

    def __init__(self, missing: tuple[Missing, ...]) -> None:
        """Keep the empty cells, in the order of proposals and criteria."""
        super().__init__(f"{len(missing)} results are missing.")
        self.missing = missing


@dataclass(frozen=True, slots=True)
class Result:
    """The mean (or agreed) points on one criterion, and what they weigh in the total."""

    criterion: str
    points: Fraction
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
    price_points: Fraction | None = None
    total: Fraction | None = None
    rank: int | None = None
    tie_break: str = ""

    @property
    def quality(self) -> Fraction:
        """The weighted points on all rated criteria so far."""
        return sum((result.weighted for result in self.results), Fraction())


def rank(plan: Plan, entries: Iterable[Entry], *, evaluators: Iterable[str], seed: bytes) -> tuple[Placing, ...]:
    """Rank proposals by a plan; the ranked first, in order, then the others stage by stage.

    Only results of `evaluators` count: those of a recused person stay in the record and weigh nothing. Raises
    Incomplete when a cell that the plan needs is empty; whoever left at an earlier stage needs no later cell.
    """
    panel = tuple(sorted(set(evaluators)))
    remaining = [_Standing(entry, Placing(entry.key, Status.RANKED)) for entry in entries]
    if len({standing.entry.key for standing in remaining}) != len(remaining):
        msg = "A proposal is listed twice."
        raise ValueError(msg)
    out: list[Placing] = []
    for stage in plan.stages:
        _refuse_gaps(stage, remaining, panel)
        judged = [_judge(stage, standing, remaining, panel) for standing in remaining]
        judged = _screen(stage, judged)
        leaving = [standing for standing in judged if standing.placing.status != Status.RANKED]
        leaving.sort(key=lambda standing: draw.number(seed, standing.entry.digest))
        out = [*(standing.placing for standing in leaving), *out]
        remaining = [standing for standing in judged if standing.placing.status == Status.RANKED]
    return (*_in_order(plan, remaining, seed), *out)


def rank_by_draw(entries: Iterable[Entry], *, seed: bytes) -> tuple[Placing, ...]:
    """Order proposals that all pass by the draw alone."""
    standings = [_Standing(entry, Placing(entry.key, Status.RANKED)) for entry in entries]
    return _in_order(Plan((DrawStage(),)), standings, seed)


def price_points(stage: PriceStage, price_cents: int, prices: Sequence[int]) -> Fraction:
    """The points of one price among the prices still in; a price of 0 earns the whole weight, whatever the others."""
    if price_cents < 0 or stage.budget_cents < 0:
        msg = "A price is not negative."
        raise ValueError(msg)
    if stage.formula == PriceFormula.NONE:
        return Fraction()
    if price_cents == 0:
        return Fraction(stage.weight)
    if stage.formula == PriceFormula.LOWEST:
        return stage.weight * Fraction(min(prices), price_cents)
    return stage.weight * Fraction(max(stage.budget_cents - price_cents, 0), stage.budget_cents or 1)


def is_met(judgements: Iterable[bool]) -> bool:
    """A mandatory criterion is met when more than half of those who judge it find so."""
    votes = list(judgements)
    return 2 * sum(votes) > len(votes)


@dataclass(frozen=True, slots=True)
class _Standing:
    entry: Entry
    placing: Placing


def _refuse_gaps(stage: Stage, standings: Sequence[_Standing], panel: tuple[str, ...]) -> None:
    missing = tuple(cell for standing in standings for cell in _gaps(stage, standing.entry, panel))
    if missing:
        raise Incomplete(missing)


def _gaps(stage: Stage, entry: Entry, panel: tuple[str, ...]) -> Iterable[Missing]:
    match stage:
        case MandatoryStage():
            cells = [(key, key in entry.agreed_met, entry.judgements.get(key, {}).keys()) for key in stage.criteria]
        case RatedStage():
            keys = [criterion.key for criterion in stage.criteria]
            cells = [(key, key in entry.agreed_points, entry.points.get(key, {}).keys()) for key in keys]
        case PriceStage() if stage.formula != PriceFormula.NONE and entry.price_cents is None:
            return [Missing(entry.key, None, None)]
        case _:
            return []
    who: tuple[str | None, ...] = panel or (None,)
    return [
        Missing(entry.key, key, one) for key, agreed, given in cells if not agreed for one in who if one not in given
    ]


def _judge(stage: Stage, standing: _Standing, among: Sequence[_Standing], panel: tuple[str, ...]) -> _Standing:
    entry, placing = standing.entry, standing.placing
    match stage:
        case MandatoryStage():
            failed = tuple(key for key in stage.criteria if not _met(entry, key, panel))
            return _Standing(entry, _leaves(placing, Status.FAILED_MANDATORY, failed))
        case RatedStage():
            results = tuple(_result(entry, criterion, panel) for criterion in stage.criteria)
            pairs = zip(stage.criteria, results, strict=True)
            failed = tuple(criterion.key for criterion, result in pairs if result.points < criterion.minimum)
            placing = replace(placing, results=placing.results + results)
            return _Standing(entry, _leaves(placing, Status.BELOW_MINIMUM, failed))
        case PriceStage() if stage.formula != PriceFormula.NONE:
            prices = [other.entry.price_cents or 0 for other in among]
            points = price_points(stage, entry.price_cents or 0, prices)
            return _Standing(entry, replace(placing, price_points=points))
        case _:
            return standing


def _leaves(placing: Placing, status: Status, reasons: tuple[str, ...]) -> Placing:
    return replace(placing, status=status, reasons=reasons) if reasons else placing


def _met(entry: Entry, key: str, panel: tuple[str, ...]) -> bool:
    if key in entry.agreed_met:
        return entry.agreed_met[key]
    return is_met(entry.judgements[key][evaluator] for evaluator in panel)


def _result(entry: Entry, criterion: Criterion, panel: tuple[str, ...]) -> Result:
    if criterion.key in entry.agreed_points:
        given = [entry.agreed_points[criterion.key]]
    else:
        given = [entry.points[criterion.key][evaluator] for evaluator in panel]
    if not all(0 <= points <= criterion.max_points for points in given):
        msg = f"Points on {criterion.key} lie outside 0 to {criterion.max_points}."
        raise ValueError(msg)
    mean = Fraction(sum(given), len(given))
    return Result(criterion.key, mean, criterion.weight * mean / criterion.max_points)


def _screen(stage: Stage, standings: list[_Standing]) -> list[_Standing]:
    """Let on the best by the points so far, with all who tie at the cut."""
    if not isinstance(stage, RatedStage) or stage.top is None:
        return standings
    qualities = sorted((s.placing.quality for s in standings if s.placing.status == Status.RANKED), reverse=True)
    if len(qualities) <= stage.top:
        return standings
    cut = qualities[max(stage.top, 1) - 1]
    return [
        replace(s, placing=replace(s.placing, status=Status.SCREENED_OUT))
        if s.placing.status == Status.RANKED and s.placing.quality < cut
        else s
        for s in standings
    ]


def _measures(plan: Plan) -> tuple[tuple[str, str], ...]:
    """What proposals are compared by, in turn: the name of each measure, and its criterion if it is one."""
    if any(isinstance(stage, DrawStage) for stage in plan.stages):
        return (("draw", ""),)
    numbered = sorted(enumerate(plan.criteria, start=1), key=lambda pair: -pair[1].weight)
    criteria = tuple((f"criterion {number}", criterion.key) for number, criterion in numbered)
    return (("total", ""), *criteria, *((("price", ""),) if plan.priced else ()), ("draw", ""))


def _in_order(plan: Plan, standings: Sequence[_Standing], seed: bytes) -> tuple[Placing, ...]:
    if len({standing.entry.digest for standing in standings}) != len(standings):
        msg = "Two proposals have the same digest."
        raise ValueError(msg)
    measures = _measures(plan)
    keyed = [([_measure(*m, standing, seed) for m in measures], standing.placing) for standing in standings]
    keyed.sort(key=lambda pair: pair[0])
    keys = [key for key, _ in keyed]
    names = [name for name, _ in measures]
    return tuple(
        replace(
            placing,
            rank=position + 1,
            total=None if names[0] == "draw" else _total(placing),
            tie_break=_tie_break(keys, position, names),
        )
        for position, (_, placing) in enumerate(keyed)
    )


def _measure(name: str, criterion: str, standing: _Standing, seed: bytes) -> Fraction | int:
    """One measure of a proposal, lower is better."""
    match name:
        case "total":
            return -_total(standing.placing)
        case "price":
            return standing.entry.price_cents or 0
        case "draw":
            return draw.number(seed, standing.entry.digest)
        case _:
            return -next(r.weighted for r in standing.placing.results if r.criterion == criterion)


def _total(placing: Placing) -> Fraction:
    return placing.quality + (placing.price_points or 0)


def _tie_break(keys: Sequence[Sequence[Fraction | int]], position: int, names: Sequence[str]) -> str:
    """What parts a proposal from the one above of equal total, else from the one below."""
    if names[0] == "draw":
        return "draw" if len(keys) > 1 else ""
    mine = keys[position]
    for other in (position - 1, position + 1):
        if 0 <= other < len(keys) and keys[other][0] == mine[0]:
            return next(name for name, a, b in zip(names, mine, keys[other], strict=True) if a != b)
    return ""
