"""From complete scores to a ranking: rounds, locking quality, disqualifying, scoring again when judgements lack."""

from datetime import datetime

from app.core import audit
from app.core.audit import FROM_AWARD, Event
from app.core.bilingual import N_
from app.core.errors import NotAllowed, NotValid
from auth.models import User
from evaluations import notifications, policy, queries, record
from evaluations.actions.panel import recuse_proposing
from evaluations.lifecycle import EVALUATION
from evaluations.models import Evaluation, Proponent
from evaluations.scoring import Status
from proposals.lifecycle import PROPOSAL
from proposals.policy import Facts as ProposalFacts
from proposals.queries import opened_content


def check_reason(reason: str, field: str = "reason") -> str:
    """Give a reason without its edges; refuses one that is no sentence or too long."""
    if not policy.is_sentence(reason):
        raise NotValid(N_("Give the reason, in a sentence or more."), field=field)
    return reason.strip()


def advance(evaluation: Evaluation, *, by: User, at: datetime) -> Event:
    """End a round: minimums and the cut decide who goes on, once and for good; the next round begins."""
    recuse_proposing(evaluation, at=at)
    facts = queries.facts(evaluation.opportunity, by, at)
    judged_now = queries.judged_now(evaluation)
    refused = policy.when_advancing(evaluation, at, facts)
    judged, placings = queries.screening(evaluation) if refused is None else (None, ())
    passed = {int(one.key) for one in placings if one.status == Status.RANKED}
    event = EVALUATION.move(
        evaluation, "advance", by=by, at=at, facts=facts, round=evaluation.round, passed=sorted(passed)
    )
    assert judged is not None  # noqa: S101  (the move refuses otherwise)
    evaluation.screenings = [*evaluation.screenings, record.written(placings, judged.entries)]
    for proponent in judged_now:
        if proponent.number in passed:
            proponent.rounds_passed = evaluation.round
    evaluation.round += 1
    notifications.screened(evaluation, judged_now, event)
    return event


def lock(evaluation: Evaluation, *, by: User, at: datetime) -> Event:
    """Lock quality when the last round is complete: names and prices are seen, judgements no longer change."""
    recuse_proposing(evaluation, at=at)
    facts = queries.facts(evaluation.opportunity, by, at)
    evaluation.locked_at = at
    event = EVALUATION.move(evaluation, "lock", by=by, at=at, facts=facts)
    if evaluation.opportunity.plan.formula != "none":
        for proponent in queries.proponents(evaluation):
            proponent.price_cents = opened_content(proponent.proposal).price_cents
    return event


def resume_scoring(evaluation: Evaluation, *, by: User, at: datetime) -> Event:
    """Let scoring begin again when a recusal left too few evaluators, or judgements to be agreed on again."""
    facts = queries.facts(evaluation.opportunity, by, at)
    evaluation.locked_at = None
    return EVALUATION.move(evaluation, "resume", by=by, at=at, facts=facts)


def disqualify(
    proponent: Proponent, *, reason: str, for_price: bool = False, by: User, at: datetime
) -> Event:  # fmt: skip
    """Disqualify a proposal with a reason, which its author is told; the others are ranked anew without it.

    Because of its price only once the bidder has explained it, or had the time to; for another reason at any time.
    """
    evaluation = proponent.evaluation
    facts = queries.facts(evaluation.opportunity, by, at)
    if not policy.is_officer(facts):
        raise NotAllowed(sealed=True)
    refused = policy.when_disqualifying(evaluation, at, facts)
    if refused is not None:
        raise refused
    if for_price:
        _refuse_unexplained(proponent, at)
    proponent.proposal.disqualified_because = check_reason(reason)
    event = PROPOSAL.move(proponent.proposal, "disqualify", by=by, at=at, facts=ProposalFacts(roles=facts.roles))
    audit.record(
        "evaluation.disqualify", evaluation.subject, by=by, at=at, audience=FROM_AWARD, proponent=proponent.number,
        for_price=for_price,
    )  # fmt: skip
    notifications.disqualified(proponent.proposal, event)
    return event


def _refuse_unexplained(proponent: Proponent, at: datetime) -> None:
    asked = queries.find_explanation(proponent)
    if asked is None:
        raise NotValid(N_("Ask the bidder to explain the price first."), field="ground")
    if queries.waits(asked, at):
        raise NotValid(policy.EXPLANATION_WAITS, field="ground")
