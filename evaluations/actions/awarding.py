"""The decision: award, second officer, decline, or no award at all."""

from collections.abc import Sequence
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
    evaluation: Evaluation, *, winners: Sequence[str], reason: str, departure_reason: str, by: User, at: datetime
) -> Evaluation:
    """Keep what the officer typed towards an award, winners by their keys; nothing is decided by it."""
    if not policy.is_officer(queries.facts(evaluation.opportunity, by, at)):
        raise NotAllowed(sealed=True)
    texts = {"reason": reason, "departure_reason": departure_reason}
    evaluation.award_draft = {
        "winners": [key[: policy.LONGEST_TEXT] for key in winners],
        **{name: text[: policy.LONGEST_TEXT] for name, text in texts.items()},
    }
    return evaluation


def award(
    *winners: Proponent, reason: str, departure_reason: str = "", language: str = "", by: User, at: datetime
) -> list[Award]:  # fmt: skip
    """Award the open places, first place first: in the order of rank at once, else as a proposal to a second officer.

    There is one place, or as many as the plan has prizes; `language` is that of the reasons typed. Refuses winners that
    cannot win, or too many of them.
    """
    if not winners:
        raise NotValid(N_("Choose the winner."), field="winner")
    evaluation = winners[0].evaluation
    opportunity = evaluation.opportunity
    facts = queries.facts(opportunity, by, at)
    _refuse_early(evaluation, facts)
    ranking = queries.ranking(evaluation)
    offered, places = offer(ranking, opportunity)
    lines = [next((line for line in offered if line.proponent.id == one.id), None) for one in winners]
    chosen = [line for line in lines if line is not None]
    if len(chosen) < len(lines) or len({line.proponent.id for line in chosen}) < len(chosen):
        raise NotValid(N_("This proposal was not ranked, or can no longer win."), field="winner")
    if len(chosen) > len(places):
        raise NotValid(N_("There are not so many places to award."), field="winner")
    departs = chosen != offered[: len(chosen)]
    pairs = zip(places[: len(chosen)], chosen, strict=True)
    made = [prepared_award(evaluation, line, ranking, place=place, by=by, at=at) for place, line in pairs]
    for one in made:
        one.reason, one.language = check_reason(reason), language
        one.departure_reason = check_reason(departure_reason, "departure_reason") if departs else ""
    return _propose(made, facts, by=by, at=at) if departs else _make(made, facts, by=by, at=at)


def offer(ranking: Ranking, opportunity: Opportunity) -> tuple[list[Ranked], list[int]]:
    """Give the lines that may still be awarded to, in order of rank, and the places that are open."""
    hold = {one.proponent_id for one in queries.live_awards(opportunity)}
    lines = [line for line in ranking.lines if line.awardable and line.proponent.id not in hold]
    return lines, queries.open_places(opportunity)


def prepared_award(
    evaluation: Evaluation, line: Ranked, ranking: Ranking, *, place: int = 1, by: User, at: datetime
) -> Award:
    """Put together what an award to a line of the ranking would say; it is not in the database yet."""
    opportunity = evaluation.opportunity
    plan = opportunity.plan
    prize = next((one.amount_cents for one in plan.prizes if one.place == place), None)
    value = prize or (opportunity.value_cents if plan.formula == "none" else line.proponent.price_cents)
    if not value:
        raise NotValid(N_("A contract needs a value above zero. Award to another, or disqualify."), field="winner")
    return Award(
        opportunity=opportunity, proponent=line.proponent, place=place, winners=plan.winners, rank=line.placing.rank,
        value_cents=value, reason="", departure_reason="", by=by, at=at, made_at=None, second_officer=None,
        plan_hash=plan.frozen_hash, ranking=queries.record_of(evaluation, ranking),
    )  # fmt: skip


def confirm_award(award: Award, *, by: User, at: datetime) -> list[Award]:
    """Confirm, as the second officer, what was proposed: every award that departs from the ranking with this one."""
    evaluation = award.proponent.evaluation
    facts = queries.facts(award.opportunity, by, at)
    _refuse_changed_plan(award.opportunity)
    ranking = queries.ranking(evaluation)
    proposed = proposed_with(award)
    for one in proposed:
        line = ranking.of(one.proponent)
        if line is None or not line.awardable or line.placing.rank is None:
            raise NotNow(N_("This proposal was not ranked, or can no longer win."))
        one.rank, one.ranking = line.placing.rank, queries.record_of(evaluation, ranking)
        one.second_officer, one.made_at = by, at
        event = AWARD.move(one, "confirm", by=by, at=at, facts=facts, rank=one.rank)
    _conclude(proposed, evaluation, event, facts, by=by, at=at)
    return proposed


