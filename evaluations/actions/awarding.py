"""The decision: award, second officer, decline, or no award at all."""

from datetime import datetime

from app.core.audit import Event
from app.core.bilingual import N_
from app.core.errors import NotAllowed, NotNow, NotValid
from auth.models import User
from evaluations import notifications, policy, queries
from evaluations.actions.judging import check_reason
from evaluations.lifecycle import AWARD, EVALUATION
from evaluations.models import Award, Evaluation, Proponent
from evaluations.policy import Facts
from evaluations.queries import Ranked, Ranking
from opportunities.lifecycle import OPPORTUNITY
from opportunities.models import Opportunity
from opportunities.policy import Facts as OpportunityFacts
from opportunities.queries import plan_hash
from proposals.lifecycle import PROPOSAL
from proposals.policy import Facts as ProposalFacts


def draft_award(
    evaluation: Evaluation, *, winner: str, reason: str, departure_reason: str, by: User, at: datetime
) -> Evaluation:
    """Keep what the officer typed towards an award; nothing is decided by it."""
    if not policy.is_officer(queries.facts(evaluation.opportunity, by, at)):
        raise NotAllowed(sealed=True)
    texts = {"winner": winner, "reason": reason, "departure_reason": departure_reason}
    evaluation.award_draft = {name: text[: policy.LONGEST_TEXT] for name, text in texts.items()}
    return evaluation


def award(
    proponent: Proponent, *, reason: str, departure_reason: str = "", by: User, at: datetime
) -> Award:  # fmt: skip
    """Award to the next in rank at once; to another only as a proposal that a second officer confirms."""
    evaluation = proponent.evaluation
    facts = queries.facts(evaluation.opportunity, by, at)
    _refuse_early(evaluation, facts)
    ranking = queries.ranking(evaluation)
    line = ranking.of(proponent)
    if line is None or not line.awardable:
        raise NotValid(N_("This proposal was not ranked, or can no longer win."), field="winner")
    departs = line is not ranking.next_in_rank
    made = prepared_award(evaluation, line, ranking, by=by, at=at)
    made.reason = check_reason(reason)
    made.departure_reason = check_reason(departure_reason, "departure_reason") if departs else ""
    return _propose(made, facts, by=by, at=at) if departs else _make(made, facts, by=by, at=at)


def prepared_award(evaluation: Evaluation, line: Ranked, ranking: Ranking, *, by: User, at: datetime) -> Award:
    """Put together what an award to a line of the ranking would say; it is not in the database yet."""
    opportunity = evaluation.opportunity
    value = opportunity.value_cents if opportunity.plan.formula == "none" else line.proponent.price_cents
    if not value:
        raise NotValid(N_("A contract needs a value above zero. Award to another, or disqualify."), field="winner")
    return Award(
        opportunity=opportunity, proponent=line.proponent, rank=line.placing.rank, value_cents=value, reason="",
        departure_reason="", by=by, at=at, made_at=None, second_officer=None,
        plan_hash=opportunity.plan.frozen_hash, ranking=ranking.record,
    )  # fmt: skip


def confirm_award(award: Award, *, by: User, at: datetime) -> Award:
    """Confirm, as the second officer, an award that departs from the ranking."""
    evaluation = award.proponent.evaluation
    facts = queries.facts(award.opportunity, by, at)
    _refuse_changed_plan(award.opportunity)
    ranking = queries.ranking(evaluation)
    line = ranking.of(award.proponent)
    if line is None or not line.awardable or line.placing.rank is None:
        raise NotNow(N_("This proposal was not ranked, or can no longer win."))
    award.rank, award.ranking = line.placing.rank, ranking.record
    award.second_officer, award.made_at = by, at
    event = AWARD.move(award, "confirm", by=by, at=at, facts=facts, rank=award.rank)
    _conclude(award, evaluation, event, facts, by=by, at=at)
    return award


def refuse_award(award: Award, *, reason: str, by: User, at: datetime) -> Award:
    """Refuse, as the second officer, or take back, as the first, an award that departs from the ranking."""
    facts = queries.facts(award.opportunity, by, at)
    award.refused_because = check_reason(reason)
    event = AWARD.move(award, "refuse", by=by, at=at, facts=facts)
    if by.id != award.by_id:
        notifications.award_refused(award, event)
    return award


