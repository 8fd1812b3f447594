"""The acts of subscribing, stopping and telling."""

from subscriptions.actions.asking import ask, confirm, confirm_any
from subscriptions.actions.following import confirm_follow, follow, unfollow
from subscriptions.actions.reminding import remind
from subscriptions.actions.stopping import Stopped, named_by, restart, stop, stop_all, switch
from subscriptions.actions.telling import send_digests, tell

__all__ = [
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
    "stop",
    "stop_all",
    "switch",
    "tell",
    "unfollow",
]
