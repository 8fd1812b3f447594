"""From rows to settled judgements: tallies of the scores that stand, what the panel agreed, and what is still open."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import joinedload, selectinload

from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotFound, NotNow
from auth.models import User
from evaluations import record, settling
from evaluations.models import Agreement, Evaluation, Meeting, Proponent, Score, Sheet
from evaluations.plan import Entry, Plan
from evaluations.queries.sheets import (
    criteria_of,
    evaluators_of,
    judged_now,
    judges_of,
    plan_of,
    recusals,
    round_criteria,
    rounds_of,
)
from opportunities.models import Criterion
from proposals.models import Proposal, Submission

CONSENSUS = "consensus"


@dataclass(frozen=True, slots=True)
class Tally:
    """What the scores that stand on one criterion of one proponent add up to."""

    points: int
    met: int
    count: int


@dataclass(frozen=True)
class Settled:
    """What a ranking is computed from: the plan, what each proposal brings, the seed, how many rounds are over."""

    plan: Plan
    entries: tuple[Entry, ...]
    seed: bytes
    rounds_over: int = 0


def tallies(evaluation: Evaluation) -> dict[tuple[int, int], Tally]:
    """Add up the scores that stand, by (proponent's id, criterion's id); voided and superseded ones weigh nothing."""
    rows = db.session.execute(
        select(
            Sheet.proponent_id,
            Score.criterion_id,
            func.coalesce(func.sum(Score.points), 0),
            func.sum(case((Score.passed.is_(True), 1), else_=0)),
            func.count(),
        )
        .join(Score, Score.sheet_id == Sheet.id)
        .join(Proponent, Proponent.id == Sheet.proponent_id)
        .where(
            Proponent.evaluation_id == evaluation.id,
            Sheet.submitted_at.is_not(None),
            Sheet.voided_at.is_(None),
            Score.superseded.is_(False),
        )
        .group_by(Sheet.proponent_id, Score.criterion_id)
    )
    return {(row[0], row[1]): Tally(int(row[2]), int(row[3]), row[4]) for row in rows}


def agreements(evaluation: Evaluation) -> dict[tuple[int, int], Agreement]:
    """Give what the panel agreed and stands, by (proponent's id, criterion's id)."""
    standing = (
        select(Agreement)
        .join(Proponent, Proponent.id == Agreement.proponent_id)
        .where(Proponent.evaluation_id == evaluation.id, Agreement.superseded.is_(False))
        .options(
            joinedload(Agreement.by),
            joinedload(Agreement.second),
            joinedload(Agreement.meeting).selectinload(Meeting.attendees),
        )
    )
    return {(one.proponent_id, one.criterion_id): one for one in db.session.scalars(standing)}


def settled(evaluation: Evaluation) -> Settled:
    """Settle what can be settled of every proposal that was not disqualified; the rest stays open."""
    opportunity = evaluation.opportunity
    latest = (
        select(Submission.proposal_id, func.max(Submission.number).label("number"))
        .join(Proposal, Proposal.id == Submission.proposal_id)
        .where(Proposal.opportunity_id == opportunity.id)
        .group_by(Submission.proposal_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Proponent.id, Proponent.number, Proponent.price_cents, Proponent.rounds_passed, Submission.digest)
        .join(Proposal, Proposal.id == Proponent.proposal_id)
        .join(latest, latest.c.proposal_id == Proposal.id)
        .join(Submission, and_(Submission.proposal_id == Proposal.id, Submission.number == latest.c.number))
        .where(Proponent.evaluation_id == evaluation.id, Proposal.state != "disqualified")
        .order_by(Proponent.number)
    )
    judgements = _Judgements(evaluation)
    entries = tuple(
        Entry(str(number), bytes.fromhex(digest), price, *judgements.of(proponent, number, passed), passed)
        for proponent, number, price, passed, digest in rows
    )
    return Settled(plan_of(opportunity), entries, bytes.fromhex(evaluation.seed), evaluation.round - 1)


class _Judgements:
    """The settled judgements of each proponent.

    A round that is over stays as it was decided: whoever was left out keeps the results that left them out. Whoever
    went on met what was asked; their points are those of the scores that still count, or as recorded if none does.
    """

    def __init__(self, evaluation: Evaluation) -> None:
        self._tallies, self._agreed = tallies(evaluation), agreements(evaluation)
        self._evaluators = evaluators_of(evaluation.opportunity_id)
        self._recused = recusals(evaluation)
        over = evaluation.screenings[-1] if evaluation.screenings else []
        self._round, self._over = evaluation.round, {line["number"]: record.read(line) for line in over}
        past = rounds_of(evaluation.opportunity)[: evaluation.round - 1]
        self._past = {one.key for judged in past for stage in judged for one in stage.criteria}
        now = {one.id for one in round_criteria(evaluation)}
        criteria = [(one, one.stage, one.id in now) for one in criteria_of(evaluation.opportunity)]
        self._mandatory = [(one.id, one.key, now) for one, stage, now in criteria if stage.kind == "mandatory"]
        self._rated = [
            (one.id, one.key, stage.settled_by == CONSENSUS, now)
            for one, stage, now in criteria
            if stage.kind != "mandatory"
        ]

    def of(self, proponent: int, number: int, passed: int) -> tuple[Mapping[str, bool], Mapping[str, int | Fraction]]:
        """Give what is settled: criteria found met or not, points."""
        whole = len(judges_of(proponent, self._evaluators, self._recused))
        met, points = self._met(proponent, whole), self._points(proponent, whole)
        decided = self._over.get(number)
        if decided is None:
            return met, points
        recorded = {one.criterion: one.points for one in decided.results}
        met |= {key: key not in decided.reasons for _id, key, _now in self._mandatory if key in self._past}
        return met, {**recorded, **points} if passed >= self._round - 1 else recorded

    def _met(self, proponent: int, whole: int) -> dict[str, bool]:
        met = {}
        for criterion, key, now in self._mandatory:
            found = settle_verdict(
                self._tallies.get((proponent, criterion)), self._agreed.get((proponent, criterion)), whole if now else 1
            )
            if found is not None:
                met[key] = found
        return met

    def _points(self, proponent: int, whole: int) -> dict[str, int | Fraction]:
        points: dict[str, int | Fraction] = {}
        for criterion, key, consensus, now in self._rated:
            if consensus:
                agreed = self._agreed.get((proponent, criterion))
                if agreed is not None and agreed.points is not None:
                    points[key] = agreed.points
                continue
            tally = self._tallies.get((proponent, criterion))
            if tally is not None and tally.count >= (whole if now else 1):
                points[key] = settling.mean(tally.points, tally.count)
        return points


def settle_verdict(tally: Tally | None, agreed: Agreement | None, whole: int) -> bool | None:
    """Say what the panel finds: what it agreed, else what more than half of all who judge find; None while open."""
    if agreed is not None:
        return agreed.passed if agreed.counts else None
    if tally is None or tally.count < max(whole, 1):
        return None
    return settling.tally(tally.met, tally.count)


@dataclass(frozen=True)
class ToAgree:
    """One cell that the panel settles in a meeting: a consensus score, or a verdict on which it is divided."""

    proponent: Proponent
    criterion: Criterion
    agreed: Agreement | None

    @property
    def open(self) -> bool:
        """Nothing counts yet."""
        return self.agreed is None or not self.agreed.counts


def to_agree(evaluation: Evaluation) -> list[ToAgree]:
    """List the cells of the round under way that the panel agrees on, or has agreed on, by proponent and criterion."""
    added, agreed = tallies(evaluation), agreements(evaluation)
    evaluators, recused = evaluators_of(evaluation.opportunity_id), recusals(evaluation)
    criteria = round_criteria(evaluation)
    cells = []
    for proponent in judged_now(evaluation):
        whole = len(judges_of(proponent.id, evaluators, recused))
        for criterion in criteria:
            cell = (proponent.id, criterion.id)
            standing = agreed.get(cell)
            divided = standing is None and settle_verdict(added.get(cell), None, whole) is None
            wants = divided if criterion.stage.kind == "mandatory" else criterion.stage.settled_by == CONSENSUS
            if wants or standing is not None:
                cells.append(ToAgree(proponent, criterion, standing))
    return cells


def missing_agreements(evaluation: Evaluation) -> int:
    """Count the cells that a meeting of the panel still has to settle in the round under way."""
    return sum(one.open for one in to_agree(evaluation))


def individual_scores(evaluation: Evaluation) -> dict[tuple[int, int], list[Score]]:
    """Give the scores that stand and count, by (proponent's id, criterion's id), each with its evaluator."""
    rows = db.session.execute(
        select(Sheet.proponent_id, Score)
        .join(Score, Score.sheet_id == Sheet.id)
        .join(Proponent, Proponent.id == Sheet.proponent_id)
        .where(
            Proponent.evaluation_id == evaluation.id,
            Sheet.submitted_at.is_not(None),
            Sheet.voided_at.is_(None),
            Score.superseded.is_(False),
        )
        .options(joinedload(Score.sheet).joinedload(Sheet.evaluator))
        .order_by(Sheet.evaluator_id)
    )
    found: dict[tuple[int, int], list[Score]] = {}
    for proponent, score in rows:
        found.setdefault((proponent, score.criterion_id), []).append(score)
    return found


def given_points(proponent: Proponent, criterion: Criterion) -> list[int]:
    """List the points that members gave on one criterion of one proponent, as they stand."""
    scores = individual_scores(proponent.evaluation).get((proponent.id, criterion.id), [])
    return [one.points for one in scores if one.points is not None]


def meetings(evaluation: Evaluation) -> list[Meeting]:
    """List the meetings of the panel, with who attended, oldest first."""
    held = select(Meeting).where(Meeting.evaluation_id == evaluation.id).order_by(Meeting.id)
    return list(db.session.scalars(held.options(selectinload(Meeting.attendees))))


def begun(evaluation: Evaluation) -> dict[int, datetime]:
    """Say when the panel first met on each round; a score revised after that is marked."""
    first = select(Meeting.round, func.min(Meeting.at)).where(Meeting.evaluation_id == evaluation.id)
    return {row[0]: row[1] for row in db.session.execute(first.group_by(Meeting.round))}


def last_meeting(evaluation: Evaluation) -> Meeting:
    """Get the panel's latest meeting on the round under way, or refuse."""
    held = [one for one in meetings(evaluation) if one.round == evaluation.round]
    if not held:
        raise NotNow(N_("The panel is not meeting now. Individual scores come first."))
    return held[-1]


