"""The acts of subscribing, stopping and telling."""

from subscriptions.actions.asking import ask, confirm, confirm_any
from subscriptions.actions.following import confirm_follow, follow, unfollow
from subscriptions.actions.reminding import remind
from subscriptions.actions.stopping import Stopped, named_by, restart, stop, stop_all, switch
from subscriptions.actions.telling import CannotTell, send_digests, set_aside, tell, tell_again

__all__ = [
    "CannotTell",
    "Stopped",
    "ask",
    "confirm",
    "confirm_any",
    "confirm_follow",
    "follow",
    "named_by",
    "remind",
    "restart",
    "send_digests",
    "set_aside",
    "stop",
    "stop_all",
    "switch",
    "tell",
    "tell_again",
    "unfollow",
]
