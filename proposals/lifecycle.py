"""The life of a proposal. Its events are for the author's side alone; nothing sealed is in them."""

from datetime import datetime
from functools import wraps

from app.core.audit import PARTIES
from app.core.errors import Refusal
from app.core.lifecycle import START, Lifecycle, Transition
from proposals import policy
from proposals.models import Custody, Proposal
from proposals.policy import Facts

DECIDED = ("opened", "not_awarded")


def _officer(_by: object, _row: Custody, facts: Facts) -> bool:
    return policy.may_decide(facts)


def _edge(name: str, sources: tuple[str, ...], target: str, who: policy.Rule, when: policy.Moment) -> Transition:
    @wraps(who)
    def may(_by: object, _row: Proposal, facts: Facts) -> bool:
        return who(facts)

    @wraps(when)
    def refusal(row: Proposal, at: datetime, facts: Facts) -> Refusal | None:
        return when(row, at, facts)

    return Transition(name, sources, target, who=may, when=refusal, audience=PARTIES)


PROPOSAL = Lifecycle(
    "proposal",
    lambda proposal: proposal.subject,
    (
        _edge("start", (START,), "draft", policy.may_start, policy.unless_closed),
        _edge("submit", ("draft", "withdrawn"), "submitted", policy.may_submit, policy.unless_closed_or_incomplete),
        _edge("resubmit", ("submitted",), "submitted", policy.may_submit, policy.unless_closed_or_incomplete),
        _edge("withdraw", ("submitted",), "withdrawn", policy.on_authors_side, policy.unless_closed),
        _edge("lapse", ("submitted",), "lapsed", policy.may_open, policy.unless_confirmed),
        _edge("open", ("submitted",), "opened", policy.may_open, policy.unless_unconfirmed),
        _edge("disqualify", ("opened", "not_awarded"), "disqualified", policy.may_decide, policy.at_any_time),
        _edge("award", DECIDED, "awarded", policy.may_decide, policy.at_any_time),
        _edge("not_award", ("opened",), "not_awarded", policy.may_end, policy.at_any_time),
        _edge("decline", ("awarded",), "declined", policy.may_decline, policy.at_any_time),
    ),
)
"""All moves of the author's side are made while proposals come in; the later ones by evaluations and contracts."""

CUSTODY = Lifecycle(
    "custody",
    lambda custody: custody.subject,
    (
        Transition("name", (START,), "named", _officer, audience=PARTIES),
        Transition("begin", ("named",), "in_force", _officer, policy.when_all_accepted, PARTIES),
        Transition("end", ("named", "in_force"), "ended", _officer, audience=PARTIES),
    ),
)
"""Who keeps a department's keys; what is published while it is in force stays in it."""
