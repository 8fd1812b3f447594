"""What is done in an evaluation; each act in the caller's transaction."""

from evaluations.actions.awarding import (
    award,
    confirm_award,
    decline_award,
    draft_award,
    find_unsuccessful,
    refuse_award,
)
from evaluations.actions.consensus import agree, meet, second
from evaluations.actions.debriefs import answer_debrief_question, ask_about_debrief, reword
from evaluations.actions.explaining import ask_explanation, give_explanation
from evaluations.actions.invitations import invite_to
from evaluations.actions.judging import advance, disqualify, lock, resume_scoring
from evaluations.actions.opening import begin_opening, complete_opening
from evaluations.actions.panel import (
    answer,
    invite,
    make_chair,
    recuse,
    recuse_from,
    recuse_proposing,
    replace,
)
from evaluations.actions.prizes import offer_again, withhold_prize
from evaluations.actions.reminders import remind, remind_due
from evaluations.actions.sheets import save_criterion, save_sheet, submit_sheet

__all__ = [
    "advance",
    "agree",
    "answer",
    "answer_debrief_question",
    "ask_about_debrief",
    "ask_explanation",
    "award",
    "begin_opening",
    "complete_opening",
    "confirm_award",
    "decline_award",
    "disqualify",
    "draft_award",
    "find_unsuccessful",
    "give_explanation",
    "invite",
    "invite_to",
    "lock",
    "make_chair",
    "meet",
    "offer_again",
    "recuse",
    "recuse_from",
    "recuse_proposing",
    "refuse_award",
    "remind",
    "remind_due",
    "replace",
    "resume_scoring",
    "reword",
    "save_criterion",
    "save_sheet",
    "second",
    "submit_sheet",
    "withhold_prize",
]
