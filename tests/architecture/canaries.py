"""What is put into every sealed field of the world and into every judgement, and who may ever hear it sing."""

import re

CANARY = re.compile(r"kanarienvogel-(\w+)-(arun|rosa)", re.IGNORECASE)
NIGHTINGALE = re.compile(r"nachtigall-(\w+)-(evaluator|panelist)-(arun|rosa)", re.IGNORECASE)
SIDES = {"arun": {"author"}, "rosa": {"member", "rival"}}
SEALED = ("quiet", "priced", "open", "closed", "opening")
"""The places whose proposals are not opened yet."""
UNDECIDED = ("scoring", "locked", "departing", "agreeing", "interviewing")
"""The places whose bidders are not told yet how they were judged."""

Song = tuple[str, ...]
"""In which place it was put, and by whom (about whom)."""


def canary(place: str, author: str) -> str:
    """Make the canary of an author's proposal."""
    return f"Kanarienvogel-{place}-{_first(author)}"


def nightingale(place: str, member: str, author: str) -> str:
    """Make the nightingale of a member's judgement of an author's proposal."""
    return f"Nachtigall-{place}-{member}-{_first(author)}"


def heard(body: str) -> set[Song]:
    """Name the songs in a text."""
    found = [*CANARY.findall(body), *NIGHTINGALE.findall(body)]
    return {tuple(part.lower() for part in song) for song in found}


def may_hear(place: str, *whose: str) -> set[str]:
    """Name who may read it: a proposal's own side, from the opening the panel and its officer.

    A judgement is heard by the chair and the officer once all have judged, and by whom it is about once that is told.
    """
    side = SIDES[whose[-1]]
    if len(whose) == 1:
        return side if place in SEALED else side | {"evaluator", "officer"}
    return {"evaluator", "officer"} if place in UNDECIDED else {"evaluator", "officer"} | side


def _first(name: str) -> str:
    return name.split(maxsplit=1)[0].lower()
