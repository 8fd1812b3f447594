"""From complete scores to a ranking: locking quality, disqualifying, scoring again when the panel fell short."""

from datetime import datetime

from app.core import audit
from app.core.audit import FROM_AWARD, Event
from app.core.bilingual import N_
from app.core.errors import NotAllowed, NotNow, NotValid
from auth.models import User
from evaluations import notifications, policy, queries
from evaluations.lifecycle import EVALUATION
from evaluations.models import Evaluation, Proponent
from proposals.lifecycle import PROPOSAL
from proposals.policy import Facts as ProposalFacts
from proposals.queries import opened_content


def check_reason(reason: str, field: str = "reason") -> str:
    """Give a reason without its edges; refuses one that is no sentence or too long."""
    if not policy.is_sentence(reason):
        raise NotValid(N_("Give the reason, in a sentence or more."), field=field)
    return reason.strip()


def lock(evaluation: Evaluation, *, by: User, at: datetime) -> Event:
    """Lock quality when the matrix is complete: from here on names and prices are seen, scores no longer change."""
    facts = queries.facts(evaluation.opportunity, by, at)
    evaluation.locked_at = at
    event = EVALUATION.move(evaluation, "lock", by=by, at=at, facts=facts)
    if evaluation.opportunity.plan.formula != "none":
        for proponent in queries.proponents(evaluation):
            proponent.price_cents = opened_content(proponent.proposal).price_cents
    return event


def resume_scoring(evaluation: Evaluation, *, by: User, at: datetime) -> Event:
    """Let scoring begin again when a recusal left fewer than two evaluators."""
    facts = queries.facts(evaluation.opportunity, by, at)
    evaluation.locked_at = None
    return EVALUATION.move(evaluation, "resume", by=by, at=at, facts=facts)


def disqualify(proponent: Proponent, *, reason: str, by: User, at: datetime) -> Event:
    """Disqualify a proposal with a reason, which its author is told; the others are ranked anew without it."""
    evaluation = proponent.evaluation
    facts = queries.facts(evaluation.opportunity, by, at)
    if not policy.is_officer(facts):
        raise NotAllowed(sealed=True)
    live = queries.find_live_award(evaluation.opportunity)
    if facts.stage != "evaluation" or facts.judging not in ("scoring", "locked") or live is not None:
        raise NotNow(N_("A proposal is disqualified between the opening and the award."))
    proponent.proposal.disqualified_because = check_reason(reason)
    event = PROPOSAL.move(proponent.proposal, "disqualify", by=by, at=at, facts=ProposalFacts(roles=facts.roles))
    audit.record(
        "evaluation.disqualify", evaluation.subject, by=by, at=at, audience=FROM_AWARD, proponent=proponent.number
    )
    notifications.disqualified(proponent.proposal, event)
    return event
