"""A person's own proposals: which they are, what decides about them, what waits."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import defer, joinedload

import auth.queries
from app.core.audit import Actor, Event
from app.core.awaiting import Awaiting
from app.core.bilingual import N_
from app.core.db import Moment, columns, db
from auth.models import Organization, Terms, User
from auth.queries import organizations_of, roles_in
from opportunities.models import Addendum, Opportunity
from opportunities.policy import is_open
from proposals import policy
from proposals.content import STEPS, Gap, gaps, steps_done
from proposals.models import Proposal
from proposals.policy import Facts
from proposals.queries import sealed
from proposals.queries.custody import custody_awaiting
from proposals.queries.side import on_side_of, side_of

PAGE = 20
RESULT_SHOWN = timedelta(days=30)
RESULTS = {
    "proposal.award": (N_("Your proposal for “%(title)s” was chosen. Read the decision."), "evaluations.debrief"),
    "proposal.not_award": (
        N_("The decision on “%(title)s” is made. Read how your proposal came out."),
        "evaluations.debrief",
    ),
    "proposal.disqualify": (N_("Your proposal for “%(title)s” was disqualified. Read why."), "proposals.show"),
}
"""What is told of each result, and on which page it is read."""
ACCEPTED_WITH_PROPOSAL = ("terms", "eligibility")
_TERM = Terms.__table__.c
_IN_FORCE = (
    select(_TERM.kind, _TERM.id)
    .where(_TERM.kind.in_(ACCEPTED_WITH_PROPOSAL), _TERM.published_at <= bindparam("at", type_=Moment))
    .order_by(_TERM.number)
)


def may_propose(user: User, opportunity: Opportunity, at: datetime) -> bool:
    """Say whether a person may propose here at all: staff of a department do not bid there."""
    return auth.queries.may_propose(user, opportunity.department, at)


def facts(proposal: Proposal, by: Actor, at: datetime, missing: tuple[Gap, ...] | None = None) -> Facts:
    """Gather what decides about a proposal and a person at a moment; `missing` in its text if that is known already."""
    side = side_of(proposal, by)
    person = by if isinstance(by, User) else None
    if missing is None:
        missing = _gaps(proposal, person) if person is not None and policy.on_authors_side(side) else ()
    return Facts(
        is_author=side.is_author,
        organization_role=side.organization_role,
        for_organization=side.for_organization,
        may_propose=person is not None and may_propose(person, proposal.opportunity, at),
        roles=roles_in(person, proposal.opportunity.department_id, at),
        gaps=missing,
        by_clock=by.id is None,
    )


def _gaps(proposal: Proposal, person: User) -> tuple[Gap, ...]:
    """Say what is missing; of what custodians keep the key of, nothing: it was complete when it was received."""
    if sealed.is_sealed_away(proposal):
        return ()
    return gaps(sealed.content_for_author(proposal, person), sealed.ask_of(proposal.opportunity))


def starts_as(user: User, opportunity: Opportunity) -> list[Organization]:
    """List the organizations for which a person could still start a proposal."""
    taken = select(Proposal.organization_id).where(
        Proposal.opportunity_id == opportunity.id, Proposal.organization_id.is_not(None)
    )
    numbers = set(db.session.scalars(taken))
    return [one for one in organizations_of(user) if one.id not in numbers]


def find_rival(opportunity: Opportunity, author: User, organization: Organization | None) -> Proposal | None:
    """Find the proposal that this person, or this organization, already has here."""
    same = (
        Proposal.organization_id == organization.id
        if organization
        else and_(Proposal.author_id == author.id, Proposal.organization_id.is_(None))
    )
    return db.session.scalar(select(Proposal).where(Proposal.opportunity_id == opportunity.id, same))


def find_own(opportunity: Opportunity, user: User | None) -> Proposal | None:
    """Find a person's own proposal on an opportunity, the one changed last if they have several."""
    if user is None:
        return None
    own = select(Proposal).where(Proposal.opportunity_id == opportunity.id, on_side_of(user))
    return db.session.scalar(own.order_by(Proposal.updated_at.desc(), Proposal.id.desc()).limit(1))


