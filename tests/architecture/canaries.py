"""What is put into every sealed field of the world, and who may ever hear it sing."""

import re

SONG = re.compile(r"kanarienvogel-(\w+)-(arun|rosa)", re.IGNORECASE)
SIDES = {"arun": {"author"}, "rosa": {"member", "rival"}}
SEALED = ("quiet", "priced", "open", "closed", "opening")
"""The places whose proposals are not opened yet."""

Canary = tuple[str, str]
"""In which place it was put, and by whom."""


def canary(place: str, author: str) -> str:
    """Make the canary of an author's proposal."""
    return f"Kanarienvogel-{place}-{author.split(maxsplit=1)[0].lower()}"


def heard(body: str) -> set[Canary]:
    """Name the canaries in a text."""
    return {(place.lower(), author.lower()) for place, author in SONG.findall(body)}


def may_hear(place: str, author: str) -> set[str]:
    """Name who may read what an author wrote there: their own side, and from the opening the panel and its officer."""
    return SIDES[author] if place in SEALED else SIDES[author] | {"evaluator", "officer"}
