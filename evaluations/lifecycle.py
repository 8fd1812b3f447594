"""The tables of transitions: of an evaluation, of a place on its panel, of an award."""

from app.core.audit import FROM_AWARD, PARTIES, PUBLIC, Actor
from app.core.lifecycle import START, Lifecycle, Transition
from evaluations import policy
from evaluations.models import Award, PanelMember
from evaluations.policy import Facts


def _officer(_by: Actor, _row: object, facts: Facts) -> bool:
    return policy.is_officer(facts)


def _second_opener(by: Actor, _row: object, facts: Facts) -> bool:
    return policy.may_open_second(by.id, facts)


def _officer_or_chair(_by: Actor, _row: object, facts: Facts) -> bool:
    return policy.may_lock(facts)


def _chair(_by: Actor, _row: object, facts: Facts) -> bool:
    return policy.may_meet(facts)


def _invited(by: Actor, row: PanelMember, _facts: Facts) -> bool:
    return by.id == row.user_id


def _member_or_exchange(by: Actor, row: PanelMember, _facts: Facts) -> bool:
    return by.id is None or by.id == row.user_id


def _second_officer(by: Actor, row: Award, facts: Facts) -> bool:
    return policy.is_officer(facts) and policy.is_another(by.id, row.by_id, facts)


def _winner_or_officer(_by: Actor, _row: object, facts: Facts) -> bool:
    return facts.winner or policy.is_officer(facts)


EVALUATION = Lifecycle("evaluation", lambda row: row.subject, [
    Transition("begin", (START,), "opening", _officer, policy.when_closed),
    Transition("open", ("opening",), "scoring", _second_opener, policy.when_closed),
    Transition("meet", ("scoring",), "agreeing", _chair, policy.when_meeting, FROM_AWARD),
    Transition("advance", ("scoring", "agreeing"), "scoring", _officer_or_chair, policy.when_advancing, FROM_AWARD),
    Transition("lock", ("scoring", "agreeing"), "locked", _officer_or_chair, policy.when_locking, FROM_AWARD),
    Transition("resume", ("agreeing", "locked"), "scoring", _officer, policy.when_short_of_evaluators, FROM_AWARD),
    Transition("decide", ("locked",), "decided", _officer, policy.when_awarding),
    Transition("reconsider", ("decided",), "locked", _winner_or_officer),
    Transition("end", ("scoring", "agreeing", "locked"), "ended", _officer, policy.when_nothing_remains),
])  # fmt: skip
"""Opened by two people, scored and agreed on round by round, locked, decided; or ended when no proposal remains."""

PANEL_MEMBER = Lifecycle("panel_member", lambda row: row.subject, [
    Transition("invite", (START,), "invited", _officer, policy.when_preparing, PARTIES),
    Transition("accept", ("invited",), "accepted", _invited, policy.when_accepting, PARTIES),
    Transition("decline", ("invited",), "declined", _invited, audience=PARTIES),
    Transition("recuse", ("invited", "accepted"), "recused", _member_or_exchange, audience=PARTIES),
    Transition("replace", ("invited", "accepted"), "replaced", _officer, policy.when_preparing, PARTIES),
])  # fmt: skip
"""Invited, accepted by a declaration without conflict, or gone; nobody who left comes back to the same place."""

AWARD = Lifecycle("award", lambda row: row.subject, [
    Transition("make", (START,), "made", _officer, policy.when_next_in_rank),
    Transition("propose", (START,), "proposed", _officer, policy.when_awarding, PARTIES),
    Transition("confirm", ("proposed",), "made", _second_officer, policy.when_awarding),
    Transition("refuse", ("proposed",), "refused", _officer, audience=PARTIES),
    Transition("decline", ("made",), "declined", _winner_or_officer, audience=PUBLIC),
])  # fmt: skip
"""Made at once to the next in rank; to another only by a second officer; declined by the winner."""
