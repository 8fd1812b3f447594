"""The panel: invitations, declarations of interest, chair, replacement, recusal."""

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from app.core import audit
from app.core.audit import CLOCK, PARTIES, Actor
from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotAllowed, NotNow, NotValid
from auth.models import User
from evaluations import notifications, policy, queries
from evaluations.actions.sheets import reopen
from evaluations.lifecycle import PANEL_MEMBER
from evaluations.models import (
    Agreement,
    Declaration,
    Evaluation,
    Meeting,
    PanelMember,
    Proponent,
    Recusal,
    Sheet,
)
from opportunities.models import Opportunity

LIVE = ("invited", "accepted")


def invite(opportunity: Opportunity, address: str, *, chairs: bool = False, by: User, at: datetime) -> PanelMember:
    """Invite the person with a verified e-mail address to the panel; whether they propose is not looked at here.

    To look would tell the officer of a sealed proposal: a person who proposes can only decline.
    """
    facts = queries.facts(opportunity, by, at)
    person = queries.find_verified(address)
    if person is None:
        raise NotValid(
            N_("Nobody here has this as a verified e-mail address. Ask them to sign in first."), field="address"
        )
    if queries.find_place(opportunity, person) is not None:
        raise NotValid(N_("%(name)s is already on the panel."), field="address", name=person.name)
    if chairs:
        _step_down(opportunity)
    member = PanelMember(
        opportunity=opportunity, user=person, chairs=chairs, invited_by_id=by.id, invited_at=at, answered_at=None
    )
    event = PANEL_MEMBER.move(member, "invite", by=by, at=at, facts=facts, chairs=chairs)
    notifications.invited(member, event)
    return member


def answer(
    member: PanelMember, *, accepts: bool, conflict: bool, words: str, by: User, at: datetime
) -> PanelMember:  # fmt: skip
    """Accept a place by declaring, in one's own words, that there is no conflict; or decline it."""
    if accepts or conflict:
        _declare(member, conflict=conflict, words=words, by=by, at=at)
    facts = queries.facts(member.opportunity, by, at)
    member.answered_at = at
    if not accepts or conflict:
        event = PANEL_MEMBER.move(member, "decline", by=by, at=at, facts=facts)
        notifications.left(member, event)
    else:
        PANEL_MEMBER.move(member, "accept", by=by, at=at, facts=facts)
    return member


def recuse(member: PanelMember, *, words: str, by: User, at: datetime) -> PanelMember:
    """Declare a later conflict: the person leaves, and their sheets no longer count but stay in the record."""
    _declare(member, conflict=True, words=words, by=by, at=at)
    _leave(member, by=by, at=at)
    return member


def recuse_from(proponent: Proponent, *, words: str, by: User, at: datetime) -> Recusal:
    """Declare a conflict with one proposal only: the person goes on judging the others."""
    opportunity = proponent.evaluation.opportunity
    facts = queries.facts(opportunity, by, at)
    if not policy.is_evaluator(facts):
        raise NotAllowed(sealed=True)
    if facts.judging not in (*policy.JUDGING, "locked") or (proponent.id, by.id) in queries.recusals(
        proponent.evaluation
    ):
        raise NotNow
    if not policy.is_sentence(words):
        raise NotValid(N_("Declare in your own words, in a sentence or more."), field="words")
    recusal = Recusal(proponent=proponent, user=by, words=words.strip(), at=at)
    db.session.add(recusal)
    place = queries.find_place(opportunity, by)
    assert place is not None  # noqa: S101  (an evaluator has a place)
    event = audit.record(
        "panel_member.recuse_from", place.subject, by=by, at=at, audience=PARTIES, proponent=proponent.number
    )
    _void(Sheet.proponent_id == proponent.id, by, at)
    _reopen_agreements(proponent.evaluation, by, Agreement.proponent_id == proponent.id)
    notifications.recused_from(place, proponent, event)
    return recusal


def recuse_if_proposing(member: PanelMember, *, at: datetime) -> PanelMember:
    """Take a person off the panel who turns out, at the opening, to be on a proponent's side."""
    if member.state in LIVE and queries.proposes(member.user_id, member.opportunity):
        _leave(member, by=CLOCK, at=at)
    return member


