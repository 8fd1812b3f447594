"""Submitting for a receipt, submitting again, withdrawing, lapsing."""

from collections.abc import Collection
from datetime import datetime

from app.core.audit import Actor, Event, moment_of
from app.core.bilingual import N_
from app.core.db import db, random_key
from app.core.errors import NotNow, NotValid
from app.core.signing import signatures
from auth.models import User
from proposals import notifications, queries, seal
from proposals.actions.writing import begin_anew, seal_away
from proposals.content import Content, gaps
from proposals.lifecycle import PROPOSAL
from proposals.models import Proposal, Submission, TermsOnProposal
from proposals.queries.sealed import SALT

CHANGED_SINCE = N_(
    "Your proposal or the opportunity changed since this page was shown, or it was submitted already. "
    "Look at what stands now."
)
NOT_ACCEPTED = N_("Tick each box to accept it; without that the proposal cannot be submitted.")


def submit(
    proposal: Proposal, *, accepted: Collection[int], by: User, at: datetime, seen: str | None = None
) -> Submission:
    """Receive a proposal, for the first time or again, and give its receipt; this also confirms it after a change.

    `accepted` numbers the terms that were ticked; `seen` is what the check page showed (`queries.as_seen`).
    Refuses with NotNow from the closing on, with NotValid what is not complete.
    """
    opportunity = proposal.opportunity
    name = "resubmit" if proposal.state == "submitted" else "submit"
    opened = None if queries.is_sealed_away(proposal) else queries.open_draft(proposal, by)
    ask = queries.ask_of(opportunity)
    facts = queries.facts(proposal, by, at, gaps(opened[0], ask) if opened else None)
    PROPOSAL.require(proposal, name, by=by, at=at, facts=facts)
    if seen is not None and seen != queries.as_seen(proposal, opened[0] if opened else Content()):
        raise NotNow(CHANGED_SINCE)
    terms = _accepted(accepted, at)
    if opened is None:
        received = _receive_again(proposal, by=by, at=at)
    else:
        received = _receive(proposal, opened[0].without_strangers(ask), opened[1], by=by, at=at)
    proposal.submitted_at = proposal.updated_at = at
    proposal.confirmed_edition = opportunity.edition
    event = PROPOSAL.move(proposal, name, by=by, at=at, facts=facts, number=received.number, digest=received.digest)
    db.session.add_all(TermsOnProposal(submission_id=received.id, terms_id=number) for number in terms)
    notifications.received(received, event)
    return received


def _accepted(ticked: Collection[int], at: datetime) -> list[int]:
    terms = queries.terms_in_force(at)
    if any(number not in ticked for number in terms):
        raise NotValid(NOT_ACCEPTED, field="accepted")
    return terms


def _receive(proposal: Proposal, content: Content, data_key: bytes, *, by: User, at: datetime) -> Submission:
    """Seal what is received under the proposal's data key, with a salted digest of it.

    In custody the author took the salt home with the text, and nobody keeps a copy of the data key, which is a new one.
    """
    kept = queries.is_in_custody(proposal.opportunity)
    salt, key = seal.salt_in_custody(data_key) if kept else seal.new_salt(), random_key()
    if kept:
        data_key = seal_away(proposal, content, at)
    number = queries.last_number(proposal) + 1
    whole, files = content.as_dict(), [bytes.fromhex(entry.sha256) for entry in content.files]
    digest = seal.digest(salt, whole, files).hex()
    received = Submission(
        key=key, proposal=proposal, proposal_id=proposal.id, number=number,
        by=by, by_id=by.id, received_at=at, edition=proposal.opportunity.edition,
        digest=digest, receipt=_signed(proposal, number, digest, at),
        sealed_salt=seal.seal_file(salt, data_key, proposal=proposal.key, file=SALT if kept else key),
        content=seal.seal_content(whole, data_key, proposal=proposal.key),
    )  # fmt: skip
    db.session.add(received)
    return received


def _receive_again(proposal: Proposal, *, by: User, at: datetime) -> Submission:
    """Receive once more, unread, what custodians keep the key of: the same text with the same digest, confirmed."""
    before = queries.last_submission(proposal)
    if before is None:
        raise NotNow
    number = before.number + 1
    received = Submission(
        key=random_key(), proposal=proposal, proposal_id=proposal.id, number=number,
        by=by, by_id=by.id, received_at=at, edition=proposal.opportunity.edition,
        digest=before.digest, receipt=_signed(proposal, number, before.digest, at),
        sealed_salt=before.sealed_salt, content=before.content,
    )  # fmt: skip
    db.session.add(received)
    return received


def _signed(proposal: Proposal, number: int, digest: str, at: datetime) -> str:
    """Sign what the receipt says, as a note that anybody can check by the exchange's key."""
    signer = signatures.signer(at)
    procurement = f"{proposal.opportunity.ocid} {proposal.opportunity.number}-{number}"
    lines = (signer.name, f"receipt {procurement}", f"received {moment_of(at)}", f"sha256 {digest}")
    return signer.sign(lines)


def withdraw(proposal: Proposal, *, by: User, at: datetime) -> Event:
    """Take a proposal back until the closing; it can be submitted again until then (in custody it is written anew)."""
    event = PROPOSAL.move(proposal, "withdraw", by=by, at=at, facts=queries.facts(proposal, by, at))
    proposal.updated_at = at
    if not proposal.key_for_author:
        begin_anew(proposal, at)
    notifications.withdrawn(proposal, by, event)
    return event


def lapse(proposal: Proposal, *, by: Actor, at: datetime) -> Event:
    """Leave unopened what was not confirmed after a material change; done at the opening."""
    event = PROPOSAL.move(proposal, "lapse", by=by, at=at, facts=queries.facts(proposal, by, at))
    notifications.lapsed(proposal, event)
    return event
