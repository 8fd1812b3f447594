"""What waits for a person in evaluations, and the panels on which a person has a place."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.core.audit import Event
from app.core.awaiting import Awaiting
from app.core.bilingual import N_
from app.core.db import db
from auth.models import Membership, User
from auth.queries import departments_of, is_administrator
from evaluations.models import DebriefQuestion, Evaluation, Explanation, PanelMember, Proponent, Recusal, Score, Sheet
from evaluations.policy import (
    FEWEST_EVALUATORS,
    JUDGING,
    NEAR_DECISION,
    PREPARING,
    REMINDER_PAUSE,
    UNANSWERED,
)
from evaluations.queries.own import to_come
from evaluations.queries.people import LIVE, proposes, side_of
from evaluations.queries.proceedings import find_evaluation, live_awards
from evaluations.queries.settled import agreements, missing_agreements
from evaluations.queries.sheets import evaluators_of, missing_scores, recusals, rounds_of
from opportunities.models import Opportunity
from proposals.models import Proposal

LIMIT = 50
LOCK = N_("Lock the quality scores of %(title)s")


@dataclass(frozen=True)
class Place:
    """A place on a panel: the opportunity, whether it is accepted, how many proposals are left to score."""

    opportunity: Opportunity
    state: str
    chairs: bool
    judging: str
    left: int


def _places(user: User) -> list[tuple[PanelMember, Evaluation | None]]:
    held = (
        select(PanelMember, Evaluation)
        .outerjoin(Evaluation, Evaluation.opportunity_id == PanelMember.opportunity_id)
        .where(PanelMember.user_id == user.id, PanelMember.state.in_(LIVE))
        .options(joinedload(PanelMember.opportunity))
        .order_by(PanelMember.id.desc())
        .limit(LIMIT)
    )
    return [(row[0], row[1]) for row in db.session.execute(held)]


def places_of(user: User) -> list[Place]:
    """List the panels on which a person has a place or is offered one, newest first."""
    left = _left(user)
    return [
        Place(place.opportunity, place.state, place.chairs, "", 0)
        if judging is None
        else Place(place.opportunity, place.state, place.chairs, judging.state, left.get(judging.id, 0))
        for place, judging in _places(user)
    ]


def _left(user: User) -> dict[int, int]:
    """Count, by evaluation, the proposals that a person has not scored yet in the round under way."""
    recused = select(Recusal.id).where(Recusal.proponent_id == Proponent.id, Recusal.user_id == user.id).exists()
    own = and_(
        Sheet.proponent_id == Proponent.id, Sheet.evaluator_id == user.id, Sheet.round == Evaluation.round
    )  # fmt: skip
    rows = db.session.execute(
        select(Proponent.evaluation_id, func.count())
        .join(Proposal)
        .join(Evaluation, Evaluation.id == Proponent.evaluation_id)
        .join(PanelMember, PanelMember.opportunity_id == Evaluation.opportunity_id)
        .outerjoin(Sheet, own)
        .where(
            PanelMember.user_id == user.id, PanelMember.state == "accepted", Evaluation.state == "scoring",
            Proposal.state != "disqualified", Proponent.rounds_passed >= Evaluation.round - 1,
            or_(Sheet.submitted_at.is_(None), Sheet.voided_at.is_not(None)), ~recused,
        )
        .group_by(Proponent.evaluation_id)
    )  # fmt: skip
    return {row[0]: row[1] for row in rows}


def waits_for(member: PanelMember) -> bool:
    """Say whether a member has an invitation to answer, or proposals to score in the round under way."""
    if member.state == "invited":
        return member.opportunity.state in PREPARING
    judging = find_evaluation(member.opportunity)
    return member.state == "accepted" and judging is not None and _left(member.user).get(judging.id, 0) > 0


def due_reminders(at: datetime) -> list[PanelMember]:
    """List whom the clock reminds now: of an old invitation, or of sheets left near the decision date."""
    live = (
        select(PanelMember)
        .join(Opportunity)
        .where(
            PanelMember.state.in_(LIVE),
            Opportunity.state.in_(PREPARING),
            or_(PanelMember.reminded_at.is_(None), PanelMember.reminded_at <= at - REMINDER_PAUSE),
            or_(PanelMember.state == "accepted", PanelMember.invited_at <= at - UNANSWERED),
        )
        .options(joinedload(PanelMember.opportunity))
        .order_by(PanelMember.id)
    )
    return [one for one in db.session.scalars(live) if _is_due(one, at)]


def _is_due(member: PanelMember, at: datetime) -> bool:
    decided = member.opportunity.decision_on
    if member.state == "accepted":
        today = at.astimezone(ZoneInfo(member.opportunity.zone)).date()
        if decided is None or abs(decided - today) > NEAR_DECISION:
            return False
    return waits_for(member)


def awaiting(user: User, at: datetime) -> list[Awaiting]:
    """List what waits for a person here, oldest first; nothing where they, or their organization, propose."""
    officer_in = departments_of(user, at, ("officer",))
    waiting = [*_on_panels(user), *to_come(user, at)]
    if officer_in or is_administrator(user, at):
        waiting += _openings(user, at, officer_in)
    if officer_in:
        told = {(one.text, one.arguments.get("number")) for one in waiting}
        waiting += [one for one in _decisions(user, officer_in) if (one.text, one.arguments.get("number")) not in told]
        waiting += _questions(user, officer_in)
    waiting += _explanations(user, at)
    return sorted(waiting, key=lambda one: one.since)


def _line(since: datetime | None, text: str, page: str, one: Opportunity, **values: object) -> Awaiting:
    endpoint = f"evaluations.{page}"
    return Awaiting(since or one.created_at, text, endpoint, {"number": one.number}, {"title": one.title, **values})


def _on_panels(user: User) -> Iterator[Awaiting]:
    left = _left(user)
    for place, judging in _places(user):
        one = place.opportunity
        if place.state == "invited" and one.state in PREPARING:
            yield _line(place.invited_at, N_("Answer the invitation to evaluate %(title)s"), "answer", one)
        if judging is None or one.state != "evaluation" or place.state != "accepted":
            continue
        count = left.get(judging.id, 0)
        if count:
            text = N_("Score 1 proposal for %(title)s") if count == 1 else N_("Score %(count)s proposals for %(title)s")
            yield _line(judging.opened_at, text, "show", one, count=count)
        elif place.chairs and judging.state in JUDGING:
            yield from _round(judging, agrees=True)
        elif judging.state == "agreeing" and _to_second(judging, user):
            text = N_("Confirm what the panel finds not met for %(title)s")
            yield _line(_judged_since(judging), text, "consensus", one)


def _to_second(judging: Evaluation, user: User) -> bool:
    """Say whether a verdict of not met waits for a second person, who may be this one."""
    recused = recusals(judging)
    return any(
        not one.counts and one.by_id != user.id and (one.proponent_id, user.id) not in recused
        for one in agreements(judging).values()
    )  # fmt: skip


def _round(judging: Evaluation, *, agrees: bool = False) -> Iterator[Awaiting]:
    """What a round waits for once its scores are in: the panel's meeting, the next round, or quality to be locked."""
    one = judging.opportunity
    evaluators = evaluators_of(one.id)
    if one.state != "evaluation" or len(evaluators) < FEWEST_EVALUATORS or not judging.proponents:
        return
    if missing_scores(judging):
        return
    since = _judged_since(judging)
    if missing_agreements(judging):
        if agrees:
            yield _line(since, N_("Agree on the scores of %(title)s"), "consensus", one)
    elif judging.round < len(rounds_of(one)):
        yield _line(since, N_("Let proposals for %(title)s go on to the next round"), "advance", one)
    else:
        yield _line(since, LOCK, "show", one)


