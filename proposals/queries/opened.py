"""What evaluations and contracts read: nothing before the opening."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from app.core.db import db
from app.core.errors import NotFound
from app.core.keyring import keyring
from opportunities.models import Opportunity
from proposals import policy, seal
from proposals.content import Content, FileEntry
from proposals.models import Proposal, Submission
from proposals.queries.custody import find_procurement_key, procurement_owner
from proposals.queries.sealed import file_bytes, last_submission


def submitted_for(opportunity: Opportunity) -> list[Proposal]:
    """List what is to be opened: submitted, and confirmed since the last material change."""
    submitted = select(Proposal).where(
        Proposal.opportunity_id == opportunity.id,
        Proposal.state == "submitted",
        Proposal.confirmed_edition >= opportunity.material_edition,
    )
    return list(db.session.scalars(submitted.order_by(Proposal.id)))


def unconfirmed_for(opportunity: Opportunity) -> list[Proposal]:
    """List what lapses at the opening: submitted, and never confirmed after the last material change."""
    submitted = select(Proposal).where(
        Proposal.opportunity_id == opportunity.id,
        Proposal.state == "submitted",
        Proposal.confirmed_edition < opportunity.material_edition,
    )
    return list(db.session.scalars(submitted.order_by(Proposal.id)))


def digests_of(proposals: Iterable[Proposal]) -> dict[int, str]:
    """Give the digest of what was received last, by the proposal's number."""
    numbers = [proposal.id for proposal in proposals]
    received = select(Submission.proposal_id, Submission.digest).where(Submission.proposal_id.in_(numbers))
    return {number: digest for number, digest in db.session.execute(received.order_by(Submission.number))}  # noqa: C416  (rows are not pairs to mypy)


def opened_content(proposal: Proposal) -> Content:
    """Open what was received last; refuses as if there were nothing unless the proposal was opened."""
    submission = last_submission(proposal)
    if submission is None:
        raise NotFound(sealed=True)
    return Content.of(seal.open_content(submission.content, _data_key(proposal), proposal=proposal.key))


def opened_contents(proposals: Sequence[Proposal]) -> dict[int, Content]:
    """Open what was received last of many proposals of one opportunity, by their ids; of none that was not opened."""
    opened = {one.id: one for one in proposals if one.state in policy.OPENED_STATES}
    row = find_procurement_key(proposals[0].opportunity) if opened else None
    if row is None or not row.wrapped_private_key:
        return {}
    pair = keyring.open_pair(row.wrapped_private_key, procurement_owner(proposals[0].opportunity))
    received = select(Submission).where(Submission.proposal_id.in_(opened)).order_by(Submission.number)
    last = {one.proposal_id: one for one in db.session.scalars(received)}
    return {
        number: Content.of(
            seal.open_content(
                one.content, seal.unwrap_data_key(opened[number].key_for_procurement, pair), proposal=opened[number].key
            )
        )
        for number, one in last.items()
    }


def opened_files(proposal: Proposal) -> list[FileEntry]:
    """List the files of an opened proposal, as received last."""
    return list(opened_content(proposal).files)


def opened_file(proposal: Proposal, key: str) -> tuple[FileEntry, bytes]:
    """Open one file of an opened proposal."""
    entry = next((entry for entry in opened_files(proposal) if entry.key == key), None)
    if entry is None:
        raise NotFound(sealed=True)
    return entry, file_bytes(proposal, key, _data_key(proposal))


def _data_key(proposal: Proposal) -> bytes:
    row = find_procurement_key(proposal.opportunity)
    if proposal.state not in policy.OPENED_STATES or row is None or not row.wrapped_private_key:
        raise NotFound(sealed=True)
    pair = keyring.open_pair(row.wrapped_private_key, procurement_owner(proposal.opportunity))
    return seal.unwrap_data_key(proposal.key_for_procurement, pair)
