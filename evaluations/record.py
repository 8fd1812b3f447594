"""A ranking written down so that anyone can compute it again: what is published, and how it is checked.

Fractions are written out exactly (`7/2`). Prices of those who lose are not written: their points are, and the order of
prices, which is all that a tie-break asks. Who knows the formula can work a price back from exact points; a proponent
is a number here, never a name. Each record has its lines; the published file has the plan, the seed and its inputs,
every screening as it was decided (one a round), the ranking, and the awards; and `rounds_over`, how many rounds were
over, for when nobody who had come through is left.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from typing import Any

from app.core.bilingual import N_
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
from evaluations.scoring import Incomplete, Placing, Result, Status, rank

HELD = ("challenge", "interview")
Record = Mapping[str, Any]


def read_plan(plan: Record, budget_cents: int) -> Plan:
    """Read a published plan as the value that scoring works on; the budget is the opportunity's stated value."""
    stages: list[Stage] = [_stage(one) for one in plan["stages"]]
    if plan["formula"] != PriceFormula.NONE:
        stages.append(PriceStage(PriceFormula(plan["formula"]), plan["price_weight"], budget_cents))
    if plan["award_by"] == "draw":
        stages.append(DrawStage())
    return Plan(tuple(stages))


def _stage(one: Record) -> Stage:
    if one["kind"] == "mandatory":
        return MandatoryStage(tuple(criterion["key"] for criterion in one["criteria"]))
    criteria = tuple(
        Criterion(each["key"], each["weight"], each["max_points"], each["minimum"] or 0) for each in one["criteria"]
    )
    return RatedStage(criteria, one["top_n"], held=one["kind"] in HELD)


