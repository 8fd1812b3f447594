"""Score sheets: kept as typed, submitted whole, revised by new rows with a reason."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.core import audit
from app.core.audit import PARTIES, Subject
from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotAllowed, NotNow, NotValid
from app.core.numbers import read_whole
from auth.models import User
from evaluations import policy, queries
from evaluations.models import Agreement, Evaluation, Meeting, Proponent, Score, Sheet
from opportunities.models import Criterion

MET, NOT_MET = "met", "not_met"


@dataclass(frozen=True)
class Typed:
    """One criterion as typed: `verdict` is met, not_met or a number of points; either may still be empty."""

    verdict: str = ""
    rationale: str = ""


def save_sheet(proponent: Proponent, typed: Mapping[str, Typed], *, by: User, at: datetime) -> Sheet:
    """Keep what an evaluator typed, by criterion's key; nothing is judged by it yet."""
    sheet = _own_sheet(proponent, by=by, at=at)
    sheet.draft = {key: _kept(one) for key, one in typed.items()}
    db.session.flush()
    return sheet


def save_criterion(criterion: Criterion, typed: Mapping[int, Typed], *, by: User, at: datetime) -> list[Sheet]:
    """Keep what an evaluator typed on one criterion, by proponent's number; the rest of each draft stays as it is.

    Sheets that were submitted are left alone: they change by a revision with its reason.
    """
    evaluation = queries.get_evaluation(criterion.stage.plan.opportunity)
    _refuse_early_or_late(evaluation, criterion, by=by, at=at)
    own, kept = queries.sheets_of(evaluation, by), []
    judged = {one.number: one for one in queries.to_judge(evaluation, by)}
    for number, one in typed.items():
        before = own.get(number)
        if number not in judged or (before is not None and before.stands):
            continue
        sheet = before or _begun(judged[number], by)
        sheet.draft = {**sheet.draft, criterion.key: _kept(one)}
        kept.append(sheet)
    db.session.flush()
    return kept


def submit_sheet(
    proponent: Proponent, typed: Mapping[str, Typed], *, reason: str = "", by: User, at: datetime
) -> Sheet:
    """Submit one's judgement of a proponent, whole; once submitted, what changed is a revision and needs a reason.

    Whoever left the panel and came back submits all of it anew. What the panel agreed on other scores is open again.
    """
    sheet = save_sheet(proponent, typed, by=by, at=at)
    if not queries.is_held(proponent, at):
        raise NotValid(N_("The challenge or interview is still to come. What you typed is kept; submit it afterwards."))
    criteria = queries.round_criteria(proponent.evaluation)
    scores = [_score(one, typed.get(one.key, Typed()), at) for one in criteria]
    first, void = sheet.submitted_at is None, sheet.voided_at is not None
    standing = queries.latest_scores(sheet)
    changed = [one for one in scores if first or void or _differs(one, standing.get(one.criterion_id))]
    if not first:
        _refuse_silence(changed, reason)
    for score in changed:
        before = standing.get(score.criterion_id)
        if before is not None:
            before.superseded = True
            db.session.flush()
        score.revision = before.revision + 1 if before else 1
        score.reason = "" if first else reason.strip()
        sheet.scores.append(score)
    sheet.submitted_at, sheet.voided_at = sheet.submitted_at or at, None
    sheet.draft = {}
    reopen(proponent, [one.criterion_id for one in changed])
    db.session.flush()
    _record(sheet, "submit" if first else "revise", by=by, at=at, criteria=len(changed))
    return sheet


def reopen(proponent: Proponent, criteria: Iterable[int] | None = None) -> None:
    """Open again what was agreed in this round, on these criteria or all: the scores it rests on have changed."""
    rests = (
        select(Agreement)
        .join(Meeting)
        .where(
            Agreement.proponent_id == proponent.id, Agreement.superseded.is_(False),
            Meeting.round == proponent.evaluation.round,
        )
    )  # fmt: skip
    if criteria is not None:
        rests = rests.where(Agreement.criterion_id.in_(list(criteria)))
    for agreement in db.session.scalars(rests):
        agreement.superseded = True


