"""The opening, by two distinct people; only then is it known how many proposals there are."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from app.core.audit import Event
from app.core.db import db
from auth.models import User
from evaluations import draw, notifications, queries
from evaluations.actions.panel import recuse_if_proposing
from evaluations.lifecycle import EVALUATION
from evaluations.models import Evaluation, Proponent
from opportunities.actions import close
from opportunities.lifecycle import OPPORTUNITY
from opportunities.models import Opportunity
from opportunities.policy import Facts as OpportunityFacts
from opportunities.policy import has_closed
from proposals.actions import ask_custodians, lapse, release_key
from proposals.lifecycle import PROPOSAL
from proposals.models import Proposal
from proposals.policy import Facts as ProposalFacts
from proposals.queries import digests_of, submitted_for, unconfirmed_for


def begin_opening(opportunity: Opportunity, *, by: User, at: datetime) -> Evaluation:
    """Begin the opening as the first of two people; nothing is unsealed yet."""
    if has_closed(opportunity, at):
        close(opportunity, at=at)
    facts = queries.facts(opportunity, by, at)
    evaluation = Evaluation(opportunity=opportunity, first_opener=by, first_opened_at=at)
    event = EVALUATION.move(evaluation, "begin", by=by, at=at, facts=facts)
    notifications.opening_begun(evaluation, event)
    ask_custodians(opportunity, event)
    return evaluation


def complete_opening(evaluation: Evaluation, *, by: User, at: datetime) -> Evaluation:
    """Open the proposals as the second of two: what was not confirmed lapses, the others get their numbers.

    Refuses with NotNow while custodians' passphrases are wanting.
    """
    opportunity = evaluation.opportunity
    facts = queries.facts(opportunity, by, at)
    EVALUATION.require(evaluation, "open", by=by, at=at, facts=facts)
    release_key(opportunity, by=by, at=at)
    proposals, unconfirmed = submitted_for(opportunity), unconfirmed_for(opportunity)
    digests = digests_of(proposals)
    assert opportunity.closing_at is not None  # noqa: S101  (nothing is published without a closing)
    seed = draw.make_seed(opportunity.ocid, opportunity.closing_at, [bytes.fromhex(one) for one in digests.values()])
    evaluation.second_opener, evaluation.opened_at, evaluation.seed = by, at, seed.hex()
    event = EVALUATION.move(evaluation, "open", by=by, at=at, facts=facts, proposals=len(proposals), seed=seed.hex())
    _unseal(proposals, unconfirmed, by, at, facts.roles)
    _number(evaluation, proposals)
    OPPORTUNITY.move(
        opportunity, "open_proposals", by=by, at=at, facts=OpportunityFacts(roles=facts.roles), proposals=len(proposals)
    )  # fmt: skip
    _tell(evaluation, proposals, event)
    return evaluation


def _unseal(
    proposals: Sequence[Proposal], unconfirmed: Sequence[Proposal], by: User, at: datetime, roles: frozenset[str]
) -> None:  # fmt: skip
    for proposal in unconfirmed:
        lapse(proposal, by=by, at=at)
    for proposal in proposals:
        PROPOSAL.move(proposal, "open", by=by, at=at, facts=ProposalFacts(roles=roles))


def _number(evaluation: Evaluation, proposals: Sequence[Proposal]) -> None:
    """Give out the numbers under which the panel knows the proposals, by a shuffle that nobody could foretell."""
    by_key = {proposal.key: proposal for proposal in proposals}
    for number, key in enumerate(draw.shuffled(by_key, secrets.token_bytes(32)), 1):
        evaluation.proponents.append(Proponent(number=number, proposal=by_key[key]))
    db.session.flush()


def _tell(evaluation: Evaluation, proposals: Sequence[Proposal], event: Event) -> None:
    notifications.opened(proposals, event)
    members = [recuse_if_proposing(member, at=event.at) for member in queries.panel(evaluation.opportunity)]
    if proposals:
        notifications.scoring_begins(evaluation, [one for one in members if one.state == "accepted"], event)
