"""Score sheets: what is judged in a round and by whom, what is done and to do, others' sheets once one's own is in."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload, selectinload

from app.core.db import db
from auth.models import User
from evaluations.models import Evaluation, PanelMember, Proponent, Recusal, Score, Sheet
from evaluations.plan import Plan
from evaluations.record import read_plan
from opportunities.models import Criterion, EvaluationPlan, Opportunity, Stage
from opportunities.queries.snapshot import plan_of as written_plan
from proposals.models import Proposal


def plan_of(opportunity: Opportunity) -> Plan:
    """Read an opportunity's plan as the value that scoring works on; the budget is its stated value."""
    return read_plan(written_plan(opportunity.plan), opportunity.value_cents or 0)


def rounds_of(opportunity: Opportunity) -> list[list[Stage]]:
    """List the stages that the panel judges, round by round."""
    stages = iter(opportunity.plan.stages)
    return [[next(stages) for _stage in judged] for judged in plan_of(opportunity).rounds]


def criteria_of(opportunity: Opportunity) -> list[Criterion]:
    """List the criteria that the panel judges, in the plan's order, each with its stage."""
    listed = (
        select(Criterion)
        .join(Stage)
        .join(EvaluationPlan)
        .where(EvaluationPlan.opportunity_id == opportunity.id)
        .options(joinedload(Criterion.stage))
        .order_by(Stage.position, Criterion.position)
    )
    return list(db.session.scalars(listed))


def round_criteria(evaluation: Evaluation) -> list[Criterion]:
    """List the criteria of the round under way."""
    rounds = rounds_of(evaluation.opportunity)
    if evaluation.round > len(rounds):
        return []
    judged = {stage.id for stage in rounds[evaluation.round - 1]}
    return [one for one in criteria_of(evaluation.opportunity) if one.stage_id in judged]


def still_in(evaluation: Evaluation) -> ColumnElement[bool]:
    """Say, in a query over proponents and proposals, which are judged in the round under way."""
    return (
        (Proponent.evaluation_id == evaluation.id)
        & (Proponent.rounds_passed >= evaluation.round - 1)
        & (Proposal.state != "disqualified")
    )


def judged_now(evaluation: Evaluation) -> list[Proponent]:
    """List the proponents that are judged in the round under way, by number."""
    return list(
        db.session.scalars(
            select(Proponent)
            .join(Proposal)
            .where(still_in(evaluation))
            .options(joinedload(Proponent.proposal))
            .order_by(Proponent.number)
        )
    )


def is_judged_now(proponent: Proponent) -> bool:
    """Say whether a proponent is judged in the round under way."""
    return proponent.rounds_passed >= proponent.evaluation.round - 1 and proponent.proposal.state != "disqualified"


def find_sheet(proponent: Proponent, person: User) -> Sheet | None:
    """Find a person's sheet on a proponent in the round under way, with its scores."""
    own = select(Sheet).where(
        Sheet.proponent_id == proponent.id,
        Sheet.evaluator_id == person.id,
        Sheet.round == proponent.evaluation.round,
    )
    return db.session.scalar(own.options(selectinload(Sheet.scores)))


def sheets_of(evaluation: Evaluation, person: User) -> dict[int, Sheet]:
    """Give a person's sheets of the round under way, with their scores, by proponent's number."""
    own = (
        select(Proponent.number, Sheet)
        .join(Sheet, Sheet.proponent_id == Proponent.id)
        .where(
            Proponent.evaluation_id == evaluation.id,
            Sheet.evaluator_id == person.id,
            Sheet.round == evaluation.round,
        )
        .options(selectinload(Sheet.scores))
    )
    return {row[0]: row[1] for row in db.session.execute(own)}


def latest_scores(sheet: Sheet | None) -> dict[int, Score]:
    """Give the scores of a sheet that stand now, by criterion."""
    return {score.criterion_id: score for score in sheet.scores if not score.superseded} if sheet else {}


def others_sheets(proponent: Proponent, person: User) -> list[Sheet]:
    """List others' submitted sheets on a proponent in the round under way; none before one's own is in."""
    own = find_sheet(proponent, person)
    if own is None or own.submitted_at is None or own.voided_at is not None:
        return []
    theirs = select(Sheet).where(
        Sheet.proponent_id == proponent.id,
        Sheet.evaluator_id != person.id,
        Sheet.round == own.round,
        Sheet.submitted_at.is_not(None),
    )
    return list(db.session.scalars(theirs.options(selectinload(Sheet.scores)).order_by(Sheet.id)))


