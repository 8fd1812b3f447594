"""Invitations to a challenge or an interview, one proponent at a time; a later one supersedes."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.core import audit
from app.core.audit import PARTIES
from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotAllowed, NotNow, NotValid
from auth.models import User
from evaluations import notifications, policy, queries
from evaluations.models import Invitation, Proponent
from evaluations.record import HELD
from opportunities.models import Stage

LONGEST_PLACE = 500


def invite_to(
    proponent: Proponent, stage: Stage, *, starts_at: datetime, place: str, words: str = "", seen: int = 0,
    by: User, at: datetime,
) -> Invitation:  # fmt: skip
    """Invite a proponent to a challenge or an interview; `seen` is the revision the officer saw, which this replaces.

    `place` is an address, a room or a link.
    """
    evaluation = proponent.evaluation
    facts = queries.facts(evaluation.opportunity, by, at)
    if not policy.is_officer(facts):
        raise NotAllowed(sealed=True)
    under_way = [one.id for one in queries.rounds_of(evaluation.opportunity)[evaluation.round - 1]]
    invites = facts.stage == "evaluation" and facts.judging == "scoring" and stage.kind in HELD
    if not invites or stage.id not in under_way or not queries.is_judged_now(proponent):
        raise NotNow(N_("Proponents are invited while the round of the challenge or interview is under way."))
    _refuse_wrong_moment(stage, starts_at, evaluation.opportunity.zone, at)
    if not place.strip() or len(place) > LONGEST_PLACE or len(words) > policy.LONGEST_TEXT:
        raise NotValid(N_("Say where: an address, a room or a link."), field="place")
    before = queries.invitations(evaluation).get((proponent.id, stage.id))
    if (before.revision if before else 0) != seen:
        raise NotNow(N_("This proponent was invited meanwhile. Look at what stands now."))
    if before is not None:
        before.superseded = True
        db.session.flush()
    invitation = Invitation(
        proponent=proponent, stage=stage, revision=seen + 1, starts_at=starts_at, place=place.strip(),
        words=words.strip(), by_id=by.id, at=at,
    )  # fmt: skip
    db.session.add(invitation)
    event = audit.record(
        "evaluation.invite", evaluation.subject, by=by, at=at, audience=PARTIES,
        proponent=proponent.number, revision=invitation.revision,
    )  # fmt: skip
    notifications.invited_to(invitation, event)
    return invitation


def _refuse_wrong_moment(stage: Stage, starts_at: datetime, zone: str, at: datetime) -> None:
    """The moment is to come, and on one of the days that the plan published."""
    if starts_at <= at:
        raise NotValid(N_("Choose a moment to come."), field="starts_at")
    on = starts_at.astimezone(ZoneInfo(zone)).date()
    if (stage.held_from and on < stage.held_from) or (stage.held_until and on > stage.held_until):
        raise NotValid(N_("Choose one of the days that the plan published."), field="starts_at")