def decline_award(award: Award, *, by: User, at: datetime) -> Award:
    """Take an award back because the winner declined (or an officer notes that they do not answer).

    The next in rank may then be awarded to. Moves award, evaluation, proposal and opportunity.
    """
    opportunity, proposal = award.opportunity, award.proponent.proposal
    facts = queries.facts(opportunity, by, at)
    winner = by.id in {person.id for person in queries.side_of(proposal)}
    decided = Facts(roles=facts.roles, winner=winner)
    AWARD.move(award, "decline", by=by, at=at, facts=decided)
    if award.proponent.evaluation.state == "decided":
        EVALUATION.move(award.proponent.evaluation, "reconsider", by=by, at=at, facts=decided)
    PROPOSAL.move(
        proposal,
        "decline",
        by=by,
        at=at,
        facts=ProposalFacts(is_author=winner, roles=facts.roles),
    )
    OPPORTUNITY.move(opportunity, "reconsider", by=by, at=at, facts=OpportunityFacts(roles=facts.roles))
    return award


def find_unsuccessful(evaluation: Evaluation, *, reason: str, by: User, at: datetime) -> Event:
    """End the tender because no proposal remains: none came, or none may win."""
    opportunity = evaluation.opportunity
    facts = queries.facts(opportunity, by, at)
    reason = check_reason(reason)
    EVALUATION.move(evaluation, "end", by=by, at=at, facts=facts)
    event = OPPORTUNITY.move(
        opportunity, "find_unsuccessful", by=by, at=at, facts=OpportunityFacts(roles=facts.roles), reason=reason
    )
    left = [one.proposal for one in queries.proponents(evaluation) if one.proposal.state == "opened"]
    for proposal in left:
        PROPOSAL.move(proposal, "not_award", by=by, at=at, facts=ProposalFacts(roles=facts.roles))
    notifications.unsuccessful(opportunity, left, event, reason)
    return event


def _refuse_early(evaluation: Evaluation, facts: Facts) -> None:
    """Refuse whoever may not award, before anything of the ranking is told; and a second live award."""
    if not policy.is_officer(facts):
        raise NotAllowed(sealed=True)
    early = policy.when_awarding(evaluation, evaluation.first_opened_at, facts)
    if early is not None:
        raise early
    if queries.find_live_award(evaluation.opportunity) is not None:
        raise NotNow(N_("An award was already made or proposed. Look at what stands now."))
    _refuse_changed_plan(evaluation.opportunity)


def _refuse_changed_plan(opportunity: Opportunity) -> None:
    if plan_hash(opportunity.plan) != opportunity.plan.frozen_hash:
        raise NotNow(N_("The evaluation plan is no longer the one that was published. Nothing can be awarded by it."))


def _propose(made: Award, facts: Facts, *, by: User, at: datetime) -> Award:
    event = AWARD.move(made, "propose", by=by, at=at, facts=facts, rank=made.rank)
    notifications.award_proposed(made, event)
    return made


def _make(made: Award, facts: Facts, *, by: User, at: datetime) -> Award:
    made.made_at = at
    event = AWARD.move(made, "make", by=by, at=at, facts=facts, rank=made.rank)
    _conclude(made, made.proponent.evaluation, event, facts, by=by, at=at)
    return made


def _conclude(made: Award, evaluation: Evaluation, event: Event, facts: Facts, *, by: User, at: datetime) -> None:
    """Move everything that an award decides, and tell every bidder."""
    if evaluation.state == "locked":
        EVALUATION.move(evaluation, "decide", by=by, at=at, facts=facts)
    opportunity = made.opportunity
    winner = queries.bidder_name(made.proponent.proposal)
    OPPORTUNITY.move(
        opportunity, "award", by=by, at=at, facts=OpportunityFacts(roles=facts.roles),
        winner=winner, value_cents=made.value_cents,
    )  # fmt: skip
    proponents = queries.proponents(evaluation)
    told = [one for one in proponents if one.proposal.state in ("opened", "not_awarded")]
    decides = ProposalFacts(roles=facts.roles)
    for one in told:
        if one.id == made.proponent_id:
            PROPOSAL.move(one.proposal, "award", by=by, at=at, facts=decides)
        elif one.proposal.state == "opened":
            PROPOSAL.move(one.proposal, "not_award", by=by, at=at, facts=decides)
    evaluation.award_draft = {}
    notifications.decided(made, told, event)
