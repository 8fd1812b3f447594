"""Who may do what with an opportunity, and until when: plain functions of facts."""

from opportunities.policy.completeness import Missing, missing
from opportunities.policy.people import (
    Facts,
    by_the_clock,
    certifies,
    decides,
    decides_for_another,
    left_to_later,
    opens,
    writes,
)
from opportunities.policy.times import accepts_questions, has_closed, is_open, shown_state

__all__ = [
    "Facts",
    "Missing",
    "accepts_questions",
    "by_the_clock",
    "certifies",
    "decides",
    "decides_for_another",
    "has_closed",
    "is_open",
    "left_to_later",
    "missing",
    "opens",
    "shown_state",
    "writes",
]
