"""What a machine sees in a text: links, personal data, how hard it is to read. Pure; it reaches no network."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

_LINK = re.compile(r"\]\(\s*<?([^)\s>]+)|((?:https?|ftp)://[^\s)>\]\"'`]+)", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\d-])(?:\+?1[\s.-])?(?:\(\d{3}\)\s?|\d{3}[\s.-])\d{3}[\s.-]\d{4}(?![\d-])")
_NINE = re.compile(r"(?<![\d$-])(?<!\d[.,])\d{3}([ -]?)\d{3}\1\d{3}(?![\d-]|[.,]\d|\s?\$)")
_MARKS = re.compile(r"\]\([^)]*\)|https?://\S+|[*_`#>|\[\]]")
_SENTENCE = re.compile(r"[.!?…:;]+(?=\s|$)|\n\s*\n|\n(?=\s*[-\d])")
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_VOWELS = {"en": re.compile(r"[aeiouy]+"), "fr": re.compile(r"[aeiouyàâäéèêëîïôöùûüœæ]+")}
_SILENT = {"en": re.compile(r"(?<=[^aeiouyl])e$"), "fr": re.compile(r"(?<=[^aeiouyàâäéèêëîïôöùûü])(?:e|es|ent)$")}

FEWEST_WORDS = 60
"""Shorter texts tell nothing of how hard they are."""


def links(text: str) -> Iterator[str]:
    """Give the addresses that a text in Markdown links to or names."""
    for linked, named in _LINK.findall(text):
        yield (linked or named).rstrip(".,;:!?")


def leads_nowhere(address: str) -> bool:
    """Say whether an address cannot lead a stranger anywhere: not https, no public host, or a secret in it."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return True
    return parts.scheme != "https" or "@" in parts.netloc or not _is_public(host)


def _is_public(host: str) -> bool:
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host.strip(".") and not host.endswith((".local", ".localhost", ".internal", ".lan"))


def personal(text: str) -> Iterator[tuple[str, str]]:
    """Give what looks like personal data: `email`, `phone`, or `sin` (nine digits whose last one checks), with it."""
    for kind, pattern in (("email", _EMAIL), ("phone", _PHONE)):
        yield from ((kind, found.group()) for found in pattern.finditer(text))
    yield from (("sin", found.group()) for found in _NINE.finditer(text) if _checks(found.group()))


def _checks(nine: str) -> bool:
    """Check a social insurance number's last digit (Luhn)."""
    digits = [int(sign) for sign in nine if sign.isdigit()]
    doubled = [digit if place % 2 == 0 else sum(divmod(2 * digit, 10)) for place, digit in enumerate(digits)]
    return any(digits) and sum(doubled) % 10 == 0


@dataclass(frozen=True)
class Reading:
    """How hard a text is: its figure by the language's own formula, and whether it is hard for the public."""

    language: str
    figure: int
    hard: bool


HARDEST_GRADE = 12
"""English: the last year of school."""

HARDEST_EASE = 40
"""French: below lies what university texts reach."""


def reading(text: str, language: str) -> Reading | None:
    """Measure a text, None where it is too short.

    English: the Flesch–Kincaid grade, 0.39 words/sentences + 11.8 syllables/words - 15.59 (Kincaid et al., 1975).
    French: the ease of Kandel and Moles, 207 - 1.015 words/sentences - 73.6 syllables/words (1958); 100 is easy.
    """
    plain = _MARKS.sub(" ", text)
    words = [word.lower() for word in _WORD.findall(plain)]
    if len(words) < FEWEST_WORDS:
        return None
    sentences = max(1, sum(1 for one in _SENTENCE.split(plain) if one and _WORD.search(one)))
    length = len(words) / sentences
    weight = sum(_syllables(word, language) for word in words) / len(words)
    if language == "fr":
        ease = round(207 - 1.015 * length - 73.6 * weight)
        return Reading(language, ease, ease < HARDEST_EASE)
    grade = round(0.39 * length + 11.8 * weight - 15.59)
    return Reading(language, grade, grade > HARDEST_GRADE)


def _syllables(word: str, language: str) -> int:
    spoken = _SILENT[language].sub("", word)
    return max(1, len(_VOWELS[language].findall(spoken)))
