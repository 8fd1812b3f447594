"""Who may do what with a proposal: plain functions of facts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.core.bilingual import N_
from app.core.errors import NotNow, NotValid, Refusal
from auth.policy import SPEAKS
from opportunities.models import Opportunity
from opportunities.policy import is_open
from proposals.content import Gap
from proposals.models import Custody, Proposal

OFFICER, ADMINISTRATOR = "officer", "administrator"
OPENED_STATES = ("opened", "disqualified", "awarded", "declined", "not_awarded")

Rule = Callable[["Facts"], bool]
Moment = Callable[[Proposal, datetime, "Facts"], Refusal | None]

IN_CUSTODY = N_(
    "Your proposal was received, and custodians keep its key: not even you can read it here. "
    "To change it, withdraw it and write it anew."
)
CLOSED = N_("The closing has passed. Nothing can be submitted or changed any more; your text is kept.")


@dataclass(frozen=True)
class Facts:
    """What decides, gathered by `queries.facts`: the person's side, their roles in the department, what is missing."""

    is_author: bool = False
    organization_role: str | None = None
    for_organization: bool = False
    may_propose: bool = False
    roles: frozenset[str] = frozenset()
    gaps: tuple[Gap, ...] = ()
    by_clock: bool = False


def on_authors_side(facts: Facts) -> bool:
    """The author; for an organization, its owners and administrators too, and the author only while a member."""
    if facts.for_organization:
        return facts.organization_role in SPEAKS or (facts.is_author and facts.organization_role is not None)
    return facts.is_author


def may_start(facts: Facts) -> bool:
    """Whoever may propose to this department, alone or for an organization of theirs."""
    return facts.may_propose and facts.is_author and (not facts.for_organization or facts.organization_role is not None)


def may_submit(facts: Facts) -> bool:
    """The author's side, as long as it may propose to this department."""
    return facts.may_propose and on_authors_side(facts)


def may_open(facts: Facts) -> bool:
    """An officer of the department, or an administrator as the second of two: who opens never reads by that alone."""
    return OFFICER in facts.roles or ADMINISTRATOR in facts.roles


def may_decide(facts: Facts) -> bool:
    """An officer of the department."""
    return OFFICER in facts.roles


def may_end(facts: Facts) -> bool:
    """An officer, or the exchange itself when a date has passed."""
    return OFFICER in facts.roles or facts.by_clock


def may_decline(facts: Facts) -> bool:
    """The winner; or an officer who writes down that the winner did not answer; or the clock."""
    return on_authors_side(facts) or may_end(facts)


def is_confirmed(proposal: Proposal, opportunity: Opportunity) -> bool:
    """Whether it was submitted, or submitted again, since the last material change."""
    return proposal.confirmed_edition >= opportunity.material_edition


def shown_state(proposal: Proposal, at: datetime) -> str:
    """Name the state for its author: `unconfirmed` while to be confirmed, `cancelled` when the opportunity was."""
    opportunity = proposal.opportunity
    if opportunity.state == "cancelled" and proposal.state != "withdrawn":
        return "cancelled"
    if proposal.state == "submitted" and not is_confirmed(proposal, opportunity):
        return "unconfirmed" if is_open(opportunity, at) else "lapsed"
    if proposal.state == "draft" and not is_open(opportunity, at):
        return "unsent"
    return proposal.state


def unless_closed(proposal: Proposal, at: datetime, _facts: Facts) -> Refusal | None:
    """Refuse once the closing has passed; equal is late."""
    return None if is_open(proposal.opportunity, at) else NotNow(CLOSED)


def unless_closed_or_incomplete(proposal: Proposal, at: datetime, facts: Facts) -> Refusal | None:
    """Refuse after the closing, and what is not complete."""
    closed = unless_closed(proposal, at, facts)
    if closed is not None or not facts.gaps:
        return closed
    gap = facts.gaps[0]
    return NotValid(gap.message, field=gap.box, **gap.values)


def unless_still_open(proposal: Proposal, at: datetime, _facts: Facts) -> Refusal | None:
    """Refuse before the closing: nothing is unsealed while proposals come in."""
    return NotNow(N_("Proposals stay sealed until the closing.")) if is_open(proposal.opportunity, at) else None


def unless_unconfirmed(proposal: Proposal, at: datetime, facts: Facts) -> Refusal | None:
    """Refuse to open what was not confirmed after the last material change."""
    if not is_confirmed(proposal, proposal.opportunity):
        return NotNow(N_("This proposal was not confirmed after the opportunity changed; it has lapsed."))
    return unless_still_open(proposal, at, facts)


def unless_confirmed(proposal: Proposal, at: datetime, facts: Facts) -> Refusal | None:
    """Refuse to lapse what was confirmed."""
    if is_confirmed(proposal, proposal.opportunity):
        return NotNow(N_("This proposal was confirmed; it does not lapse."))
    return unless_still_open(proposal, at, facts)


def at_any_time(_proposal: Proposal, _at: datetime, _facts: Facts) -> None:
    """Nothing but the state decides when."""


def when_all_accepted(custody: Custody, _at: datetime, _facts: Facts) -> Refusal | None:
    """Custody holds once everybody named has accepted."""
    if all(place.accepted_at for place in custody.custodians):
        return None
    return NotNow(N_("Not everybody has accepted yet. Custody begins once all have."))