def _judged_since(judging: Evaluation) -> datetime | None:
    """Say since when a round waits for what comes after its scores: the panel's meeting, else the last sheet."""
    if judging.state == "agreeing":
        begun = select(func.max(Event.at)).where(
            Event.procurement == judging.opportunity.ocid, Event.action == "evaluation.meet"
        )
        return db.session.scalar(begun)
    submitted = (
        select(func.max(Score.at))
        .join(Sheet)
        .join(Proponent)
        .where(Proponent.evaluation_id == judging.id, Sheet.round == judging.round, Sheet.voided_at.is_(None))
    )
    return db.session.scalar(submitted) or judging.opened_at


def _openings(user: User, at: datetime, officer_in: frozenset[int]) -> Iterator[Awaiting]:
    closed = or_(Opportunity.state == "closed", and_(Opportunity.state == "open", Opportunity.closing_at <= at))
    mine = or_(
        Opportunity.department_id.in_(officer_in),
        Evaluation.id.is_not(None) if is_administrator(user, at) else Evaluation.id.in_(()),
    )
    waiting = (
        select(Opportunity, Evaluation)
        .outerjoin(Evaluation, Evaluation.opportunity_id == Opportunity.id)
        .where(closed, mine, or_(Evaluation.id.is_(None), Evaluation.first_opener_id != user.id))
        .order_by(Opportunity.closing_at, Opportunity.id)
        .limit(LIMIT)
    )
    rows: list[tuple[Opportunity, Evaluation | None]] = [(row[0], row[1]) for row in db.session.execute(waiting)]
    for one, judging in rows:
        if not proposes(user.id, one):
            text = (
                N_("Open the proposals for %(title)s")
                if judging is None
                else N_("Open the proposals for %(title)s as the second person")
            )
            yield _line(one.closing_at if judging is None else judging.first_opened_at, text, "show", one)


