"""Whose side a person is on: the one gate before anything sealed."""

from sqlalchemy import ColumnElement, and_, bindparam, or_, select
from sqlalchemy.orm import joinedload

from app.core.audit import Actor
from app.core.db import db
from app.core.errors import NotFound
from auth.models import Membership, User
from auth.policy import SPEAKS
from auth.queries import find_role
from opportunities.models import Opportunity
from proposals import policy
from proposals.models import Proposal
from proposals.policy import Facts


def on_side_of(user: User) -> ColumnElement[bool]:
    """Say in SQL what `policy.on_authors_side` says of one proposal."""
    member = select(Membership.organization_id).where(Membership.user_id == user.id, Membership.state == "active")
    leads = member.where(Membership.role.in_(SPEAKS))
    alone_or_member = or_(Proposal.organization_id.is_(None), Proposal.organization_id.in_(member))
    return or_(and_(Proposal.author_id == user.id, alone_or_member), Proposal.organization_id.in_(leads))


def side_of(proposal: Proposal, by: Actor) -> Facts:
    """Say where a person stands towards a proposal."""
    return Facts(
        is_author=by.id is not None and by.id == proposal.author_id,
        organization_role=find_role(by.id, proposal.organization_id),
        for_organization=proposal.organization_id is not None,
    )


def refuse_strangers(proposal: Proposal, user: User) -> None:
    """Refuse whoever is not of the author's side as if there were nothing."""
    if not policy.on_authors_side(side_of(proposal, user)):
        raise NotFound(sealed=True)


_BY_KEY = (
    select(Proposal)
    .where(Proposal.key == bindparam("key"))
    .options(
        joinedload(Proposal.opportunity, innerjoin=True).joinedload(Opportunity.department, innerjoin=True),
        joinedload(Proposal.author, innerjoin=True),
    )
)


def get_own(key: str, user: User) -> Proposal:
    """Get a proposal of one's own side; what is another's and what does not exist answer alike."""
    proposal = db.session.scalar(_BY_KEY, {"key": key})
    if proposal is None:
        raise NotFound(sealed=True)
    refuse_strangers(proposal, user)
    return proposal
