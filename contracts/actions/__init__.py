"""What people and the payment worker do with contracts: one verb, one function.

`carry_out_due(gateway)` is the worker's: it opens its own transactions. `note_sent` and `note_answer` are what it
writes, for whoever replays a history.
"""

from contracts.actions.agreeing import accept, draw_up
from contracts.actions.amending import (
    NOTHING_TO_CERTIFY,
    STALE,
    accept_amendment,
    certify_amendment,
    check_amendment,
    decline_amendment,
    propose_amendment,
    propose_draft,
    write_amendment,
)
from contracts.actions.asking import Answer
from contracts.actions.batching import MOST_TOGETHER, release_together
from contracts.actions.carrying_out import (
    carry_out_due,
    close_page,
    note_answer,
    note_sent,
    order_of,
    withdraw,
)
from contracts.actions.conversing import comment
from contracts.actions.declining import decline, decline_before_contract
from contracts.actions.dividing import Part, accept_part
from contracts.actions.ending import complete, report, terminate
from contracts.actions.evidencing import check_again, look_up_due, note_merge
from contracts.actions.funding import pay_on_page, save_method
from contracts.actions.giving_back import give_back_due
from contracts.actions.handing_over import hand_over
from contracts.actions.looking import look_at_payment
from contracts.actions.noticing import keep_notice, read_notices
from contracts.actions.onboarding import connect_account, note_account
from contracts.actions.reconciling import reconcile, reconcile_last_night
from contracts.actions.refunding import note_dispute, note_refund, note_refund_sent, order_refund
from contracts.actions.releasing import pay_again, release
from contracts.actions.reminding import remind_due
from contracts.actions.working import accept_delivery, deliver, is_address, return_delivery

__all__ = [
    "MOST_TOGETHER",
    "NOTHING_TO_CERTIFY",
    "STALE",
    "Answer",
    "Part",
    "accept",
    "accept_amendment",
    "accept_delivery",
    "accept_part",
    "carry_out_due",
    "certify_amendment",
    "check_again",
    "check_amendment",
    "close_page",
    "comment",
    "complete",
    "connect_account",
    "decline",
    "decline_amendment",
    "decline_before_contract",
    "deliver",
    "draw_up",
    "give_back_due",
    "hand_over",
    "is_address",
    "keep_notice",
    "look_at_payment",
    "look_up_due",
    "note_account",
    "note_answer",
    "note_dispute",
    "note_merge",
    "note_refund",
    "note_refund_sent",
    "note_sent",
    "order_of",
    "order_refund",
    "pay_again",
    "pay_on_page",
    "propose_amendment",
    "propose_draft",
    "read_notices",
    "reconcile",
    "reconcile_last_night",
    "release",
    "release_together",
    "remind_due",
    "report",
    "return_delivery",
    "save_method",
    "terminate",
    "withdraw",
    "write_amendment",
]
