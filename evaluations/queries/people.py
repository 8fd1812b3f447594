"""Who stands where: the panel, declarations, a proponent's side, and the facts that rules ask for."""

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.core.audit import Actor
from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotFound
from auth.models import Email, Membership, Organization, User
from auth.queries import one_human, roles_in
from auth.queries import side_of as side_of_person
from evaluations.models import Award, Declaration, Evaluation, PanelMember, Proponent, Recusal
from evaluations.policy import Facts
from evaluations.queries.own import left_to_score
from evaluations.queries.proceedings import find_evaluation, find_live_award, proponents
from evaluations.queries.ranking import remaining
from evaluations.queries.settled import missing_agreements
from evaluations.queries.sheets import fewest_judges, missing_scores, rounds_of
from opportunities.models import Opportunity
from opportunities.policy import shown_state
from proposals.models import Proposal

LIVE = ("invited", "accepted")
PUBLIC_MAIL = frozenset((
    "bell.net", "gmail.com", "hotmail.com", "icloud.com", "live.ca", "live.com", "me.com", "msn.com", "outlook.com",
    "proton.me", "protonmail.com", "sympatico.ca", "videotron.ca", "yahoo.ca", "yahoo.com",
))  # fmt: skip
"""Mail services that anybody may use: to share one says nothing."""
GITHUB = re.compile(r"https?://(?:www\.)?github\.com/(?:orgs/)?([^/?#]+)", re.IGNORECASE)
"""A link to an owner at GitHub, or to a repository of theirs."""
NOT_IN = ("draft", "withdrawn")


def panel(opportunity: Opportunity) -> list[PanelMember]:
    """List every place there ever was on the panel, in the order of invitations, with its person."""
    places = select(PanelMember).where(PanelMember.opportunity_id == opportunity.id).order_by(PanelMember.id)
    return list(db.session.scalars(places.options(joinedload(PanelMember.user))))


def find_place(opportunity: Opportunity, person: User | None) -> PanelMember | None:
    """Find the place that a person holds, or is offered, on the panel."""
    if person is None:
        return None
    held = select(PanelMember).where(
        PanelMember.opportunity_id == opportunity.id, PanelMember.user_id == person.id, PanelMember.state.in_(LIVE)
    )
    return db.session.scalar(held)


def chair_of(opportunity: Opportunity) -> PanelMember | None:
    """Find who chairs the panel, invited or accepted."""
    return db.session.scalar(
        select(PanelMember).where(
            PanelMember.opportunity_id == opportunity.id, PanelMember.state.in_(LIVE), PanelMember.chairs
        )
    )


def get_member(opportunity: Opportunity, key: str) -> PanelMember:
    """Get a place on the panel by its key, or refuse with NotFound."""
    found = db.session.scalar(
        select(PanelMember).where(PanelMember.opportunity_id == opportunity.id, PanelMember.key == key)
    )
    if found is None:
        raise NotFound(sealed=True)
    return found


def find_verified(address: str) -> User | None:
    """Find the person who has a verified e-mail address; nobody when two people share it."""
    people = db.session.scalars(
        select(User).join(Email).where(Email.address == address.strip().lower(), User.suspended_at.is_(None)).limit(2)
    ).all()
    return people[0] if len(people) == 1 else None


def proposes(person_id: int | None, opportunity: Opportunity) -> bool:
    """Say whether a person, or an organization of theirs, has a proposal in, under whichever account of theirs."""
    return person_id is not None and _propose(one_human(person_id), opportunity)


def _propose(humans: Collection[int], opportunity: Opportunity) -> bool:
    own = select(Membership.organization_id).where(Membership.user_id.in_(humans), Membership.state == "active")
    side = select(Proposal.id).where(
        Proposal.opportunity_id == opportunity.id,
        Proposal.state.not_in(NOT_IN),
        or_(Proposal.author_id.in_(humans), Proposal.organization_id.in_(own)),
    )
    return db.session.scalar(side.limit(1)) is not None


def bidder_name(proposal: Proposal) -> str:
    """Name the bidder: the organization, or the person who proposes alone."""
    return proposal.organization.name if proposal.organization is not None else proposal.author.name


def side_of(proposal: Proposal) -> list[User]:
    """List who is told about a proposal: its author, and those who speak for its organization."""
    return side_of_person(proposal.author, proposal.organization_id)


def facts(opportunity: Opportunity, by: Actor | None, at: datetime) -> Facts:
    """Gather what the rules of an evaluation ask for about a person at a moment; of a stranger they ask no progress."""
    person = by if isinstance(by, User) else None
    evaluation = find_evaluation(opportunity)
    places = [place for place in panel(opportunity) if place.state in LIVE]
    own = next((place for place in places if person is not None and place.user_id == person.id), None)
    humans = one_human(person.id) if person is not None else frozenset[int]()
    roles = roles_in(person, opportunity.department_id, at)
    is_stranger = person is not None and own is None and not roles
    return replace(
        Facts() if is_stranger else _progress(evaluation),
        roles=roles,
        proposes=_propose(humans, opportunity),
        accounts=humans,
        place=own.state if own else "",
        chairs=own is not None and own.chairs,
        left=len(left_to_score(evaluation, own.user)) if evaluation and own and own.state == "accepted" else 0,
        stage=shown_state(opportunity, at),
        first_opener_id=evaluation.first_opener_id if evaluation else None,
        seated_twice=any(one.state == "accepted" and one.user_id in humans for one in places if one is not own),
        awarded=find_live_award(opportunity) is not None,
        evaluators=sum(place.state == "accepted" for place in places),
        chaired=any(place.chairs and place.state == "accepted" for place in places),
    )


