"""Who may do what with an opportunity, and until when: plain functions of facts."""

from opportunities.policy.asking import asking
from opportunities.policy.checks import Check, checks
from opportunities.policy.completeness import Missing, missing
from opportunities.policy.people import (
    Facts,
    by_the_clock,
    certifies,
    comments,
    decides,
    decides_for_another,
    left_to_later,
    opens,
    publishes,
    settles,
    writes,
)
from opportunities.policy.times import CLOSED, accepts_questions, has_closed, is_open, shown_state

__all__ = [
    "CLOSED",
    "Check",
    "Facts",
    "Missing",
    "accepts_questions",
    "asking",
    "by_the_clock",
    "certifies",
    "checks",
    "comments",
    "decides",
    "decides_for_another",
    "has_closed",
    "is_open",
    "left_to_later",
    "missing",
    "opens",
    "publishes",
    "settles",
    "shown_state",
    "writes",
]
