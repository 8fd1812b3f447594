"""What is done with proposals: write a draft, submit it for a receipt, withdraw it, let it lapse."""

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
    "add_file",
    "discard_changes",
    "lapse",
    "remove_file",
    "rotate_keys",
    "save_approach",
    "save_plan",
    "save_team",
    "start",
    "submit",
    "withdraw",
]
