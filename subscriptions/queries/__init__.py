"""Reads of subscriptions."""

from subscriptions.queries.aside import SET_ASIDE, TOLD_AGAIN, set_aside
from subscriptions.queries.people import behind_in_scoring, bidders, drafters, side, watchers, writers
from subscriptions.queries.searches import active_searches, due_digests, matched_words, posted, untold
from subscriptions.queries.subscribed import (
    find_same_search,
    find_watch,
    find_watch_of,
    follows_of,
    get_search,
    get_watch,
    is_following,
    names_of,
    own_addresses,
    owner_of,
    searches_at,
    switched_off,
    was_written_to,
    watches_at,
)

__all__ = [
    "SET_ASIDE",
    "TOLD_AGAIN",
    "active_searches",
    "behind_in_scoring",
    "bidders",
    "drafters",
    "due_digests",
    "find_same_search",
    "find_watch",
    "find_watch_of",
    "follows_of",
    "get_search",
    "get_watch",
    "is_following",
    "matched_words",
    "names_of",
    "own_addresses",
    "owner_of",
    "posted",
    "searches_at",
    "set_aside",
    "side",
    "switched_off",
    "untold",
    "was_written_to",
    "watchers",
    "watches_at",
    "writers",
]
