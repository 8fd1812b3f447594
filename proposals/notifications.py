"""What the author's side is told: received, withdrawn, lapsed. Never what a proposal says, never the salt."""

from app.core import outbox
from app.core.audit import Event
from app.core.tree import find_head
from auth.models import User
from proposals.models import Proposal, Submission


def received(submission: Submission, event: Event) -> None:
    """Send the receipt to the author and to whoever submitted it."""
    proposal, head = submission.proposal, find_head()
    for person in _both(proposal.author, submission.by):
        outbox.post(
            "proposals/receipt", to=person, event=event, proposal=proposal.key, opportunity=proposal.opportunity,
            organization=_organization(proposal), number=submission.number, digest=submission.digest,
            receipt=submission.receipt, head=head.note if head else "",
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
