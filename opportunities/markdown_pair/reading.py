"""Reads a pair of files into the places where we keep an opportunity."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import zip_longest
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from app.core.bilingual import Bilingual
from app.core.numbers import read_whole
from opportunities.markdown_pair import front_matter, placing, sections
from opportunities.markdown_pair.front_matter import Document
from opportunities.markdown_pair.imported import ImportedCriterion, ImportedOpportunity
from opportunities.markdown_pair.notes import Note
from opportunities.markdown_pair.placing import PLACES, Body

T = TypeVar("T")
EASTERN = ZoneInfo("America/Toronto")
KNOWN = {
    "title",
    "ref",
    "lang",
    "skills",
    "value",
    "closing_date",
    "start_date",
    "delivery_date",
    "short_desc",
}
NEEDED = ("title", "short_desc", "value", "closing_date")
_LIMIT = re.compile(r"\b(\d{1,3}(?:[ \u00a0\u202f,]\d{3})+|\d{1,5})[ \u00a0\u202f]+(?:words?|mots?)\b", re.IGNORECASE)


def read_pair(english: bytes, french: bytes, *, zone: ZoneInfo = EASTERN) -> ImportedOpportunity:
    """Take in the two files; `zone` is assumed where a moment states none. Unreadable says what is wrong."""
    en, fr = front_matter.read(english, "en"), front_matter.read(french, "fr")
    warnings = _missing(en, fr)
    facts = _facts(en, fr, zone, warnings)
    places = placing.place(sections.split(en.body), sections.split(fr.body), warnings)
    bodies = placing.fill(en.body, fr.body, places, warnings)
    texts: dict[str, Any] = {name: Bilingual(*(body.places.get(name, "") for body in bodies)) for name in PLACES}
    return ImportedOpportunity(
        **facts,
        **texts,
        criteria=_criteria(*bodies, warnings),
        placed=tuple((one.heading, one.place) for one in places if one.place != "additional"),
        unplaced=(*_unknown_keys(en, fr), *placing.unplaced(places)),
        warnings=tuple(warnings),
    )


def _facts(en: Document, fr: Document, zone: ZoneInfo, warnings: list[Note]) -> dict[str, Any]:
    """What the front matter says, in the fields of ImportedOpportunity."""
    value = _agreed(en, fr, "value", front_matter.cents, warnings)
    taxes = _agreed(en, fr, "value", front_matter.taxes_included, warnings)
    if (stated := en.fields.get("value") or fr.fields.get("value")) and value is None:
        warnings.append(Note("value_unclear", {"value": stated}))
    if stated and taxes is None:
        warnings.append(Note("taxes_unclear", {"value": stated}))
    return {
        "reference": _agreed(en, fr, "ref", str, warnings) or "",
        "title": _pair(en, fr, "title"),
        "summary": _pair(en, fr, "short_desc"),
        "skills": _pair(en, fr, "skills"),
        "value_cents": value,
        "taxes_included": taxes,
        "closing": _moment(en, fr, "closing_date", zone, warnings),
        "start": _agreed(en, fr, "start_date", lambda text: front_matter.day("start_date", text), warnings),
        "delivery": _moment(en, fr, "delivery_date", zone, warnings),
    }


def _pair(en: Document, fr: Document, key: str) -> Bilingual:
    return Bilingual(en.fields.get(key, ""), fr.fields.get(key, ""))


def _agreed(en: Document, fr: Document, key: str, parse: Callable[[str], T | None], warnings: list[Note]) -> T | None:
    """The value both languages give; where they differ the English one, with a warning."""
    texts = [text for document in (en, fr) if (text := document.fields.get(key))]
    values = [parse(text) for text in texts]
    if any(value != values[0] for value in values):
        note = Note("differs", {"key": key, "en": texts[0], "fr": texts[1]})
        warnings.extend([] if note in warnings else [note])
    return next((value for value in values if value is not None), None)


def _moment(en: Document, fr: Document, key: str, zone: ZoneInfo, warnings: list[Note]) -> datetime | None:
    value = _agreed(en, fr, key, lambda text: front_matter.moment(key, text, zone), warnings)
    stated = en.fields.get(key) or fr.fields.get(key)
    if stated and value and not front_matter.is_exact(stated):
        warnings.append(Note("moment_assumed", {"key": key, "value": value.isoformat()}))
    return value


def _missing(en: Document, fr: Document) -> list[Note]:
    return [
        Note("missing", {"key": key, "language": language})
        for key in NEEDED
        for language, document in (("en", en), ("fr", fr))
        if not document.fields.get(key)
    ]


def _unknown_keys(en: Document, fr: Document) -> Iterator[Note]:
    for key in dict.fromkeys((*en.fields, *fr.fields)):
        if key not in KNOWN:
            yield Note("front_matter_key", {"key": key, **_pair(en, fr, key).as_dict()})


def _criteria(en: Body, fr: Body, warnings: list[Note]) -> tuple[ImportedCriterion, ...]:
    found = []
    for pair in zip_longest(en.criteria, fr.criteria, fillvalue=""):
        limits = [limit for text in pair if (limit := _word_limit(text))]
        if len(set(limits)) > 1:
            warnings.append(Note("differs", {"key": "word limit", "en": limits[0], "fr": limits[1]}))
        found.append(ImportedCriterion(Bilingual(*pair), limits[0] if limits else None))
    return tuple(found)


def _word_limit(text: str) -> int | None:
    found = _LIMIT.search(text)
    return (read_whole(re.sub(r"\D", "", found[1])) or None) if found else None
