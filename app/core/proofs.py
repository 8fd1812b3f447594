"""What outsiders check with nothing but files: a log against heads, a story against heads. Values in, findings out."""

import binascii
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.core import merkle
from app.core.bilingual import Bilingual
from app.core.commitments import commit
from app.core.notes import Head, NotSigned, read_head

SLACK = timedelta(minutes=1)
"""So long may the writing of an event go on after its moment was read: a head signed meanwhile does not hold it."""
NBSP = "\u00a0"


@dataclass(frozen=True)
class Finding:
    """What does not agree, with what fills its sentence."""

    said: Bilingual
    values: dict[str, object] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """Say it."""
        return self.said.text(language).format(**self.values)


UNSIGNED = Bilingual(
    "{what} is not signed by any of the keys given, or was altered.",
    f"{{what}}{NBSP}: la signature ne correspond à aucune des clés fournies, ou le texte a été modifié.",
)
UNREADABLE = Bilingual("Entry {index} cannot be read ({fault}).", "L’inscription {index} est illisible ({fault}).")
MOVED = Bilingual(
    "Entry {index} stands where entry {place} belongs.",
    "L’inscription {index} se trouve à la place de l’inscription {place}.",
)
REWRITTEN = Bilingual(
    "Entry {index} shows another event than the one that was committed to.",
    "L’inscription {index} montre un autre événement que celui de l’engagement.",
)
CUT = Bilingual(
    "The log was cut: head {head} has {size} entries, this log {count}.",
    f"Le journal a été tronqué{NBSP}: la tête {{head}} compte {{size}} inscriptions, ce journal {{count}}.",
)
ALTERED = Bilingual(
    "Something before entry {size} was altered, put in, taken out or moved since head {head} was signed on {at}.",
    "Quelque chose avant l’inscription {size} a été modifié, ajouté, retiré ou déplacé depuis la signature de la tête "
    "{head}, le {at}.",
)
DATED_BACK = Bilingual(
    "Entry {index} says {at}, but head {head} of {signed} does not know it: it was dated back.",
    f"L’inscription {{index}} porte la date {{at}}, mais la tête {{head}} du {{signed}} l’ignore{NBSP}: elle a été "
    "antidatée.",
)
UNCOVERED = Bilingual(
    "Entries from {size} on are in no signed head: anybody could have added them.",
    f"Les inscriptions à partir de {{size}} ne figurent dans aucune tête signée{NBSP}: n’importe qui a pu les ajouter.",
)
UNJOINED = Bilingual(
    "Head {head} has {size} entries, and this file does not show how the log grew from it. Download the story again "
    "and give {size} as the size of your head (story.json?since={size}).",
    "La tête {head} compte {size} inscriptions, et ce fichier ne montre pas comment le journal a grandi depuis. "
    "Téléchargez l’histoire de nouveau en indiquant {size} comme taille de votre tête (story.json?since={size}).",
)
WORDLESS = Bilingual(
    "Entry {index} has no words: it shows a place in the log, not what happened.",
    f"L’inscription {{index}} est sans texte{NBSP}: elle montre une place dans le journal, pas ce qui s’est passé.",
)
NO_EVENT = Bilingual("This story holds no event.", "Cette histoire ne contient aucun événement.")
UNPROVEN = Bilingual(
    "Entry {index} is not in the tree of head {head}.",
    "L’inscription {index} n’est pas dans l’arbre de la tête {head}.",
)


def heads_of(notes: Mapping[str, str], keys: Sequence[str]) -> tuple[dict[str, Head], list[Finding]]:
    """Read signed heads by their names, and say which are not signed by any of the keys."""
    heads, found = dict[str, Head](), list[Finding]()
    for name, note in notes.items():
        head = next((one for key in keys if (one := _read(note, key))), None)
        if head is None:
            found.append(Finding(UNSIGNED, {"what": name}))
        else:
            heads[name] = head
    return heads, found


def _read(note: str, key: str) -> Head | None:
    try:
        return read_head(note, key)
    except NotSigned:
        return None