def _decisions(user: User, officer_in: frozenset[int]) -> Iterator[Awaiting]:
    for judging in db.session.scalars(_under_way(officer_in)):
        one = judging.opportunity
        if proposes(user.id, one):
            continue
        award = next((live for live in live_awards(one) if live.state == "proposed"), None)
        if judging.state in JUDGING and judging.proponents:
            yield from _round(judging)
        elif judging.state == "scoring":
            yield _line(judging.opened_at, N_("No proposals for %(title)s: say how it ends"), "show", one)
        elif judging.state == "locked" and award is None:
            yield _line(judging.locked_at, N_("Award %(title)s"), "award", one)
        elif award is not None and award.by_id != user.id:
            yield _line(award.at, N_("Confirm or refuse the award of %(title)s"), "confirm", one)


def _questions(user: User, officer_in: frozenset[int]) -> Iterator[Awaiting]:
    """Questions about debriefs that wait for an officer's answer."""
    asked = (
        select(DebriefQuestion, Opportunity, Proponent.number)
        .join(Proponent, Proponent.id == DebriefQuestion.proponent_id)
        .join(Evaluation, Evaluation.id == Proponent.evaluation_id)
        .join(Opportunity, Opportunity.id == Evaluation.opportunity_id)
        .where(DebriefQuestion.answered_at.is_(None), Opportunity.department_id.in_(officer_in))
        .order_by(DebriefQuestion.id)
        .limit(LIMIT)
    )
    for question, one, number in db.session.execute(asked):
        if not proposes(user.id, one):
            line = _line(question.asked_at, N_("Answer a question about a debrief of %(title)s"), "answer_debrief", one)
            yield replace(line, arguments={**line.arguments, "proponent": number})


def _explanations(user: User, at: datetime) -> Iterator[Awaiting]:
    """Prices that a bidder is asked to explain."""
    own = select(Membership.organization_id).where(Membership.user_id == user.id, Membership.state == "active")
    asked = (
        select(Explanation, Proposal)
        .join(Proponent, Proponent.id == Explanation.proponent_id)
        .join(Proposal, Proposal.id == Proponent.proposal_id)
        .where(
            Explanation.answered_at.is_(None), Explanation.due_at > at,
            or_(Proposal.author_id == user.id, Proposal.organization_id.in_(own)),
        )
        .options(joinedload(Proposal.opportunity))
        .order_by(Explanation.id)
        .limit(LIMIT)
    )  # fmt: skip
    for explanation, proposal in db.session.execute(asked):
        if user.id in {person.id for person in side_of(proposal)}:
            one = proposal.opportunity
            line = _line(explanation.asked_at, N_("Explain your price for %(title)s"), "explain_price", one)
            yield replace(line, arguments={"key": proposal.key}, due=explanation.due_at, zone=one.zone)


def _under_way(officer_in: frozenset[int]) -> Select[Evaluation]:
    return (
        select(Evaluation)
        .join(Opportunity)
        .where(
            Opportunity.state == "evaluation",
            Opportunity.department_id.in_(officer_in),
        )
        .options(joinedload(Evaluation.opportunity))
        .order_by(Evaluation.opened_at, Evaluation.id)
        .limit(LIMIT)
    )
