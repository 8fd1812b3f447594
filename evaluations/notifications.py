"""What people are told about an evaluation; each bidder by a letter of their own."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from app.core import outbox
from app.core.audit import Event
from app.core.render import Letter, renderer
from auth.models import User
from auth.queries import holders_of
from evaluations.models import Award, DebriefQuestion, Evaluation, Explanation, Invitation, PanelMember, Proponent
from evaluations.queries import Outcome, bidder_name, panel, side_of
from opportunities.models import Opportunity
from proposals.models import Proposal


def invited(member: PanelMember, event: Event) -> None:
    """Invite a person to the panel."""
    facts: dict[str, Any] = {"opportunity": member.opportunity, "chairs": member.chairs}
    outbox.post("evaluations/invited", to=member.user, event=event, **facts)


def chosen_to_chair(member: PanelMember, event: Event) -> None:
    """Tell a member that they chair from now on."""
    outbox.post("evaluations/chair", to=member.user, event=event, opportunity=member.opportunity)


def replaced(member: PanelMember, event: Event) -> None:
    """Tell a member that somebody else takes their place."""
    outbox.post("evaluations/replaced", to=member.user, event=event, opportunity=member.opportunity)


def left(member: PanelMember, event: Event) -> None:
    """Tell the officers that a member declined or was recused."""
    for officer in _officers(member.opportunity, event.at):
        facts: dict[str, Any] = {"opportunity": member.opportunity, "member": member.user.name, "state": member.state}
        outbox.post("evaluations/left", to=officer, event=event, **facts)


def opening_begun(evaluation: Evaluation, event: Event) -> None:
    """Ask the other officers to complete the opening."""
    for officer in _officers(evaluation.opportunity, event.at, but=evaluation.first_opener):
        facts: dict[str, Any] = {"opportunity": evaluation.opportunity, "first": evaluation.first_opener.name}
        outbox.post("evaluations/opening_begun", to=officer, event=event, **facts)


def opened(proposals: Iterable[Proposal], event: Event) -> None:
    """Tell each bidder that their proposal was opened."""
    _tell_sides("evaluations/opened", proposals, event)


def scoring_begins(evaluation: Evaluation, members: Iterable[PanelMember], event: Event) -> None:
    """Tell the panel that there is something to score."""
    for member in members:
        facts: dict[str, Any] = {"opportunity": evaluation.opportunity, "count": len(evaluation.proponents)}
        outbox.post("evaluations/scoring", to=member.user, event=event, **facts)


def disqualified(proposal: Proposal, event: Event) -> None:
    """Tell a bidder that their proposal was disqualified, and why."""
    _tell_sides("evaluations/disqualified", [proposal], event, reason=proposal.disqualified_because)


def award_proposed(award: Award, event: Event) -> None:
    """Ask the other officers to confirm or refuse an award that departs from the ranking."""
    for officer in _officers(award.opportunity, event.at, but=award.by):
        facts: dict[str, Any] = {
            "opportunity": award.opportunity,
            "first": award.by.name,
            "reason": award.departure_reason,
        }
        outbox.post("evaluations/award_proposed", to=officer, event=event, **facts)


def award_refused(award: Award, event: Event) -> None:
    """Tell the officer who proposed an award that it was refused."""
    facts: dict[str, Any] = {"opportunity": award.opportunity, "reason": award.refused_because}
    outbox.post("evaluations/award_refused", to=award.by, event=event, **facts)


def decided(awards: Sequence[Award], proponents: Iterable[Proponent], event: Event) -> None:
    """Tell each winner, and each other bidder how theirs came out."""
    for proponent in proponents:
        kind, facts = result_letter(awards, proponent)
        for person in side_of(proponent.proposal):
            outbox.post(kind, to=person, event=event, **facts)


def unsuccessful(opportunity: Opportunity, proposals: Iterable[Proposal], event: Event, reason: str) -> None:
    """Tell the bidders that no contract is awarded."""
    _tell_sides("evaluations/unsuccessful", proposals, event, reason=reason, opportunity=opportunity)


def result_letter(awards: Sequence[Award], proponent: Proponent) -> tuple[str, dict[str, Any]]:
    """Give the kind and the facts of the letter that a proponent's side gets when awards are made."""
    own_award = next((one for one in awards if one.proponent_id == proponent.id or one.proponent is proponent), None)
    award = own_award or awards[0]
    outcome = Outcome.of(award.ranking)
    own, winning = outcome.lines.get(proponent.number), outcome.lines.get(award.proponent.number)
    facts = {
        "opportunity": award.opportunity,
        "proposal": proponent.proposal,
        "winner": ", ".join(bidder_name(one.proponent.proposal) for one in awards),
        "value_cents": award.value_cents if own_award else sum(one.value_cents for one in awards),
        "proposals": len(award.proponent.evaluation.proponents),
        "rank": own.rank if own else None,
        "total": float(round(own.total, 2)) if own and own.total is not None else None,
        "winner_total": float(round(winning.total, 2)) if winning and winning.total is not None else None,
        "standstill_days": award.opportunity.standstill_days,
    }
    return ("evaluations/awarded" if own_award else "evaluations/not_awarded"), facts