def written(placings: Iterable[Placing], entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Write a ranking's lines; the key of each proposal is its number as a proponent."""
    by_key = {one.key: one for one in entries}
    prices = sorted({one.price_cents for one in by_key.values() if one.price_cents is not None})
    return [_written(one, by_key[one.key], prices) for one in placings]


def _written(placing: Placing, entry: Entry, prices: list[int]) -> dict[str, Any]:
    return {
        "number": int(placing.key),
        "digest": entry.digest.hex(),
        "status": placing.status.value,
        "reasons": list(placing.reasons),
        "results": [[one.criterion, str(Fraction(one.points)), str(one.weighted)] for one in placing.results],
        "price_points": None if placing.price_points is None else str(placing.price_points),
        "price_order": None if entry.price_cents is None else prices.index(entry.price_cents) + 1,
        "rounds_passed": entry.rounds_passed,
        "total": None if placing.total is None else str(placing.total),
        "rank": placing.rank,
        "tie_break": placing.tie_break,
    }


def read(line: Record) -> Placing:
    """Read one line back."""
    results = tuple(Result(key, Fraction(points), Fraction(weighted)) for key, points, weighted in line["results"])
    return Placing(
        str(line["number"]),
        Status(line["status"]),
        tuple(line["reasons"]),
        results,
        sum((one.weighted for one in results), Fraction()),
        None if line["price_points"] is None else Fraction(line["price_points"]),
        None if line["total"] is None else Fraction(line["total"]),
        line["rank"],
        line["tie_break"],
    )


def _entry(line: Record, plan: Plan) -> Entry:
    """Take from a line what was put into the ranking: the settled judgements, not what came out."""
    mandatory = [key for stage in plan.stages if isinstance(stage, MandatoryStage) for key in stage.criteria]
    failed = set(line["reasons"])
    return Entry(
        str(line["number"]),
        bytes.fromhex(line["digest"]),
        line["price_order"] if line["price_order"] is not None else (0 if plan.priced else None),
        {key: key not in failed for key in mandatory},
        {key: Fraction(points) for key, points, _weighted in line["results"]},
        line["rounds_passed"],
        None if line["price_points"] is None else Fraction(line["price_points"]),
    )


@dataclass(frozen=True)
class Difference:
    """One thing that does not agree: a sentence for the catalogues with its values, and the screening it is about.

    `screening` counts from 1; 0 is the ranking, None the file as a whole.
    """

    text: str
    values: Mapping[str, object] = field(default_factory=dict)
    screening: int | None = None

    def __str__(self) -> str:
        """Say it in English."""
        said = self.text % self.values
        if self.screening is None:
            return said
        return f"Screening {self.screening}: {said}" if self.screening else f"Ranking: {said}"


def differences(published: Record) -> tuple[Difference, ...]:
    """Compute a published result again; gives what does not agree, and nothing when all does."""
    found: list[Difference] = []
    try:
        for difference in _differences(published):
            found.append(difference)  # noqa: PERF402  (what was found before a fault is told too)
    except (ArithmeticError, LookupError, TypeError, ValueError) as fault:
        why = f"{type(fault).__name__}: {fault}"
        found.append(Difference(N_("The file cannot be read further (%(fault)s)."), {"fault": why}))
    return tuple(found)


def _differences(published: Record) -> Iterator[Difference]:
    if _canonical_hash(published["plan"]) != published["plan_hash"]:
        yield Difference(N_("The plan’s hash is not the one frozen at publication."))
    closing = datetime.fromisoformat(published["closing_at"])
    received = [bytes.fromhex(digest) for digest in published["digests"]]
    seed = draw.make_seed(published["ocid"], closing, received)
    if seed.hex() != published["seed"]:
        yield Difference(N_("The seed does not follow from the closing time and the digests."))
    plan = read_plan(published["plan"], published["budget_cents"])
    for number, lines in enumerate(published["screenings"], 1):
        yield from _foreign(number, lines, received)
        yield from _unlike(number, plan.through(number), lines, seed, number - 1)
        yield from _unscreened(number, lines, published["lines"])
    yield from _foreign(0, published["lines"], received)
    yield from _unlike(0, plan, published["lines"], seed, published.get("rounds_over", 0))
    yield from _unawarded(published)


def _foreign(screening: int, lines: list[Record], received: list[bytes]) -> Iterator[Difference]:
    strange = N_("Proponent %(number)s has a digest that was not received.")
    for line in lines:
        if bytes.fromhex(line["digest"]) not in received:
            yield Difference(strange, {"number": line["number"]}, screening)


def _unscreened(screening: int, screened: list[Record], lines: list[Record]) -> Iterator[Difference]:
    otherwise = N_("Proponent %(number)s is ranked as if it had come out otherwise.")
    let_on = {line["number"] for line in screened if line["rank"] is not None}
    for line in lines:
        if (line["rounds_passed"] >= screening) != (line["number"] in let_on):
            yield Difference(otherwise, {"number": line["number"]}, screening)


def _unlike(screening: int, plan: Plan, lines: list[Record], seed: bytes, rounds_over: int) -> Iterator[Difference]:
    try:
        placings = rank(plan, [_entry(line, plan) for line in lines], seed=seed, rounds_over=rounds_over)
    except (Incomplete, ValueError) as fault:
        yield Difference(N_("It cannot be computed (%(fault)s)."), {"fault": str(fault)}, screening)
        return
    computed = {one.key: one for one in placings}
    for line in lines:
        if computed[str(line["number"])] != read(line):
            yield Difference(N_("Proponent %(number)s comes out otherwise."), {"number": line["number"]}, screening)
    if list(computed) != [str(line["number"]) for line in lines]:
        yield Difference(N_("The lines stand in another order."), screening=screening)
    priced = sorted((line["price_order"], -Fraction(line["price_points"])) for line in lines if line["price_points"])
    for (order, points), (next_order, next_points) in pairwise(priced):
        if points > next_points or (order == next_order and points != next_points):
            yield Difference(N_("The points of prices do not follow their order."), screening=screening)


def _unawarded(published: Record) -> Iterator[Difference]:
    ranks = {line["number"]: line["rank"] for line in published["lines"]}
    for award in published["awards"]:
        if ranks.get(award["number"]) is None:
            unranked = N_("Proponent %(number)s was awarded to and not ranked.")
            yield Difference(unranked, {"number": award["number"]})


def _canonical_hash(plan: Record) -> str:
    text = json.dumps(plan, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
