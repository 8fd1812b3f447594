"""What is done with proposals: write a draft, submit it for a receipt, withdraw it, let it lapse."""

from proposals.actions.custody import (
    NOT_THIS_SHEET,
    accept_place,
    ask_custodians,
    begin_custody,
    end_custody,
    give_share,
    give_sheet,
    name_custodians,
    release_key,
)
from proposals.actions.rotating import rotate_keys
from proposals.actions.sending import lapse, submit, withdraw
from proposals.actions.writing import (
    add_file,
    discard_changes,
    remove_file,
    save_approach,
    save_plan,
    save_team,
    start,
)

__all__ = [
    "NOT_THIS_SHEET",
    "accept_place",
    "add_file",
    "ask_custodians",
    "begin_custody",
    "discard_changes",
    "end_custody",
    "give_share",
    "give_sheet",
    "lapse",
    "name_custodians",
    "release_key",
    "remove_file",
    "rotate_keys",
    "save_approach",
    "save_plan",
    "save_team",
    "start",
    "submit",
    "withdraw",
]