def preview(awards: Sequence[Award], proponent: Proponent, language: str, at: datetime) -> Letter:
    """Draw the letter as it would go to a proponent's author now."""
    kind, facts = result_letter(awards, proponent)
    return renderer.letter(kind, language, {"name": proponent.proposal.author.name, "at": at, **facts})


def screened(evaluation: Evaluation, judged: Iterable[Proponent], event: Event) -> None:
    """Tell bidders at the end of a round whether theirs goes on, and the panel that the next round begins."""
    for proponent in judged:
        if proponent.proposal.state != "opened":
            continue
        on = proponent.rounds_passed >= evaluation.round - 1
        _tell_sides("evaluations/goes_on" if on else "evaluations/screened_out", [proponent.proposal], event)
    for member in panel(evaluation.opportunity):
        if member.state == "accepted":
            facts: dict[str, Any] = {"opportunity": evaluation.opportunity, "round": evaluation.round}
            outbox.post("evaluations/next_round", to=member.user, event=event, **facts)


def explanation_asked(explanation: Explanation, event: Event) -> None:
    """Ask a bidder's side to explain its price."""
    facts: dict[str, Any] = {"request": explanation.request, "due_at": explanation.due_at}
    _tell_sides("evaluations/explanation_asked", [explanation.proponent.proposal], event, **facts)


def explanation_given(explanation: Explanation, event: Event) -> None:
    """Tell the officers that a bidder has explained their price."""
    opportunity, number = explanation.proponent.evaluation.opportunity, explanation.proponent.number
    for officer in _officers(opportunity, event.at):
        facts: dict[str, Any] = {"opportunity": opportunity, "number": number, "answer": explanation.answer}
        outbox.post("evaluations/explanation_given", to=officer, event=event, **facts)


def debrief_question(question: DebriefQuestion, event: Event) -> None:
    """Tell the officers that a bidder asks about their debrief."""
    opportunity = question.proponent.evaluation.opportunity
    for officer in _officers(opportunity, event.at):
        facts: dict[str, Any] = {
            "opportunity": opportunity, "number": question.proponent.number, "question": question.body,
        }  # fmt: skip
        outbox.post("evaluations/debrief_question", to=officer, event=event, **facts)


def debrief_answer(question: DebriefQuestion, event: Event) -> None:
    """Give a bidder's side the answer about their debrief."""
    _tell_sides("evaluations/debrief_answer", [question.proponent.proposal], event, answer=question.answer)


def recused_from(member: PanelMember, proponent: Proponent, event: Event) -> None:
    """Tell the officers that a member no longer judges one proposal."""
    for officer in _officers(member.opportunity, event.at):
        facts: dict[str, Any] = {
            "opportunity": member.opportunity, "member": member.user.name, "number": proponent.number,
        }  # fmt: skip
        outbox.post("evaluations/recused_from", to=officer, event=event, **facts)


def reminded(member: PanelMember, event: Event) -> None:
    """Remind a member of the panel of what waits for them."""
    facts: dict[str, Any] = {"opportunity": member.opportunity, "invited": member.state == "invited"}
    outbox.post("evaluations/reminder", to=member.user, event=event, **facts)


def invited_to(invitation: Invitation, event: Event) -> None:
    """Invite a bidder's side to a challenge or an interview, or to another time or place than before."""
    proposal, stage = invitation.proponent.proposal, invitation.stage
    facts: dict[str, Any] = {
        "stage": stage, "starts_at": invitation.starts_at, "place": invitation.place, "words": invitation.words,
        "again": invitation.revision > 1,
    }  # fmt: skip
    _tell_sides("evaluations/invited_to", [proposal], event, **facts)


def _officers(opportunity: Opportunity, at: datetime, but: User | None = None) -> list[User]:
    return [one for one in holders_of("officer", opportunity.department_id, at) if but is None or one.id != but.id]


def _tell_sides(kind: str, proposals: Iterable[Proposal], event: Event, **facts: object) -> None:
    for proposal in proposals:
        for person in side_of(proposal):
            values: dict[str, Any] = {"opportunity": proposal.opportunity, "proposal": proposal, **facts}
            outbox.post(kind, to=person, event=event, **values)
