"""What waits for a person in evaluations, and the panels on which a person has a place."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.core.awaiting import Awaiting
from app.core.bilingual import N_
from app.core.db import db
from auth.models import User
from auth.queries import departments_of, is_administrator
from evaluations.models import Award, Evaluation, PanelMember, Proponent, Sheet
from evaluations.policy import PREPARING
from evaluations.queries.people import LIVE, proposes
from evaluations.queries.proceedings import find_live_award
from evaluations.queries.sheets import missing_scores
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
    """Count, by evaluation, the proposals that a person has not scored yet."""
    rows = db.session.execute(
        select(Proponent.evaluation_id, func.count())
        .join(Proposal)
        .join(Evaluation, Evaluation.id == Proponent.evaluation_id)
        .join(PanelMember, PanelMember.opportunity_id == Evaluation.opportunity_id)
        .outerjoin(Sheet, and_(Sheet.proponent_id == Proponent.id, Sheet.evaluator_id == user.id))
        .where(
            PanelMember.user_id == user.id, PanelMember.state == "accepted", Evaluation.state == "scoring",
            Proposal.state == "opened",
            Sheet.submitted_at.is_(None),
        )
        .group_by(Proponent.evaluation_id)
    )  # fmt: skip
    return {row[0]: row[1] for row in rows}


def awaiting(user: User, at: datetime) -> list[Awaiting]:
    """List what waits for a person here, oldest first; nothing where they, or their organization, propose."""
    officer_in = departments_of(user, at, ("officer",))
    waiting = list(_on_panels(user))
    if officer_in or is_administrator(user, at):
        waiting += _openings(user, at, officer_in)
    if officer_in:
        told = {(one.text, one.arguments["number"]) for one in waiting}
        waiting += [one for one in _decisions(user, officer_in) if (one.text, one.arguments["number"]) not in told]
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
        elif place.chairs and _is_ready_to_lock(judging):
            yield _line(judging.opened_at, LOCK, "show", one)


def _is_ready_to_lock(judging: Evaluation) -> bool:
    if judging.state != "scoring" or judging.opportunity.state != "evaluation":
        return False
    accepted = select(func.count()).where(
        PanelMember.opportunity_id == judging.opportunity_id, PanelMember.state == "accepted"
    )
    return (db.session.scalar(accepted) or 0) > 1 and bool(judging.proponents) and missing_scores(judging) == 0


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
        .order_by(Opportunity.closing_at)
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
        award = find_live_award(one)
        if judging.state == "scoring" and _is_ready_to_lock(judging):
            yield _line(judging.opened_at, LOCK, "show", one)
        elif judging.state == "scoring" and not judging.proponents:
            yield _line(judging.opened_at, N_("No proposals for %(title)s: say how it ends"), "show", one)
        elif judging.state == "locked" and award is None:
            yield _line(judging.locked_at, N_("Award %(title)s"), "award", one)
        elif award is not None and award.state == "proposed" and award.by_id != user.id:
            yield _line(award.at, N_("Confirm or refuse the award of %(title)s"), "confirm", one)


def _under_way(officer_in: frozenset[int]) -> Select[Evaluation]:
    return (
        select(Evaluation)
        .join(Opportunity)
        .where(
            Opportunity.state == "evaluation",
            Opportunity.department_id.in_(officer_in),
            ~select(Award.id).where(Award.opportunity_id == Opportunity.id, Award.state == "made").exists(),
        )
        .options(joinedload(Evaluation.opportunity))
        .order_by(Evaluation.opened_at)
        .limit(LIMIT)
    )
