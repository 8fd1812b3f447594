"""What an officer weighs before awarding: how complete, how firm, how far evaluators agree. Information, no gate."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from app.core.errors import NotNow
from evaluations import reliability, sensitivity
from evaluations.models import Agreement, Evaluation, Proponent, Score
from evaluations.queries.proceedings import proponents
from evaluations.queries.ranking import placings
from evaluations.queries.settled import agreements, individual_scores, settled
from evaluations.queries.sheets import criteria_of, evaluators_of, judges_of, recusals, round_criteria
from evaluations.reliability import Level, Ratings, Spread
from evaluations.sensitivity import Report
from opportunities.models import Criterion


@dataclass(frozen=True)
class Judged:
    """One cell of the matrix: the scores that stand, how many are wanted, what the panel agreed, whether it is settled.

    A cell may have every score and not be settled: the panel is divided, or has to agree.
    """

    scores: tuple[Score, ...]
    wanted: int
    agreed: Agreement | None
    complete: bool


@dataclass(frozen=True)
class Accord:
    """How far evaluators agree on one rated criterion; a figure is None where it is undefined.

    `widest` and `typical` are the greatest and the mean distance between scores of one proposal, in points; `gap`:
    somebody did not score a proposal that others did, so that ICC is undefined.
    """

    criterion: Criterion
    widest: int | Fraction | None
    typical: Fraction | None
    ordinal: Fraction | None
    interval: Fraction | None
    icc: Fraction | None
    gap: bool


@dataclass(frozen=True)
class Analysis:
    """The matrix of those not disqualified, how far evaluators agree, and how firmly the first stands.

    `report` is None while judgements are missing.
    """

    criteria: tuple[Criterion, ...]
    proponents: tuple[Proponent, ...]
    cells: Mapping[tuple[int, int], Judged]
    accords: tuple[Accord, ...]
    report: Report | None

    @property
    def incomplete(self) -> int:
        """How many cells are still open."""
        return sum(not cell.complete for cell in self.cells.values())


def firmness(evaluation: Evaluation) -> Report:
    """Say who is first under each changed assumption; refuses while judgements are missing."""
    judged, _placed = placings(evaluation)
    return sensitivity.report(judged.plan, judged.entries, seed=judged.seed, rounds_over=evaluation.round - 1)


def analysis(evaluation: Evaluation) -> Analysis:
    """Gather what an officer weighs before awarding."""
    criteria = tuple(criteria_of(evaluation.opportunity))
    listed = tuple(one for one in proponents(evaluation) if one.proposal.state != "disqualified")
    cells = _cells(evaluation, listed, criteria)
    rated = [one for one in criteria if one.stage.kind != "mandatory"]
    accords = tuple(_accord(one, _ratings(one, listed, cells)) for one in rated)
    try:
        return Analysis(criteria, listed, cells, accords, firmness(evaluation))
    except NotNow:
        return Analysis(criteria, listed, cells, accords, None)


def _cells(
    evaluation: Evaluation, listed: Iterable[Proponent], criteria: tuple[Criterion, ...]
) -> dict[tuple[int, int], Judged]:
    """The cells that were to be judged: a proposal left out at a screening has none in later rounds."""
    given, agreed = individual_scores(evaluation), agreements(evaluation)
    known = {one.key: {*one.met, *one.points} for one in settled(evaluation).entries}
    evaluators, recused = evaluators_of(evaluation.opportunity_id), recusals(evaluation)
    now = {one.id for one in round_criteria(evaluation)}
    cells = {}
    for proponent in listed:
        wanted = len(judges_of(proponent.id, evaluators, recused))
        for criterion in criteria:
            cell = (proponent.id, criterion.id)
            scores = tuple(given.get(cell, ()))
            if scores or proponent.rounds_passed >= evaluation.round - 1:
                whole = wanted if criterion.id in now else max(len(scores), 1)
                complete = criterion.key in known[str(proponent.number)]
                cells[cell] = Judged(scores, whole, agreed.get(cell), complete)
    return cells


def _ratings(criterion: Criterion, listed: Iterable[Proponent], cells: Mapping[tuple[int, int], Judged]) -> Ratings:
    return {
        str(one.number): {
            str(score.sheet.evaluator_id): score.points
            for score in cells[one.id, criterion.id].scores
            if score.points is not None
        }
        for one in listed
        if (one.id, criterion.id) in cells
    }


def _accord(criterion: Criterion, ratings: Ratings) -> Accord:
    spreads: list[Spread] = [found for row in ratings.values() if (found := reliability.spread(row.values()))]
    widths = [one.width for one in spreads]
    return Accord(
        criterion,
        max(widths, default=None),
        Fraction(sum(widths), len(widths)) if widths else None,
        reliability.krippendorff_alpha(ratings, Level.ORDINAL),
        reliability.krippendorff_alpha(ratings, Level.INTERVAL),
        reliability.icc_2_1(ratings),
        len({frozenset(row) for row in ratings.values()}) > 1,
    )
