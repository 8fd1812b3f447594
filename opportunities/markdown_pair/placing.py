"""Where the sections of a pair of texts belong.

Headings say it; what belongs nowhere stays whole under its own heading. If putting sections in their places would
lose, double or change any paragraph of a text, that text stays as it was.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.core.bilingual import Bilingual
from opportunities.markdown_pair import sections
from opportunities.markdown_pair.notes import Note
from opportunities.markdown_pair.sections import Block, Section

LISTS = {"ordered_list_open", "bullet_list_open"}
PLACES = ("problem", "deliverables", "evaluation", "eligibility", "acceptance", "additional")

_WORDS = (
    ("acceptance", re.compile(r"accept")),
    ("eligibility", re.compile(r"eligib|admissib")),
    ("evaluation", re.compile(r"evaluat|assess|criter|selection")),
    (
        "deliverables",
        re.compile(r"\bwork\b|deliverable|\btravail|travaux|livrable|\bscope\b|portee|exigence"),
    ),
    ("problem", re.compile(r"background|context|problem|enjeu|besoin|\bneeds?\b")),
)


@dataclass(frozen=True, slots=True)
class Place:
    """A heading's section in each language (one may be wanting), and where it goes."""

    en: Section | None
    fr: Section | None
    place: str

    @property
    def heading(self) -> Bilingual:
        """The heading in both languages."""
        return Bilingual(*("" if section is None else section.heading for section in (self.en, self.fr)))


@dataclass(frozen=True, slots=True)
class Body:
    """What one language's body gives: the text of each place, and the criteria listed in it."""

    places: Mapping[str, str]
    criteria: tuple[str, ...] = ()

    def keeps(self, body: str) -> bool:
        """Whether every paragraph of the body is here exactly once."""
        texts = [*self.places.values(), *self.criteria]
        return sum(map(sections.paragraphs, texts), Counter()) == sections.paragraphs(body)


def place(english: Sequence[Section], french: Sequence[Section], warnings: list[Note]) -> list[Place]:
    """Put headings in their places, side by side where both texts are built alike."""
    pairs: list[tuple[Section | None, Section | None]]
    if [section.level for section in english] == [section.level for section in french]:
        pairs = list(zip(english, french, strict=True))
    else:
        warnings.append(Note("sections_differ", {"en": len(english), "fr": len(french)}))
        pairs = [*((section, None) for section in english), *((None, section) for section in french)]
    found: list[Place] = []
    above: list[tuple[int, str]] = []
    for en, fr in pairs:
        level = (en or fr or Section("", 0, "", "")).level
        own = [place for section in (en, fr) if section and (place := _place_of(section.heading))]
        if len(set(own)) > 1:
            warnings.append(Note("headings_differ", Place(en, fr, "").heading.as_dict()))
        above = [(depth, place) for depth, place in above if depth < level]
        inherited = above[-1][1] if above else "additional"
        place = own[0] if len(set(own)) == 1 else inherited
        above.append((level, place))
        found.append(Place(en, fr, place))
    return found


def _place_of(heading: str) -> str | None:
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", heading.casefold()) if letter.isascii())
    return next((place for place, words in _WORDS if words.search(plain)), None)


def unplaced(placing: Sequence[Place]) -> Iterator[Note]:
    """What belongs nowhere, as notes."""
    for one in placing:
        if one.place == "additional" and any(section and section.text for section in (one.en, one.fr)):
            yield Note("text") if one.heading.empty else Note("section", one.heading.as_dict())


def fill(en: str, fr: str, placing: Sequence[Place], warnings: list[Note]) -> tuple[Body, Body]:
    """Both bodies in their places; one that would lose anything is kept whole."""
    halves = [[(one.en, one.place) for one in placing], [(one.fr, one.place) for one in placing]]
    english, french = ([(section, place) for section, place in half if section] for half in halves)
    bodies = []
    listed = len({len(_listed(half)) for half in (english, french)}) == 1
    if not listed:
        warnings.append(Note("criteria_differ"))
    for language, body, half in (("en", en, english), ("fr", fr, french)):
        placed = _body(half, with_criteria=listed)
        if not placed.keeps(body):
            warnings.append(Note("kept_whole", {"language": language}))
            placed = Body({"additional": body.strip("\n").rstrip()})
        bodies.append(placed)
    if any(sections.has_references(body) for body in (en, fr)):
        warnings.append(Note("links_apart"))
    return bodies[0], bodies[1]


def _body(half: Sequence[tuple[Section, str]], *, with_criteria: bool) -> Body:
    texts: dict[str, list[str]] = {place: [] for place in PLACES}
    criteria = _listed(half) if with_criteria else ()
    count = Counter(place for section, place in half if section.text)
    for section, place in half:
        if not section.text:
            continue
        if place == "additional" or count[place] > 1:
            texts[place].append(section.line)
        if place == "evaluation":
            how, who = _evaluation(section.text)
            texts[place].extend(block.text for block in how if not (criteria and block.kind in LISTS))
            texts["eligibility"].extend(block.text for block in who)
        else:
            texts[place].append(section.text)
    joined = {
        place: "\n\n".join(part for text in parts if (part := text.strip("\n").rstrip()))
        for place, parts in texts.items()
    }
    return Body(joined, tuple(criteria))


def _evaluation(text: str) -> tuple[list[Block], list[Block]]:
    """Part how proposals are judged from who may propose, which a lead-in sentence begins."""
    parts = sections.blocks(text)
    lead = next((n for n, part in enumerate(parts) if _leads_to_eligibility(part)), len(parts))
    return parts[:lead], parts[lead:]


def _leads_to_eligibility(block: Block) -> bool:
    return block.kind == "paragraph_open" and block.words.endswith(":") and _place_of(block.words) == "eligibility"


def _listed(half: Sequence[tuple[Section, str]]) -> tuple[str, ...]:
    """The criteria: the items of the lists in the evaluation's sections."""
    judged = [_evaluation(section.text)[0] for section, place in half if place == "evaluation"]
    lists = [block.text for how in judged for block in how if block.kind in LISTS]
    return tuple(item for text in lists for item in sections.items(text))
