"""Who is told of an opportunity: watchers, and each proposal's own side. Read with columns, one statement each."""

from collections.abc import Iterable

from sqlalchemy import Select, and_, func, or_, select, union

from app.core.db import db
from app.core.outbox import To
from auth.models import Membership, User
from auth.policy import SPEAKS
from evaluations.models import PanelMember, Proponent, Sheet
from opportunities.models import Opportunity
from proposals.models import Proposal
from subscriptions.models import Watch


def watchers(opportunity: Opportunity) -> list[To]:
    """List who follows an opportunity: people at their own address and in their language, and addresses alone."""
    following = (
        select(
            func.coalesce(func.nullif(User.email, ""), Watch.address),
            func.coalesce(User.language, Watch.language),
            func.coalesce(User.name, ""),
            User.id,
            Watch.key,
        )
        .outerjoin(User, User.id == Watch.user_id)
        .where(Watch.opportunity_id == opportunity.id, Watch.confirmed_at.is_not(None), Watch.stopped_at.is_(None))
        .order_by(Watch.id)
    )
    return [
        To(email, language, name, number, why="watch", stops=key)
        for email, language, name, number, key in db.session.execute(following)
    ]


def bidders(opportunity: Opportunity, states: Iterable[str] = ("submitted",)) -> list[To]:
    """List the sides of the proposals that are in one of the states; each is told only of their own."""
    sent = select(Proposal.id).where(Proposal.opportunity_id == opportunity.id, Proposal.state.in_(states))
    return _sides(sent, "bid")


def writers(opportunity: Opportunity) -> list[To]:
    """List the sides of the drafts that were never submitted."""
    begun = select(Proposal.id).where(Proposal.opportunity_id == opportunity.id, Proposal.state == "draft")
    return _sides(begun, "draft")


def drafters(opportunity: Opportunity) -> list[To]:
    """List who still has something to send before the closing: an unsubmitted draft, or a proposal to be confirmed."""
    unconfirmed = and_(Proposal.state == "submitted", Proposal.confirmed_edition < opportunity.material_edition)
    waiting = select(Proposal.id).where(
        Proposal.opportunity_id == opportunity.id, or_(Proposal.state == "draft", unconfirmed)
    )
    return _sides(waiting, "draft")


def behind_in_scoring(opportunity: Opportunity) -> list[To]:
    """List the evaluators who have not submitted a sheet for every proposal that is still judged."""
    sent = (Sheet.proponent_id == Proponent.id, Sheet.evaluator_id == User.id, Sheet.submitted_at.is_not(None))
    scored = select(Sheet.id).where(*sent).correlate(Proponent, User)
    waiting = (
        select(Proponent.id)
        .join(Proposal, Proposal.id == Proponent.proposal_id)
        .where(Proposal.opportunity_id == opportunity.id, Proposal.state == "opened", ~scored.exists())
    )
    panel = (
        select(User.email, User.language, User.name, User.id)
        .join(PanelMember, PanelMember.user_id == User.id)
        .where(
            PanelMember.opportunity_id == opportunity.id,
            PanelMember.state == "accepted",
            User.email != "",
            waiting.exists(),
        )
    )
    return [To(*row, why="panel") for row in db.session.execute(panel.order_by(User.id))]


def side(opportunity: Opportunity) -> set[int]:
    """Number everyone who is on the side of a proposal here, whatever became of it."""
    here = select(Proposal.id).where(Proposal.opportunity_id == opportunity.id)
    return {one.id for one in _sides(here, "") if one.id is not None}


def _sides(proposals: Select[int], why: str) -> list[To]:
    """List each proposal's author (still a member, if for an organization) and those who speak for its organization."""
    member = and_(Membership.organization_id == Proposal.organization_id, Membership.state == "active")
    authors = (
        select(Proposal.author_id)
        .outerjoin(Membership, and_(member, Membership.user_id == Proposal.author_id))
        .where(Proposal.id.in_(proposals), or_(Proposal.organization_id.is_(None), Membership.id.is_not(None)))
    )
    leads = (
        select(Membership.user_id)
        .join(Proposal, member)
        .where(Proposal.id.in_(proposals), Membership.role.in_(SPEAKS), Membership.user_id.is_not(None))
    )
    people = select(User.email, User.language, User.name, User.id).where(
        User.id.in_(union(authors, leads).scalar_subquery()), User.email != ""
    )
    return [To(*row, why=why) for row in db.session.execute(people.order_by(User.id))]
