"""From rows to the exact ranking and back: plan, entries, outcome, and the record that an award keeps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, Self

from app.core.bilingual import N_
from app.core.errors import NotNow
from evaluations import draw, scoring
from evaluations.models import Evaluation, Proponent
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
from evaluations.queries.proceedings import AWARDABLE, proponents
from evaluations.queries.sheets import criteria_of, evaluators_of, standing_scores
from evaluations.scoring import Placing, Result, Status
from opportunities.models import EvaluationPlan
from opportunities.models import Stage as StageRow
from proposals.queries import digests_of

FAR_UNDER_OTHERS = Fraction(60, 100)
FAR_UNDER_NEXT = Fraction(70, 100)


@dataclass(frozen=True)
class Ranked:
    """A proponent, how it came out, and the number that it draws."""

    proponent: Proponent
    placing: Placing
    digest: str
    drawn: int

    @property
    def awardable(self) -> bool:
        """It was ranked, and neither disqualified nor declined since."""
        return self.placing.status == Status.RANKED and self.proponent.proposal.state in AWARDABLE


@dataclass(frozen=True)
class Ranking:
    """The ranking as it stands now: those ranked in order, then those who left, stage by stage."""

    plan: Plan
    lines: tuple[Ranked, ...]
    evaluators: int

    @property
    def next_in_rank(self) -> Ranked | None:
        """The first that may still be awarded to."""
        return next((line for line in self.lines if line.awardable), None)

    def of(self, proponent: Proponent) -> Ranked | None:
        """Find the line of a proponent; a disqualified one has none."""
        return next((line for line in self.lines if line.proponent.id == proponent.id), None)

    @property
    def record(self) -> dict[str, Any]:
        """Give the JSON that an award keeps; fractions are written out exactly."""
        return {"evaluators": self.evaluators, "lines": [_written(line) for line in self.lines]}


def plan_of(plan: EvaluationPlan) -> Plan:
    """Read a plan's rows as the value that scoring works on; the budget is the opportunity's stated value."""
    stages: list[Stage] = [_stage(row) for row in plan.stages if row.kind != "price"]
    if plan.formula != "none":
        budget = plan.opportunity.value_cents or 0
        stages.append(PriceStage(PriceFormula(plan.formula), plan.price_weight, budget))
    if plan.award_by == "draw":
        stages.append(DrawStage())
    return Plan(tuple(stages))


def _stage(row: StageRow) -> Stage:
    if row.kind == "mandatory":
        return MandatoryStage(tuple(one.key for one in row.criteria))
    criteria = tuple(Criterion(one.key, one.weight, one.max_points, one.minimum or 0) for one in row.criteria)
    return RatedStage(criteria, row.top_n)


def ranking(evaluation: Evaluation) -> Ranking:
    """Rank the proposals that were not disqualified, exactly; refuses while the matrix has empty cells."""
    plan = plan_of(evaluation.opportunity.plan)
    evaluators = evaluators_of(evaluation.opportunity_id)
    remain = {str(one.number): one for one in proponents(evaluation) if one.proposal.state != "disqualified"}
    entries = _entries(evaluation, remain, evaluators)
    seed = bytes.fromhex(evaluation.seed)
    try:
        placings = scoring.rank(plan, entries.values(), evaluators=map(str, evaluators), seed=seed)
    except scoring.Incomplete as gaps:
        message = N_("The matrix is not complete: %(count)s scores are missing.")
        raise NotNow(message, count=len(gaps.missing)) from gaps
    lines = tuple(
        Ranked(remain[one.key], one, entries[one.key].digest.hex(), draw.number(seed, entries[one.key].digest))
        for one in placings
    )
    return Ranking(plan, lines, len(evaluators))


def _entries(evaluation: Evaluation, remain: Mapping[str, Proponent], evaluators: Sequence[int]) -> dict[str, Entry]:
    keys = {one.id: one.key for one in criteria_of(evaluation.opportunity)}
    points: dict[str, dict[str, dict[str, int]]] = {}
    judgements: dict[str, dict[str, dict[str, bool]]] = {}
    for number, evaluator, criterion, given, passed in standing_scores(evaluation, evaluators):
        if criterion in keys and given is not None:
            points.setdefault(str(number), {}).setdefault(keys[criterion], {})[str(evaluator)] = given
        elif criterion in keys and passed is not None:
            judgements.setdefault(str(number), {}).setdefault(keys[criterion], {})[str(evaluator)] = passed
    received = digests_of(one.proposal for one in remain.values())
    return {
        key: Entry(
            key, bytes.fromhex(received[one.proposal_id]), one.price_cents, judgements.get(key, {}), points.get(key, {})
        )
        for key, one in remain.items()
    }


def remaining(evaluation: Evaluation) -> int:
    """Count the proposals that may still win; once quality is locked, only those that were ranked."""
    if evaluation.state in ("locked", "decided") and evaluators_of(evaluation.opportunity_id):
        return sum(line.awardable for line in ranking(evaluation).lines)
    return sum(one.proposal.state in AWARDABLE for one in proponents(evaluation))


def abnormally_low(prices: Mapping[int, int]) -> frozenset[int]:
    """Name the proponents whose price asks for an explanation: 40% under the others' mean, or 30% under the next.

    `prices` are cents by proponent's number; two prices at least, or nothing can be compared.
    """
    found = set()
    for number, price in prices.items():
        others = sorted(cents for other, cents in prices.items() if other != number)
        if not others or price >= others[-1]:
            continue
        mean = Fraction(sum(others), len(others))
        if price <= FAR_UNDER_OTHERS * mean or price <= FAR_UNDER_NEXT * others[0]:
            found.add(number)
    return frozenset(found)


def _written(line: Ranked) -> dict[str, Any]:
    placing = line.placing
    return {
        "number": line.proponent.number,
        "digest": line.digest,
        "status": placing.status.value,
        "reasons": list(placing.reasons),
        "results": [[one.criterion, str(one.points), str(one.weighted)] for one in placing.results],
        "price_points": None if placing.price_points is None else str(placing.price_points),
        "total": None if placing.total is None else str(placing.total),
        "rank": placing.rank,
        "tie_break": placing.tie_break,
    }


@dataclass(frozen=True)
class Outcome:
    """The ranking that an award rests on, read back from its record."""

    evaluators: int
    lines: Mapping[int, Placing]
    digests: Mapping[int, str]

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """Read what `Ranking.record` gave."""
        lines = record.get("lines", [])
        return cls(
            record.get("evaluators", 0),
            {line["number"]: _read(line) for line in lines},
            {line["number"]: line["digest"] for line in lines},
        )

    @cached_property
    def ranked(self) -> tuple[tuple[int, Placing], ...]:
        """Those ranked, in order."""
        placed = [(number, line) for number, line in self.lines.items() if line.rank is not None]
        return tuple(sorted(placed, key=lambda pair: pair[1].rank or 0))


def _read(line: Mapping[str, Any]) -> Placing:
    return Placing(
        str(line["number"]),
        Status(line["status"]),
        tuple(line["reasons"]),
        tuple(Result(key, Fraction(points), Fraction(weighted)) for key, points, weighted in line["results"]),
        None if line["price_points"] is None else Fraction(line["price_points"]),
        None if line["total"] is None else Fraction(line["total"]),
        line["rank"],
        line["tie_break"],
    )
