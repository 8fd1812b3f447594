"""One Markdown file with front matter, read: its fields as typed, its body untouched."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import yaml

from app.core.bilingual import N_
from app.core.numbers import MOST_DIGITS

LARGEST = 512 * 1024
LARGEST_FRONT = 20 * 1024
DAY_LENGTH = len("2021-07-12")
LAST_MOMENT = time(23, 59, 59)

REFUSALS = {
    "too_large": N_("The file is larger than %(limit)s bytes."),
    "not_utf8": N_("The file is not text in UTF-8."),
    "no_front_matter": N_("The file does not begin with front matter between two lines of three hyphens."),
    "front_matter": N_("The front matter cannot be read as names and values."),
    "key_twice": N_("The front matter names “%(key)s” twice."),
    "bad_date": N_("“%(key)s” holds no date: “%(value)s”."),
    "wrong_language": N_("The file is in “%(found)s”, not in “%(expected)s”."),
}

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_AMOUNT = re.compile(r"(?<![\d.,])(\d{1,3}(?:[ \u00a0\u202f,.]\d{3})+|\d{1,12})(?:[.,](\d\d))?(?![\d])(?![.,]\d)")
_TAXES_OUT = re.compile(
    r"exclud|before tax|plus (?:applicable )?tax|not included|hors|en sus|non (?:comprises|incluses)|avant",
    re.IGNORECASE,
)
_TAXES_IN = re.compile(r"includ|taxes? in\b|incluse|comprise", re.IGNORECASE)


class Unreadable(Exception):
    """A file cannot be taken in; `code` is a key of REFUSALS, `values` fill its sentence."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(REFUSALS[code] % values)
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class Document:
    """A file's front matter, each value as typed, and its body."""

    fields: Mapping[str, str] = field(default_factory=dict)
    body: str = ""


def read(data: bytes, language: str) -> Document:
    """Read a file that should be in a language; Unreadable says what is wrong with it."""
    if len(data) > LARGEST:
        raise Unreadable("too_large", limit=LARGEST)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise Unreadable("not_utf8") from wrong
    if "\0" in text:
        raise Unreadable("not_utf8")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    front = _FRONT.match(text)
    if front is None:
        raise Unreadable("no_front_matter")
    fields = _fields(front[1])
    found = fields.get("lang") or language
    if found.lower()[:2] != language:
        raise Unreadable("wrong_language", found=found, expected=language)
    return Document(fields, text[front.end() :])


def moment(key: str, text: str, zone: ZoneInfo) -> datetime:
    """Read a moment; without an hour it is the day's last second, without a zone it is in the zone given."""
    value = _parsed(key, text)
    if len(text) <= DAY_LENGTH:
        value = datetime.combine(value.date(), LAST_MOMENT)
    return value if value.tzinfo else value.replace(tzinfo=zone)


def is_exact(text: str) -> bool:
    """Whether a moment that can be read states its hour and its zone."""
    return len(text) > DAY_LENGTH and datetime.fromisoformat(text).tzinfo is not None


def day(key: str, text: str) -> date:
    """Read a day."""
    return _parsed(key, text).date()


def cents(text: str) -> int | None:
    """The one amount in a text, as "$6,500.00" or "6 500 $"; None when there is none or several."""
    found = _AMOUNT.findall(text)
    if len(found) != 1:
        return None
    whole, fraction = found[0]
    digits = re.sub(r"\D", "", whole)
    return int(digits) * 100 + int(fraction or 0) if len(digits) <= MOST_DIGITS else None


def taxes_included(text: str) -> bool | None:
    """Whether the text says that taxes are in the amount; None when it does not say."""
    if _TAXES_OUT.search(text):
        return False
    return True if _TAXES_IN.search(text) else None


def _fields(front: str) -> dict[str, str]:
    """The names and values as typed. The tree is composed, never built: no tag or alias does anything."""
    if len(front) > LARGEST_FRONT:
        raise Unreadable("front_matter")
    try:
        root = yaml.compose(front, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as wrong:
        raise Unreadable("front_matter") from wrong
    if not isinstance(root, yaml.MappingNode):
        raise Unreadable("front_matter")
    fields: dict[str, str] = {}
    for name, value in root.value:
        key = _text(name)
        if key in fields:
            raise Unreadable("key_twice", key=key)
        fields[key] = _text(value)
    return fields


def _text(node: yaml.Node) -> str:
    match node:
        case yaml.ScalarNode(tag="tag:yaml.org,2002:null"):
            return ""
        case yaml.ScalarNode():
            return str(node.value).strip()
        case yaml.SequenceNode() if all(isinstance(item, yaml.ScalarNode) for item in node.value):
            return ", ".join(_text(item) for item in node.value)
        case _:
            raise Unreadable("front_matter")


def _parsed(key: str, text: str) -> datetime:
    try:
        value = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise Unreadable("bad_date", key=key, value=text) from wrong
    if not 1990 <= value.year <= 2200:  # noqa: PLR2004  beyond these years it is a slip of the pen
        raise Unreadable("bad_date", key=key, value=text)
    return value