@dataclass(frozen=True)
class Cell:
    """How far one evaluator is with one proponent."""

    submitted_at: datetime | None
    voided_at: datetime | None


def matrix(evaluation: Evaluation) -> dict[tuple[int, int], Cell]:
    """Give every sheet's state in the round under way by (proponent's number, evaluator's id); never what it says."""
    rows = db.session.execute(
        select(Proponent.number, Sheet.evaluator_id, Sheet.submitted_at, Sheet.voided_at)
        .join(Sheet, Sheet.proponent_id == Proponent.id)
        .where(Proponent.evaluation_id == evaluation.id, Sheet.round == evaluation.round)
    )
    return {(number, evaluator): Cell(submitted, voided) for number, evaluator, submitted, voided in rows}


def own_progress(evaluation: Evaluation, person: User) -> dict[int, set[int]]:
    """Give, by proponent's number, the criteria that a person has judged in this round so far, drafts included."""
    keys = {one.key: one.id for one in round_criteria(evaluation)}
    done: dict[int, set[int]] = {}
    for number, sheet in sheets_of(evaluation, person).items():
        if sheet.submitted_at is not None:
            done[number] = set(latest_scores(sheet))
        else:
            done[number] = {keys[key] for key, typed in sheet.draft.items() if key in keys and _whole(typed)}
    return done


def _whole(typed: dict[str, str]) -> bool:
    return bool(typed.get("verdict") and typed.get("rationale", "").strip())


def evaluators_of(opportunity_id: int) -> list[int]:
    """Number the people who judge: members who accepted and hold their place."""
    accepted = select(PanelMember.user_id).where(
        PanelMember.opportunity_id == opportunity_id, PanelMember.state == "accepted"
    )
    return list(db.session.scalars(accepted.order_by(PanelMember.user_id)))


def recusals(evaluation: Evaluation) -> dict[tuple[int, int], datetime]:
    """Give the recusals from one proposal as (proponent's id, person's id), each with its moment."""
    rows = db.session.execute(
        select(Recusal.proponent_id, Recusal.user_id, Recusal.at)
        .join(Proponent)
        .where(Proponent.evaluation_id == evaluation.id)
    )
    return {(row[0], row[1]): row[2] for row in rows}


def judges_of(proponent_id: int, evaluators: Iterable[int], recused: Container[tuple[int, int]]) -> list[int]:
    """Say who of the evaluators judges a proponent: all but those recused from it."""
    return [person for person in evaluators if (proponent_id, person) not in recused]


def missing_scores(evaluation: Evaluation) -> int:
    """Count the empty cells of the round: each proposal still in × who judges it × every criterion; 0 is a score."""
    evaluators = evaluators_of(evaluation.opportunity_id)
    recused = recusals(evaluation)
    remain = list(db.session.scalars(select(Proponent.id).join(Proposal).where(still_in(evaluation))))
    criteria = len(round_criteria(evaluation))
    wanted = sum(len(judges_of(one, evaluators, recused)) for one in remain) * criteria
    return wanted - _given(evaluation, evaluators)


def fewest_judges(evaluation: Evaluation) -> int:
    """Count who judges the proposal with the fewest evaluators left; all of them where none is in."""
    evaluators, recused = evaluators_of(evaluation.opportunity_id), recusals(evaluation)
    remain: Sequence[int] = db.session.scalars(select(Proponent.id).join(Proposal).where(still_in(evaluation))).all()
    return min((len(judges_of(one, evaluators, recused)) for one in remain), default=len(evaluators))


def _given(evaluation: Evaluation, evaluators: list[int]) -> int:
    given = (
        select(func.count())
        .select_from(Score)
        .join(Sheet)
        .join(Proponent, Proponent.id == Sheet.proponent_id)
        .join(Proposal)
        .where(
            still_in(evaluation), Sheet.round == evaluation.round, Sheet.evaluator_id.in_(evaluators),
            Sheet.submitted_at.is_not(None), Sheet.voided_at.is_(None), Score.superseded.is_(False),
        )
    )  # fmt: skip
    return db.session.scalar(given) or 0
