"""The panel's meeting: who attended, what it agreed on, and the second person behind a verdict of not met."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from app.core import audit
from app.core.audit import FROM_AWARD
from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotAllowed, NotNow, NotValid
from auth.models import User
from evaluations import policy, queries, settling
from evaluations.actions.panel import recuse_proposing
from evaluations.actions.sheets import Typed, judged
from evaluations.lifecycle import EVALUATION
from evaluations.models import Agreement, Evaluation, Meeting, Proponent
from opportunities.models import Criterion


def meet(evaluation: Evaluation, attendees: Sequence[User], *, by: User, at: datetime) -> Meeting:
    """Begin a meeting of the panel, or another on the same round; individual scores stay as they are from here on."""
    recuse_proposing(evaluation, at=at)
    facts = queries.facts(evaluation.opportunity, by, at)
    panel = set(queries.evaluators_of(evaluation.opportunity_id))
    present = {person.id for person in attendees} & panel
    if evaluation.state == "scoring":
        EVALUATION.move(evaluation, "meet", by=by, at=at, facts=facts, round=evaluation.round)
    elif evaluation.state != "agreeing" or not policy.may_meet(facts):
        raise NotAllowed(sealed=True) if not policy.may_meet(facts) else NotNow
    if by.id not in present or len(present) < policy.FEWEST_EVALUATORS:
        raise NotValid(N_("The chair and at least one more evaluator attend."), field="attendees")
    meeting = Meeting(evaluation=evaluation, round=evaluation.round, at=at, by_id=by.id)
    meeting.attendees.extend(person for person in attendees if person.id in present)
    db.session.add(meeting)
    audit.record(
        "evaluation.meeting", evaluation.subject, by=by, at=at, audience=FROM_AWARD, attendees=len(present)
    )  # fmt: skip
    return meeting


def agree(
    proponent: Proponent, criterion: Criterion, typed: Typed, *, outside_reason: str = "", seen: int = 0,
    by: User, at: datetime,
) -> Agreement:  # fmt: skip
    """Enter what the panel agreed on; `seen` is the revision that the chair saw, so that no two overwrite each other.

    Points outside what members gave need a reason; a verdict of not met waits for a second person.
    """
    evaluation = proponent.evaluation
    refuse_outsiders(proponent, by=by, at=at)
    cells = {(one.proponent.id, one.criterion.id): one for one in queries.to_agree(evaluation)}
    cell = cells.get((proponent.id, criterion.id))
    if cell is None:
        raise NotValid(N_("The panel has nothing to agree on here."), field=f"verdict-{criterion.key}")
    standing = cell.agreed
    if (standing.revision if standing else 0) != seen:
        raise NotNow(N_("This was agreed on meanwhile. Look at what stands now."))
    meeting = queries.last_meeting(evaluation)
    evaluators, recused = queries.evaluators_of(evaluation.opportunity_id), queries.recusals(evaluation)
    absent = absence(meeting, queries.attending(meeting, proponent.id, recused), evaluators, by=by)
    if absent is not None:
        raise absent
    points, passed, rationale = judged(criterion, typed)
    given = queries.given_points(proponent, criterion)
    outside = points is not None and settling.outside(points, given)
    if outside and not policy.is_sentence(outside_reason):
        raise NotValid(N_("Say why it lies outside what members gave."), field=f"outside-{criterion.key}")
    if standing is not None:
        standing.superseded = True
        db.session.flush()
    agreement = Agreement(
        proponent=proponent, criterion=criterion, meeting=meeting,
        revision=queries.last_revision(proponent, criterion) + 1,
        points=points, passed=passed, rationale=rationale, outside_reason=outside_reason.strip() if outside else "",
        by=by, at=at, second=None, seconded_at=None,
    )  # fmt: skip
    db.session.add(agreement)
    db.session.flush()
    _record("agree", agreement, by=by, at=at)
    return agreement


def second(agreement: Agreement, *, by: User, at: datetime) -> Agreement:
    """Confirm, as the second member of the panel, that a criterion is not met."""
    facts = refuse_outsiders(agreement.proponent, by=by, at=at, chairs=False)
    if agreement.superseded or agreement.passed is not False or agreement.second is not None:
        raise NotNow(N_("There is nothing to confirm here now."))
    if not policy.is_another(by.id, agreement.by_id, facts):
        raise NotAllowed(N_("Another member of the panel confirms that it is not met."))
    agreement.second, agreement.seconded_at = by, at
    _record("second", agreement, by=by, at=at)
    return agreement


def absence(meeting: Meeting, judges: Sequence[User], evaluators: Iterable[int], *, by: User) -> NotNow | None:
    """Say why a meeting cannot agree on a proposal, which `judges` of those who attended may judge."""
    if not {person.id for person in meeting.attendees} <= set(evaluators):
        return NotNow(N_("Somebody who attended the meeting has left the panel since. Meet again."))
    if len(judges) < policy.FEWEST_EVALUATORS:
        return NotNow(N_("Fewer than two of those who attended may judge this proposal. Meet again with more members."))
    if by not in judges:
        return NotNow(N_("Whoever enters what is agreed attends the meeting. Meet again."))
    return None


def refuse_outsiders(proponent: Proponent, *, by: User, at: datetime, chairs: bool = True) -> policy.Facts:
    """Refuse whoever does not enter what the panel agrees on; where the chair is recused, any other member does.

    Gives what decides about who may.
    """
    evaluation = proponent.evaluation
    facts = queries.facts(evaluation.opportunity, by, at)
    recused = queries.recusals(evaluation)
    if not policy.is_evaluator(facts) or (proponent.id, by.id) in recused:
        raise NotAllowed(sealed=True)
    chair = queries.chair_of(evaluation.opportunity)
    if chairs and not facts.chairs and (chair is None or (proponent.id, chair.user_id) not in recused):
        raise NotAllowed(N_("The chair enters what the panel agrees on."))
    if evaluation.state != "agreeing" or facts.stage != "evaluation":
        raise NotNow(N_("The panel is not meeting now. Individual scores come first."))
    return facts


def _record(verb: str, agreement: Agreement, *, by: User, at: datetime) -> None:
    evaluation = agreement.proponent.evaluation
    audit.record(
        f"agreement.{verb}", evaluation.subject, by=by, at=at, audience=FROM_AWARD,
        proponent=agreement.proponent.number, criterion=agreement.criterion.key, revision=agreement.revision,
        attendees=len(queries.agreed_by(agreement, queries.recusals(evaluation))),
    )  # fmt: skip