def check_log(entries: Sequence[Mapping[str, Any]], heads: Mapping[str, Head]) -> Iterator[Finding]:
    """Check a whole log: each entry in itself, then the tree over all of them against every head."""
    commitments = []
    for place, entry in enumerate(entries):
        commitments.append(_commitment(entry))
        yield from _check_entry(place, entry)
    nodes = merkle.tree_of([merkle.leaf_hash(one) for one in commitments])
    for name, head in heads.items():
        if head.size > len(entries):
            yield Finding(CUT, {"head": name, "size": head.size, "count": len(entries)})
        elif merkle.root(nodes, head.size) != head.root:
            yield Finding(ALTERED, {"head": name, "size": head.size, "at": head.at})
        else:
            yield from _dated_back(entries[head.size :], name, head)
    covered = max((head.size for head in heads.values()), default=len(entries))
    if covered < len(entries):
        yield Finding(UNCOVERED, {"size": covered})


def check_story(
    events: Sequence[Mapping[str, Any]], heads: Mapping[str, Head], proved: str, grown: Mapping[str, Sequence[str]]
) -> Iterator[Finding]:
    """Check a story's events against the head that its proofs lead to (`proved`), and that one against every other.

    `grown` proves, by the size of an earlier head, that the log of `proved` begins with that head's.
    """
    head = heads[proved]
    if not events:
        yield Finding(NO_EVENT)
    for entry in events:
        if "event" not in entry:
            yield Finding(WORDLESS, {"index": entry["index"]})
        yield from _check_entry(int(entry["index"]), entry)
        proof = [bytes.fromhex(step) for step in entry["proof"]]
        leaf = merkle.leaf_hash(_commitment(entry))
        if not merkle.includes(head.root, head.size, int(entry["index"]), leaf, proof):
            yield Finding(UNPROVEN, {"index": entry["index"], "head": proved})
    for name, held in heads.items():
        yield from _joined(name, held, head, grown)
        yield from _dated_back([one for one in events if int(one["index"]) >= held.size], name, held)


def _joined(name: str, held: Head, head: Head, grown: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    """Say why a head that is held does not begin the log of another: cut, altered, or never shown."""
    values = {"head": name, "size": held.size, "at": held.at, "count": head.size}
    proof = [bytes.fromhex(step) for step in grown.get(str(held.size), ())]
    if held.size > head.size:
        yield Finding(CUT, values)
    elif held.size < head.size and not proof:
        yield Finding(UNJOINED, values)
    elif not merkle.extends(held.size, held.root, head.size, head.root, proof):
        yield Finding(ALTERED, values)


def _commitment(entry: Mapping[str, Any]) -> bytes:
    try:
        return bytes.fromhex(entry["commitment"])
    except (LookupError, TypeError, ValueError):
        return b""


def _check_entry(place: int, entry: Mapping[str, Any]) -> Iterator[Finding]:
    try:
        if entry["index"] != place:
            yield Finding(MOVED, {"index": entry["index"], "place": place})
        if "event" in entry and commit(entry["salt"], entry["event"]) != bytes.fromhex(entry["commitment"]):
            yield Finding(REWRITTEN, {"index": place})
    except (LookupError, TypeError, ValueError, binascii.Error) as fault:
        yield Finding(UNREADABLE, {"index": place, "fault": f"{type(fault).__name__}: {fault}"})


def _dated_back(entries: Sequence[Mapping[str, Any]], name: str, head: Head) -> Iterator[Finding]:
    """Name the events that happened before a head was signed, and are only behind it."""
    limit = datetime.fromisoformat(head.at) - SLACK
    for entry in entries:
        at = _moment(entry)
        if at is not None and at < limit:
            values = {"index": entry["index"], "at": entry["event"]["at"], "head": name, "signed": head.at}
            yield Finding(DATED_BACK, values)


def _moment(entry: Mapping[str, Any]) -> datetime | None:
    """Give when an entry says it happened; what cannot be read is named by the check of the entry itself."""
    try:
        return datetime.fromisoformat(entry["event"]["at"])
    except (LookupError, TypeError, ValueError):
        return None