def _progress(evaluation: Evaluation | None) -> Facts:
    if evaluation is None:
        return Facts()
    rounds = rounds_of(evaluation.opportunity)
    missing = missing_scores(evaluation)
    return Facts(
        judging=evaluation.state,
        proponents=remaining(evaluation),
        missing=missing,
        judges=fewest_judges(evaluation),
        unsettled=0 if missing else missing_agreements(evaluation),
        round=evaluation.round,
        rounds=max(len(rounds), 1),
        named=any(stage.reveals_names for judged in rounds[: evaluation.round] for stage in judged),
    )


def award_facts(award: Award, by: User, at: datetime) -> Facts:
    """Gather what decides about an award once it is made: roles in the department, and the winner's side."""
    side = {person.id for person in side_of(award.proponent.proposal)}
    return Facts(roles=roles_in(by, award.opportunity.department_id, at), winner=by.id in side)


def declarations(opportunity: Opportunity) -> list[Declaration]:
    """List every declaration of interest, oldest first, with its person."""
    made = select(Declaration).where(Declaration.opportunity_id == opportunity.id).order_by(Declaration.id)
    return list(db.session.scalars(made.options(joinedload(Declaration.user))))


def recusals_in_words(evaluation: Evaluation) -> list[Recusal]:
    """List the conflicts declared with one proposal each, oldest first, with their persons and proponents."""
    made = select(Recusal).join(Proponent).where(Proponent.evaluation_id == evaluation.id).order_by(Recusal.id)
    return list(db.session.scalars(made.options(joinedload(Recusal.user), joinedload(Recusal.proponent))))


def hints(evaluation: Evaluation | None, members: Iterable[PanelMember]) -> dict[int, tuple[str, ...]]:
    """Say, by member, what may be a conflict to ask about; known after the opening, and never naming the bidder."""
    if evaluation is None or evaluation.opened_at is None:
        return {}
    people = [one.user_id for one in members]
    organizations, domains = _sides(evaluation)
    groups, seen = _groups(evaluation), _groups_of(people)
    theirs = {(row.user_id, row.organization_id) for row in db.session.execute(
        select(Membership.user_id, Membership.organization_id).where(Membership.user_id.in_(people))
    )}  # fmt: skip
    addresses = [(row.user_id, row.address.rpartition("@")[2]) for row in db.session.execute(
        select(Email.user_id, Email.address).where(Email.user_id.in_(people))
    )]  # fmt: skip
    found: dict[int, list[str]] = {}
    for person in people:
        if any(who == person and number in organizations for who, number in theirs):
            found.setdefault(person, []).append(N_("belongs, or belonged, to the organization of a proponent"))
        if groups & seen.get(person, set()):
            found.setdefault(person, []).append(N_("is linked to the GitHub organization of a proponent"))
        if any(who == person and domain in domains for who, domain in addresses):
            found.setdefault(person, []).append(N_("has an e-mail address of the same domain as a proponent"))
    return {person: tuple(sentences) for person, sentences in found.items()}


def _sides(evaluation: Evaluation) -> tuple[set[int], set[str]]:
    """Give the organizations and the e-mail domains behind the proponents."""
    behind = [one.proposal for one in proponents(evaluation)]
    organizations = {one.organization_id for one in behind if one.organization_id is not None}
    authors = select(Proposal.author_id).join(Proponent).where(Proponent.evaluation_id == evaluation.id)
    addresses = db.session.scalars(select(Email.address).where(Email.user_id.in_(authors)))
    return organizations, {address.rpartition("@")[2] for address in addresses} - PUBLIC_MAIL


def _groups(evaluation: Evaluation) -> set[str]:
    """Give the GitHub organizations behind the proponents."""
    behind = (one.proposal.organization for one in proponents(evaluation))
    return {one.github_organization.lower() for one in behind if one is not None and one.github_organization}


def _groups_of(people: list[int]) -> dict[int, set[str]]:
    """Give, by person, the GitHub organizations of theirs, and the owners that links in their profile lead to."""
    found: dict[int, set[str]] = {}
    own = (
        select(Membership.user_id, Organization.github_organization)
        .join(Organization)
        .where(Membership.user_id.in_(people), Organization.github_organization != "")
    )
    for person, name in db.session.execute(own):
        if person is not None:
            found.setdefault(person, set()).add(name.lower())
    for person, links in db.session.execute(select(User.id, User.links).where(User.id.in_(people))):
        owners = {match[1].lower() for link in links if (match := GITHUB.match(str(link)))}
        found.setdefault(person, set()).update(owners)
    return found