def attending(meeting: Meeting, proponent_id: int, recused: Container[tuple[int, int]]) -> list[User]:
    """List who of a meeting may judge a proposal: all who attended but those recused from it."""
    return [one for one in meeting.attendees if (proponent_id, one.id) not in recused]


def agreed_by(agreement: Agreement, recused: Mapping[tuple[int, int], datetime]) -> list[User]:
    """List who agreed: those of the meeting who, at that moment, were not recused from the proposal."""
    before = {cell for cell, at in recused.items() if at <= agreement.at}
    return attending(agreement.meeting, agreement.proponent_id, before)


def last_revision(proponent: Proponent, criterion: Criterion) -> int:
    """Number the latest agreement there ever was on a cell; one that was reopened leaves its number behind."""
    latest = select(func.max(Agreement.revision)).where(
        Agreement.proponent_id == proponent.id, Agreement.criterion_id == criterion.id
    )
    return db.session.scalar(latest) or 0


def get_agreement(evaluation: Evaluation, number: int) -> Agreement:
    """Get an agreement of an evaluation by its number, or refuse with NotFound."""
    found = db.session.scalar(
        select(Agreement)
        .join(Proponent, Proponent.id == Agreement.proponent_id)
        .where(Proponent.evaluation_id == evaluation.id, Agreement.id == number)
    )
    if found is None:
        raise NotFound(sealed=True)
    return found
