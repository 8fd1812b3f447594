"""What the author's side is told: received, withdrawn, lapsed. Never what a proposal says, never the salt.

And what custodians are told: that they are named, that their passphrases are needed.
"""

from collections.abc import Iterable

from app.core import outbox
from app.core.audit import Event
from app.core.tree import last_note
from auth.models import User
from opportunities.models import Opportunity
from proposals.models import Custody, KeyShare, Proposal, Submission


def received(submission: Submission, event: Event) -> None:
    """Send the receipt to the author and to whoever submitted it."""
    proposal, head = submission.proposal, last_note()
    for person in _both(proposal.author, submission.by):
        outbox.post(
            "proposals/receipt", to=person, event=event, proposal=proposal.key, opportunity=proposal.opportunity,
            organization=_organization(proposal), number=submission.number, digest=submission.digest,
            receipt=submission.receipt, head=head,
        )  # fmt: skip


def withdrawn(proposal: Proposal, by: User, event: Event) -> None:
    """Confirm to the author, and to whoever did it, that the proposal is withdrawn."""
    for person in _both(proposal.author, by):
        outbox.post(
            "proposals/withdrawn", to=person, event=event, proposal=proposal.key, opportunity=proposal.opportunity,
            organization=_organization(proposal), withdrawn_by=by.name,
        )  # fmt: skip


def lapsed(proposal: Proposal, event: Event) -> None:
    """Tell the author that the proposal was not opened, and why."""
    outbox.post(
        "proposals/lapsed", to=proposal.author, event=event, proposal=proposal.key, opportunity=proposal.opportunity,
        organization=_organization(proposal),
    )  # fmt: skip


def _both(author: User, actor: User) -> list[User]:
    return [author] if actor.id == author.id else [author, actor]


def _organization(proposal: Proposal) -> str:
    return proposal.organization.name if proposal.organization else ""


def custodians_named(custody: Custody, event: Event) -> None:
    """Ask everybody named whether they will keep a share of the department's keys."""
    for place in custody.custodians:
        outbox.post(
            "proposals/custodian", to=place.user, event=event, place=place.key, department=custody.department,
            threshold=custody.threshold, people=len(custody.custodians), named_by=custody.by.name,
        )  # fmt: skip


def passphrases_needed(opportunity: Opportunity, shares: Iterable[KeyShare], event: Event) -> None:
    """Ask each custodian for their passphrase, on a page of their own."""
    for share in shares:
        if share.custodian is not None:
            outbox.post(
                "proposals/passphrase", to=share.custodian.user, event=event, share=share.key, opportunity=opportunity
            )