def _own_sheet(proponent: Proponent, *, by: User, at: datetime) -> Sheet:
    """Find or begin the evaluator's sheet; refuses whoever may not score this proponent now."""
    evaluation = proponent.evaluation
    facts = queries.facts(evaluation.opportunity, by, at)
    if not policy.is_evaluator(facts):
        raise NotAllowed(sealed=True)
    if (proponent.id, by.id) in queries.recusals(evaluation):
        raise NotAllowed(N_("You declared a conflict with this proposal, so you do not judge it."))
    if not policy.is_scoring(facts) or not queries.is_judged_now(proponent):
        raise NotNow(N_("Scores can no longer be given or revised here."))
    return queries.find_sheet(proponent, by) or _begun(proponent, by)


def _begun(proponent: Proponent, by: User) -> Sheet:
    sheet = Sheet(
        proponent=proponent, evaluator=by, round=proponent.evaluation.round, draft={}, submitted_at=None, voided_at=None
    )
    db.session.add(sheet)
    return sheet


def _kept(one: Typed) -> dict[str, str]:
    return {"verdict": one.verdict[:10], "rationale": one.rationale[: policy.LONGEST_TEXT]}


def _refuse_early_or_late(evaluation: Evaluation, criterion: Criterion, *, by: User, at: datetime) -> None:
    facts = queries.facts(evaluation.opportunity, by, at)
    if not policy.is_evaluator(facts):
        raise NotAllowed(sealed=True)
    if not policy.is_scoring(facts) or criterion.id not in {one.id for one in queries.round_criteria(evaluation)}:
        raise NotNow(N_("Scores can no longer be given or revised here."))


def judged(criterion: Criterion, typed: Typed) -> tuple[int | None, bool | None, str]:
    """Read what was typed on a criterion: points, or met or not, and the rationale; refuses what is missing or off."""
    if not policy.is_sentence(typed.rationale):
        raise NotValid(N_("Say why, in a sentence or more."), field=f"rationale-{criterion.key}")
    points, passed = _verdict(criterion, typed.verdict)
    return points, passed, typed.rationale.strip()


def _score(criterion: Criterion, typed: Typed, at: datetime) -> Score:
    points, passed, rationale = judged(criterion, typed)
    return Score(criterion_id=criterion.id, points=points, passed=passed, rationale=rationale, at=at)


def _verdict(criterion: Criterion, verdict: str) -> tuple[int | None, bool | None]:
    field = f"verdict-{criterion.key}"
    if criterion.stage.kind == "mandatory":
        if verdict not in (MET, NOT_MET):
            raise NotValid(N_("Choose met or not met."), field=field)
        return None, verdict == MET
    points = read_whole(verdict, default=-1)
    if not 0 <= points <= criterion.max_points:
        raise NotValid(N_("Choose points from 0 to %(most)s."), field=field, most=criterion.max_points)
    return points, None


def _differs(score: Score, standing: Score | None) -> bool:
    if standing is None:
        return True
    return (score.points, score.passed, score.rationale) != (standing.points, standing.passed, standing.rationale)


def _refuse_silence(changed: list[Score], reason: str) -> None:
    if not changed:
        raise NotValid(N_("Nothing was changed."))
    if not policy.is_sentence(reason):
        raise NotValid(N_("Say why you change what you submitted."), field="reason")


def _record(sheet: Sheet, verb: str, *, by: User, at: datetime, criteria: int) -> None:
    """Write the event for the evaluator's eyes alone: even progress is not for others."""
    procurement = sheet.proponent.evaluation.opportunity.ocid
    subject = Subject("sheet", sheet.id, procurement=procurement, person_id=by.id)
    audit.record(f"sheet.{verb}", subject, by=by, at=at, audience=PARTIES, criteria=criteria)