def refuse_award(award: Award, *, reason: str, by: User, at: datetime) -> Award:
    """Refuse, as the second officer, or take back, as the first, awards that depart from the ranking."""
    facts = queries.facts(award.opportunity, by, at)
    because = check_reason(reason)
    for one in proposed_with(award):
        one.refused_because = because
        event = AWARD.move(one, "refuse", by=by, at=at, facts=facts)
    if by.id != award.by_id:
        notifications.award_refused(award, event)
    return award


def proposed_with(award: Award) -> list[Award]:
    """List the awards that are proposed together, by place."""
    if award.state != "proposed":
        raise NotNow(N_("An award was already made or proposed. Look at what stands now."))
    return [one for one in queries.live_awards(award.opportunity) if one.state == "proposed"]


def decline_award(award: Award, *, by: User, at: datetime) -> Event:
    """Take an award back because the winner declined (or an officer notes that they do not answer).

    The next in rank may then be awarded to. Moves award, evaluation, proposal and opportunity; awards of other places
    stand, and where nobody is left for this place the procurement goes on with them.
    """
    opportunity, proposal = award.opportunity, award.proponent.proposal
    facts = queries.award_facts(award, by, at)
    event = AWARD.move(award, "decline", by=by, at=at, facts=facts)
    PROPOSAL.move(
        proposal, "decline", by=by, at=at, facts=ProposalFacts(is_author=facts.winner, roles=facts.roles)
    )  # fmt: skip
    evaluation = award.proponent.evaluation
    others = queries.live_awards(opportunity)
    if others and not offer(queries.ranking(evaluation), opportunity)[0]:
        return event
    if evaluation.state == "decided":
        EVALUATION.move(evaluation, "reconsider", by=by, at=at, facts=facts)
    if opportunity.state == "awarded":
        OPPORTUNITY.move(opportunity, "reconsider", by=by, at=at, facts=OpportunityFacts(roles=facts.roles))
    return event


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
    proposed = any(one.state == "proposed" for one in queries.live_awards(evaluation.opportunity))
    if proposed or not queries.open_places(evaluation.opportunity):
        raise NotNow(N_("An award was already made or proposed. Look at what stands now."))
    _refuse_changed_plan(evaluation.opportunity)


def _refuse_changed_plan(opportunity: Opportunity) -> None:
    if plan_hash(opportunity.plan) != opportunity.plan.frozen_hash:
        raise NotNow(N_("The evaluation plan is no longer the one that was published. Nothing can be awarded by it."))


def _propose(made: list[Award], facts: Facts, *, by: User, at: datetime) -> list[Award]:
    for one in made:
        event = AWARD.move(one, "propose", by=by, at=at, facts=facts, rank=one.rank)
    notifications.award_proposed(made[0], event)
    return made


def _make(made: list[Award], facts: Facts, *, by: User, at: datetime) -> list[Award]:
    for one in made:
        one.made_at = at
        event = AWARD.move(one, "make", by=by, at=at, facts=facts, rank=one.rank)
    _conclude(made, made[0].proponent.evaluation, event, facts, by=by, at=at)
    return made


def conclude(made: list[Award], facts: Facts, *, by: User, at: datetime) -> None:
    """Move the evaluation and the opportunity on with the awards that were made."""
    evaluation, opportunity = made[0].proponent.evaluation, made[0].opportunity
    if evaluation.state == "locked":
        EVALUATION.move(evaluation, "decide", by=by, at=at, facts=facts)
    names = [queries.bidder_name(one.proponent.proposal) for one in made]
    OPPORTUNITY.move(
        opportunity, "award", by=by, at=at, facts=OpportunityFacts(roles=facts.roles),
        winner=", ".join(names), value_cents=sum(one.value_cents for one in made),
    )  # fmt: skip


def _conclude(made: list[Award], evaluation: Evaluation, event: Event, facts: Facts, *, by: User, at: datetime) -> None:
    """Move everything that an award decides, and tell every bidder."""
    conclude(made, facts, by=by, at=at)
    winners = {one.proponent_id for one in made}
    told = [one for one in queries.proponents(evaluation) if one.proposal.state in ("opened", "not_awarded")]
    decides = ProposalFacts(roles=facts.roles)
    for one in told:
        if one.id in winners:
            PROPOSAL.move(one.proposal, "award", by=by, at=at, facts=decides)
        elif one.proposal.state == "opened":
            PROPOSAL.move(one.proposal, "not_award", by=by, at=at, facts=decides)
    evaluation.award_draft = {}
    notifications.decided(made, told, event)