def recuse_proposing(evaluation: Evaluation, *, at: datetime) -> list[PanelMember]:
    """Take off the panel whoever came onto a proponent's side since the opening; what they scored is void, visibly."""
    return [recuse_if_proposing(member, at=at) for member in queries.panel(evaluation.opportunity)]


def replace(member: PanelMember, *, by: User, at: datetime) -> PanelMember:
    """Take a person off the panel so that another can be invited; their sheets stay in the record."""
    facts = queries.facts(member.opportunity, by, at)
    event = PANEL_MEMBER.move(member, "replace", by=by, at=at, facts=facts)
    evaluation = queries.find_evaluation(member.opportunity)
    if evaluation is not None:
        of_round = Proponent.evaluation_id == evaluation.id
        _void(of_round & (Sheet.round == evaluation.round), member.user, at)
    notifications.replaced(member, event)
    return member


def make_chair(member: PanelMember, *, by: User, at: datetime) -> PanelMember:
    """Give the chair to a member; there is exactly one."""
    facts = queries.facts(member.opportunity, by, at)
    if not policy.is_officer(facts):
        raise NotAllowed
    if member.state not in LIVE or facts.stage not in policy.PREPARING:
        raise NotNow
    _step_down(member.opportunity)
    member.chairs = True
    event = audit.record("panel_member.chair", member.subject, by=by, at=at, audience=PARTIES)
    notifications.chosen_to_chair(member, event)
    return member


def _step_down(opportunity: Opportunity) -> None:
    for place in queries.panel(opportunity):
        place.chairs = place.chairs and place.state not in LIVE
    db.session.flush()


def _declare(member: PanelMember, *, conflict: bool, words: str, by: User, at: datetime) -> None:
    if by.id != member.user_id:
        raise NotAllowed(sealed=True)
    if not policy.is_sentence(words):
        raise NotValid(N_("Declare in your own words, in a sentence or more."), field="words")
    db.session.add(
        Declaration(opportunity_id=member.opportunity_id, user_id=by.id, conflict=conflict, words=words.strip(), at=at)
    )
    audit.record("panel_member.declare", member.subject, by=by, at=at, audience=PARTIES, conflict=conflict)


def _leave(member: PanelMember, *, by: Actor, at: datetime) -> None:
    event = PANEL_MEMBER.move(member, "recuse", by=by, at=at)
    evaluation = queries.find_evaluation(member.opportunity)
    if evaluation is not None:
        _void(Proponent.evaluation_id == evaluation.id, member.user, at)
        apart = select(Recusal.proponent_id).where(Recusal.user_id == member.user_id)
        _reopen_agreements(evaluation, member.user, Agreement.proponent_id.not_in(apart))
    notifications.left(member, event)


def _void(which: ColumnElement[bool], person: User, at: datetime) -> None:
    """Take a person's sheets out of the count; they stay in the record. What was agreed on them is open again."""
    theirs = select(Sheet).join(Proponent).where(which, Sheet.evaluator_id == person.id, Sheet.voided_at.is_(None))
    for sheet in db.session.scalars(theirs):
        sheet.voided_at = at
        if sheet.submitted_at is not None and sheet.round == sheet.proponent.evaluation.round:
            reopen(sheet.proponent)


def _reopen_agreements(evaluation: Evaluation, person: User, which: ColumnElement[bool]) -> None:
    """What somebody in conflict had a hand in agreeing on in this round has to be agreed on again.

    Of a proposal from which they were recused before they had none, though they attended the meeting.
    """
    tainted = (
        select(Agreement)
        .join(Meeting)
        .where(
            which, Meeting.evaluation_id == evaluation.id, Meeting.round == evaluation.round,
            or_(
                Meeting.attendees.any(User.id == person.id), Agreement.by_id == person.id,
                Agreement.second_id == person.id,
            ),
            Agreement.superseded.is_(False),
        )
    )  # fmt: skip
    for agreement in db.session.scalars(tainted):
        agreement.superseded = True
