"""What is done in an evaluation; each act in the caller's transaction."""

from evaluations.actions.awarding import (
    award,
    confirm_award,
    decline_award,
    draft_award,
    find_unsuccessful,
    refuse_award,
)
from evaluations.actions.judging import disqualify, lock, resume_scoring
from evaluations.actions.opening import begin_opening, complete_opening
from evaluations.actions.panel import answer, invite, make_chair, recuse, replace
from evaluations.actions.sheets import save_sheet, submit_sheet

__all__ = [
    "answer",
    "award",
    "begin_opening",
    "complete_opening",
    "confirm_award",
    "decline_award",
    "disqualify",
    "draft_award",
    "find_unsuccessful",
    "invite",
    "lock",
    "make_chair",
    "recuse",
    "refuse_award",
    "replace",
    "resume_scoring",
    "save_sheet",
    "submit_sheet",
]
