"""The ranking as it stands, its screenings, and the record that an award keeps."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, Self

from app.core.bilingual import N_
from app.core.errors import NotNow
from evaluations import draw, record, scoring
from evaluations.models import Evaluation, Proponent
from evaluations.plan import Plan
from evaluations.queries.proceedings import AWARDABLE, proponents
from evaluations.queries.settled import Settled, settled
from evaluations.queries.sheets import evaluators_of, judges_of, recusals
from evaluations.scoring import Placing, Status

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
    """The ranking as it stands now: those ranked in order, then those who left, stage by stage.

    `judges` says how many of the evaluators judge a proposal, by proponent's number.
    """

    settled: Settled
    lines: tuple[Ranked, ...]
    evaluators: int
    judges: Mapping[int, int]

    @property
    def plan(self) -> Plan:
        """The plan by which it was ranked."""
        return self.settled.plan

    @property
    def next_in_rank(self) -> Ranked | None:
        """The first that may still be awarded to."""
        return next((line for line in self.lines if line.awardable), None)

    def of(self, proponent: Proponent) -> Ranked | None:
        """Find the line of a proponent; a disqualified one has none."""
        return next((line for line in self.lines if line.proponent.id == proponent.id), None)


def placings(evaluation: Evaluation) -> tuple[Settled, tuple[Placing, ...]]:
    """Rank the proposals that were not disqualified, exactly; refuses while judgements are missing."""
    judged = settled(evaluation)
    return judged, _ranked(judged.plan, judged)


def ranking(evaluation: Evaluation) -> Ranking:
    """Rank the proposals that were not disqualified, each with its proponent."""
    judged, placed = placings(evaluation)
    listed = proponents(evaluation)
    by_key = {str(one.number): one for one in listed}
    digests = {one.key: one.digest for one in judged.entries}
    lines = tuple(
        Ranked(by_key[one.key], one, digests[one.key].hex(), draw.number(judged.seed, digests[one.key]))
        for one in placed
    )
    evaluators, recused = evaluators_of(evaluation.opportunity_id), recusals(evaluation)
    judges = {one.number: len(judges_of(one.id, evaluators, recused)) for one in listed}
    return Ranking(judged, lines, len(evaluators), judges)


def screening(evaluation: Evaluation) -> tuple[Settled, tuple[Placing, ...]]:
    """Say how the proposals come out at the end of the round under way."""
    judged = settled(evaluation)
    return judged, _ranked(judged.plan.through(evaluation.round), judged)


def _ranked(plan: Plan, judged: Settled) -> tuple[Placing, ...]:
    try:
        return scoring.rank(plan, judged.entries, seed=judged.seed, rounds_over=judged.rounds_over)
    except scoring.Incomplete as gaps:
        message = N_("The matrix is not complete: %(count)s results are missing.")
        raise NotNow(message, count=len(gaps.missing)) from gaps


def remaining(evaluation: Evaluation) -> int:
    """Count the proposals that may still win; once quality is locked, only those that were ranked."""
    listed = proponents(evaluation)
    if evaluation.state in ("locked", "decided") and evaluators_of(evaluation.opportunity_id):
        try:
            return sum(line.awardable for line in ranking(evaluation).lines)
        except NotNow:
            pass
    return sum(one.proposal.state in AWARDABLE and one.rounds_passed >= evaluation.round - 1 for one in listed)


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


@dataclass(frozen=True)
class Outcome:
    """The ranking that an award rests on, read back from its record."""

    evaluators: int
    lines: Mapping[int, Placing]
    digests: Mapping[int, str]

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Read the ranking that an award keeps."""
        lines = kept.get("lines", [])
        return cls(
            kept.get("evaluators", 0),
            {line["number"]: record.read(line) for line in lines},
            {line["number"]: line["digest"] for line in lines},
        )

    @cached_property
    def ranked(self) -> tuple[tuple[int, Placing], ...]:
        """Those ranked, in order."""
        placed = [(number, line) for number, line in self.lines.items() if line.rank is not None]
        return tuple(sorted(placed, key=lambda pair: pair[1].rank or 0))