def progress(proposal: Proposal, user: User) -> tuple[int, int]:
    """Say how many of how many steps are done: `2 of 4`."""
    if sealed.is_sealed_away(proposal):
        return STEPS, STEPS
    content = sealed.content_for_author(proposal, user)
    done = steps_done(content, sealed.ask_of(proposal.opportunity))
    return done + (proposal.state == "submitted"), STEPS


def shown_state(proposal: Proposal, at: datetime) -> str:
    """Name the state of a proposal for its author at a moment."""
    return policy.shown_state(proposal, at)


def list_own(user: User, after: str | None = None, limit: int = PAGE) -> tuple[list[Proposal], str | None]:
    """List a person's own side's proposals, newest first, and the key after which the next page begins."""
    own = select(Proposal).where(on_side_of(user)).options(
        joinedload(Proposal.opportunity), joinedload(Proposal.organization), defer(Proposal.content)
    )  # fmt: skip
    if after:
        own = own.where(Proposal.id < select(Proposal.id).where(Proposal.key == after).scalar_subquery())
    rows = list(db.session.scalars(own.order_by(Proposal.id.desc()).limit(limit + 1)))
    return rows[:limit], rows[limit - 1].key if len(rows) > limit else None


def changes_to_confirm(proposal: Proposal) -> Sequence[Addendum]:
    """List the addenda since the edition that was last confirmed, oldest first."""
    opportunity = proposal.opportunity
    if proposal.state != "submitted" or policy.is_confirmed(proposal, opportunity):
        return []
    return [note for note in opportunity.addenda if note.edition.number > proposal.confirmed_edition]


def terms_in_force(at: datetime) -> list[int]:
    """Number the versions in force of what is accepted with each submission."""
    current = {one.kind: one.id for one in columns(_IN_FORCE, at=at)}
    return [current[kind] for kind in ACCEPTED_WITH_PROPOSAL if kind in current]


def terms_to_accept(at: datetime) -> list[Terms]:
    """List the versions in force of what is accepted with each submission, to be read."""
    return [db.session.get_one(Terms, number) for number in terms_in_force(at)]


def awaiting(user: User, at: datetime) -> list[Awaiting]:
    """Say what waits for a person: drafts to submit, proposals to confirm, results to read; oldest first."""
    live = select(Proposal).join(Opportunity).where(
        on_side_of(user), Proposal.state.in_(("draft", "submitted")), Opportunity.state == "open",
        Opportunity.closing_at > at,
    ).options(joinedload(Proposal.opportunity), defer(Proposal.content))  # fmt: skip
    lines = [line for proposal in db.session.scalars(live.order_by(Proposal.id)) for line in _line(proposal, at)]
    return sorted((*lines, *_results(user, at), *custody_awaiting(user, at)), key=lambda line: line.since)


def _line(proposal: Proposal, at: datetime) -> list[Awaiting]:
    opportunity = proposal.opportunity
    if not is_open(opportunity, at):
        return []
    if proposal.state == "draft":
        text = N_("Submit your proposal for “%(title)s”.")
    elif not policy.is_confirmed(proposal, opportunity):
        text = N_("“%(title)s” changed. Confirm your proposal, or it lapses at the closing.")
    else:
        return []
    return [
        Awaiting(
            proposal.updated_at, text, "proposals.show", {"key": proposal.key}, {"title": opportunity.title},
            due=opportunity.closing_at, zone=opportunity.zone,
        )
    ]  # fmt: skip


def _results(user: User, at: datetime) -> list[Awaiting]:
    told = (
        select(Event.at, Event.action, Proposal.key, Opportunity)
        .join(Proposal, and_(Event.kind == "proposal", Event.subject_id == Proposal.id))
        .join(Opportunity, Proposal.opportunity_id == Opportunity.id)
        .where(on_side_of(user), Event.action.in_(tuple(RESULTS)), Event.at > at - RESULT_SHOWN, Event.at <= at)
        .order_by(Event.id)
    )
    return [
        Awaiting(since, RESULTS[action][0], RESULTS[action][1], {"key": key}, {"title": opportunity.title})
        for since, action, key, opportunity in db.session.execute(told)
    ]
