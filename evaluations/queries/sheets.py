"""Score sheets: what is done and to do, the scores that stand, and others' sheets once one's own is in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.core.db import db
from auth.models import User
from evaluations.models import Evaluation, PanelMember, Proponent, Score, Sheet
from opportunities.models import Criterion, EvaluationPlan, Opportunity, Stage
from proposals.models import Proposal

JUDGED = ("mandatory", "rated", "challenge", "interview")


def criteria_of(opportunity: Opportunity) -> list[Criterion]:
    """List the criteria that the panel judges, in the plan's order, each with its stage."""
    listed = (
        select(Criterion)
        .join(Stage)
        .join(EvaluationPlan)
        .where(EvaluationPlan.opportunity_id == opportunity.id, Stage.kind.in_(JUDGED))
        .options(joinedload(Criterion.stage))
        .order_by(Stage.position, Criterion.position)
    )
    return list(db.session.scalars(listed))


def find_sheet(proponent: Proponent, person: User) -> Sheet | None:
    """Find a person's sheet on a proponent, with its scores."""
    own = select(Sheet).where(Sheet.proponent_id == proponent.id, Sheet.evaluator_id == person.id)
    return db.session.scalar(own.options(selectinload(Sheet.scores)))


def latest_scores(sheet: Sheet | None) -> dict[int, Score]:
    """Give the scores of a sheet that stand now, by criterion."""
    return {score.criterion_id: score for score in sorted(sheet.scores, key=lambda one: one.revision)} if sheet else {}


def others_sheets(proponent: Proponent, person: User) -> list[Sheet]:
    """List others' submitted sheets on a proponent; none before one's own is in."""
    own = find_sheet(proponent, person)
    if own is None or own.submitted_at is None:
        return []
    theirs = select(Sheet).where(
        Sheet.proponent_id == proponent.id, Sheet.evaluator_id != person.id, Sheet.submitted_at.is_not(None)
    )
    loaded = theirs.options(selectinload(Sheet.scores), joinedload(Sheet.evaluator))
    return list(db.session.scalars(loaded.order_by(Sheet.id)))


@dataclass(frozen=True)
class Cell:
    """How far one evaluator is with one proponent."""

    submitted_at: datetime | None
    voided_at: datetime | None


def matrix(evaluation: Evaluation) -> dict[tuple[int, int], Cell]:
    """Give every sheet's state by (proponent's number, evaluator's id); never what it says."""
    rows = db.session.execute(
        select(Proponent.number, Sheet.evaluator_id, Sheet.submitted_at, Sheet.voided_at)
        .join(Sheet, Sheet.proponent_id == Proponent.id)
        .where(Proponent.evaluation_id == evaluation.id)
    )
    return {(number, evaluator): Cell(submitted, voided) for number, evaluator, submitted, voided in rows}


def own_progress(evaluation: Evaluation, person: User) -> dict[int, set[int]]:
    """Give, by proponent's number, the criteria that a person has judged so far, drafts included."""
    rows = db.session.execute(
        select(Proponent.number, Sheet.draft, Sheet.submitted_at, Score.criterion_id)
        .join(Sheet, Sheet.proponent_id == Proponent.id)
        .outerjoin(Score, Score.sheet_id == Sheet.id)
        .where(Proponent.evaluation_id == evaluation.id, Sheet.evaluator_id == person.id)
    )
    keys = {one.key: one.id for one in criteria_of(evaluation.opportunity)}
    done: dict[int, set[int]] = {}
    for number, draft, submitted, criterion in rows:
        judged = done.setdefault(number, set())
        if submitted is not None and criterion is not None:
            judged.add(criterion)
        elif submitted is None:
            judged.update(keys[key] for key, typed in draft.items() if key in keys and _whole(typed))
    return done


def _whole(typed: dict[str, str]) -> bool:
    return bool(typed.get("verdict") and typed.get("rationale", "").strip())


def evaluators_of(opportunity_id: int) -> list[int]:
    """Number the people whose scores count: members who accepted and hold their place."""
    accepted = select(PanelMember.user_id).where(
        PanelMember.opportunity_id == opportunity_id, PanelMember.state == "accepted"
    )
    return list(db.session.scalars(accepted.order_by(PanelMember.user_id)))


def missing_scores(evaluation: Evaluation) -> int:
    """Count the empty cells: every evaluator × every proposal that remains × every criterion; 0 is a score."""
    evaluators = evaluators_of(evaluation.opportunity_id)
    judged = [one.id for one in criteria_of(evaluation.opportunity)]
    remain = _remaining_ids(evaluation)
    given = (
        select(func.count())
        .select_from(Score)
        .join(Sheet)
        .where(
            Sheet.proponent_id.in_(remain), Sheet.evaluator_id.in_(evaluators), Sheet.submitted_at.is_not(None),
            Sheet.voided_at.is_(None), Score.criterion_id.in_(judged), Score.revision == 1,
        )
    )  # fmt: skip
    return len(evaluators) * len(judged) * len(remain) - (db.session.scalar(given) or 0)


def _remaining_ids(evaluation: Evaluation) -> list[int]:
    remain = (
        select(Proponent.id)
        .join(Proposal)
        .where(Proponent.evaluation_id == evaluation.id, Proposal.state != "disqualified")
    )
    return list(db.session.scalars(remain))


def standing_scores(
    evaluation: Evaluation, evaluators: Iterable[int]
) -> list[tuple[int, int, int, int | None, bool | None]]:
    """Give (proponent's number, evaluator, criterion, points, passed) of every score that stands and counts."""
    rows = db.session.execute(
        select(
            Proponent.number, Sheet.evaluator_id, Score.criterion_id, Score.points, Score.passed, Score.revision
        )
        .join(Sheet, Sheet.proponent_id == Proponent.id)
        .join(Score, Score.sheet_id == Sheet.id)
        .where(
            Proponent.evaluation_id == evaluation.id, Sheet.submitted_at.is_not(None), Sheet.voided_at.is_(None),
            Sheet.evaluator_id.in_(list(evaluators)),
        )
        .order_by(Score.revision)
    )  # fmt: skip
    latest = {(row[0], row[1], row[2]): (row[3], row[4]) for row in rows}
    return [(*cell, *verdict) for cell, verdict in latest.items()]
