"""What people do with opportunities: one verb, one function."""

from opportunities.actions.asking import answer, ask
from opportunities.actions.changing import cancel, extend, issue_addendum
from opportunities.actions.commenting import comment, settle
from opportunities.actions.drafting import attach, detach, start, write
from opportunities.actions.importing import take_in
from opportunities.actions.publishing import close, close_due, publish, publish_due, schedule, unschedule
from opportunities.actions.reviewing import approve, ask_for_changes, certify, send_for_review, take_back

__all__ = [
    "answer",
    "approve",
    "ask",
    "ask_for_changes",
    "attach",
    "cancel",
    "certify",
    "close",
    "close_due",
    "comment",
    "detach",
    "extend",
    "issue_addendum",
    "publish",
    "publish_due",
    "schedule",
    "send_for_review",
    "settle",
    "start",
    "take_back",
    "take_in",
    "unschedule",
    "write",
]
