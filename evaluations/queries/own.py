"""What one evaluator has before them: what they judge, what is left, which scores they may see."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core.awaiting import Awaiting
from app.core.bilingual import N_
from app.core.db import db
from auth.models import User
from evaluations.models import Evaluation, Invitation, Proponent, Recusal, Score, Sheet
from evaluations.queries.sheets import judged_now, recusals, rounds_of
from evaluations.record import HELD
from proposals.models import Proposal
from proposals.queries import on_side_of


def is_recused(proponent: Proponent, person: User) -> bool:
    """Say whether a person declared a conflict with this proponent."""
    found = select(Recusal.id).where(Recusal.proponent_id == proponent.id, Recusal.user_id == person.id)
    return db.session.scalar(found) is not None


def to_judge(evaluation: Evaluation, person: User) -> list[Proponent]:
    """List the proponents that a person judges in the round under way, by number."""
    recused = recusals(evaluation)
    return [one for one in judged_now(evaluation) if (one.id, person.id) not in recused]


def left_to_score(evaluation: Evaluation, person: User) -> list[int]:
    """Number the proponents that a person has still to score in the round under way."""
    submitted = select(Sheet.proponent_id).where(
        Sheet.evaluator_id == person.id, Sheet.round == evaluation.round, Sheet.submitted_at.is_not(None),
        Sheet.voided_at.is_(None),
    )  # fmt: skip
    done = set(db.session.scalars(submitted))
    return [one.number for one in to_judge(evaluation, person) if one.id not in done]


def visible_scores(proponent: Proponent, person: User) -> dict[int, list[Score]]:
    """Give the scores that stand, by criterion, of every round in which one's own sheet is in; one's own come first."""
    own = select(Sheet.round).where(
        Sheet.proponent_id == proponent.id, Sheet.evaluator_id == person.id, Sheet.submitted_at.is_not(None),
        Sheet.voided_at.is_(None),
    )  # fmt: skip
    standing = (
        select(Score)
        .join(Sheet)
        .where(
            Sheet.proponent_id == proponent.id, Sheet.round.in_(own), Sheet.submitted_at.is_not(None),
            Score.superseded.is_(False),
        )
        .options(joinedload(Score.sheet).joinedload(Sheet.evaluator))
        .order_by(Sheet.evaluator_id != person.id, Sheet.id)
    )  # fmt: skip
    found: dict[int, list[Score]] = {}
    for score in db.session.scalars(standing):
        found.setdefault(score.criterion_id, []).append(score)
    return found


def invitations(evaluation: Evaluation) -> dict[tuple[int, int], Invitation]:
    """Give the invitations to a challenge or an interview that stand, by (proponent's id, stage's id)."""
    standing = (
        select(Invitation)
        .join(Proponent, Proponent.id == Invitation.proponent_id)
        .where(Proponent.evaluation_id == evaluation.id, Invitation.superseded.is_(False))
    )
    return {(one.proponent_id, one.stage_id): one for one in db.session.scalars(standing)}


def is_held(proponent: Proponent, at: datetime) -> bool:
    """Say whether the challenge or interview of the round has begun: at the moment invited to, else its first day."""
    evaluation = proponent.evaluation
    rounds = rounds_of(evaluation.opportunity)
    held = [one for one in rounds[evaluation.round - 1] if one.kind in HELD] if rounds else []
    sent = invitations(evaluation) if held else {}
    zone = ZoneInfo(evaluation.opportunity.zone)
    for stage in held:
        invited = sent.get((proponent.id, stage.id))
        if invited is not None and at < invited.starts_at:
            return False
        if invited is None and stage.held_from is not None and at.astimezone(zone).date() < stage.held_from:
            return False
    return True


def uninvited(evaluation: Evaluation) -> int:
    """Count the invitations that are still to be sent in the round under way: each proponent × what is held."""
    rounds = rounds_of(evaluation.opportunity)
    held = [one for one in rounds[evaluation.round - 1] if one.kind in HELD] if rounds else []
    if not held:
        return 0
    sent = invitations(evaluation)
    return sum((one.id, stage.id) not in sent for one in judged_now(evaluation) for stage in held)


def invitations_to(proposal: Proposal) -> list[Invitation]:
    """List the invitations to a proposal's side that stand, the first to come first."""
    standing = (
        select(Invitation)
        .join(Proponent, Proponent.id == Invitation.proponent_id)
        .where(Proponent.proposal_id == proposal.id, Invitation.superseded.is_(False))
        .order_by(Invitation.starts_at, Invitation.id)
    )
    return list(db.session.scalars(standing))


def to_come(user: User, at: datetime) -> Iterator[Awaiting]:
    """List the challenges and interviews that a person's side is invited to, while they are to come."""
    invited = (
        select(Invitation)
        .join(Proponent, Proponent.id == Invitation.proponent_id)
        .join(Proposal, Proposal.id == Proponent.proposal_id)
        .where(
            Invitation.superseded.is_(False), Invitation.starts_at > at, Proposal.state == "opened", on_side_of(user)
        )
        .options(
            joinedload(Invitation.stage), joinedload(Invitation.proponent).joinedload(Proponent.proposal)
        )
        .order_by(Invitation.starts_at, Invitation.id)
    )  # fmt: skip
    for one in db.session.scalars(invited):
        proposal = one.proponent.proposal
        yield Awaiting(
            one.at, N_("Come to “%(stage)s” for %(title)s"), "evaluations.invitation", {"key": proposal.key},
            {"stage": one.stage.title, "title": proposal.opportunity.title}, one.starts_at, proposal.opportunity.zone,
        )  # fmt: skip
