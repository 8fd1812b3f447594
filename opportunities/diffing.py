"""What changed between two versions of an opportunity, word by word, for `<ins>` and `<del>`."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_PARAGRAPH = re.compile(r".*?(?:\n\s*\n|$)", re.DOTALL)
LANGUAGES = ("en", "fr")
LONG = 8_000  # words, beyond which very common ones are left out of the search for what stayed


class Change(StrEnum):
    """What became of a run of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text and what became of it."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """The runs of one field; `language` is "en" or "fr", or empty for a value without language."""

    name: str
    language: str
    runs: tuple[Run, ...]


def diff(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[FieldDiff, ...]:
    """Compare two snapshots (field → {"en": …, "fr": …}, a value, or a list) and give the fields that changed.

    A bilingual field is compared in each language, a list line by line, anything else as a whole.
    """
    found: list[FieldDiff] = []
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if _is_bilingual(old) or _is_bilingual(new):
            pairs = [(code, _in(old, code), _in(new, code)) for code in LANGUAGES]
            found.extend(FieldDiff(name, code, text_diff(a, b)) for code, a, b in pairs if a != b)
        elif isinstance(old, list) or isinstance(new, list):
            found.append(FieldDiff(name, "", _list_diff(_lines(old), _lines(new))))
        else:
            found.append(FieldDiff(name, "", _replaced(_line(old), _line(new))))
    return tuple(found)


def text_diff(before: str, after: str) -> tuple[Run, ...]:
    """Compare two texts: paragraphs first, then the words of those that changed; the runs lose no letter of either."""
    runs: list[Run] = []
    for old, new in _unequal(_PARAGRAPH.findall(before), _PARAGRAPH.findall(after)):
        if old == new:
            runs.append(Run(Change.SAME, "".join(old)))
        else:
            runs.extend(_word_diff("".join(old), "".join(new)))
    return _joined(runs)


def _word_diff(before: str, after: str) -> Iterator[Run]:
    for old, new in _unequal(_WORD.findall(before), _WORD.findall(after)):
        if old == new:
            yield Run(Change.SAME, "".join(old))
        else:
            yield from _replaced("".join(old), "".join(new))


def _list_diff(before: Sequence[str], after: Sequence[str]) -> tuple[Run, ...]:
    runs: list[Run] = []
    for old, new in _unequal(before, after):
        if old == new:
            runs.extend(Run(Change.SAME, line) for line in old)
        else:
            runs.extend(Run(Change.REMOVED, line) for line in old)
            runs.extend(Run(Change.ADDED, line) for line in new)
    return tuple(runs)


def _unequal(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """The stretches of two sequences side by side, equal or not."""
    matcher = SequenceMatcher(None, before, after, autojunk=len(before) + len(after) > LONG)
    for _, i, j, k, n in matcher.get_opcodes():
        yield before[i:j], after[k:n]


def _replaced(old: str, new: str) -> tuple[Run, ...]:
    return tuple(run for run in (Run(Change.REMOVED, old), Run(Change.ADDED, new)) if run.text)


def _joined(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Join neighbours that had the same fate."""
    joined: list[Run] = []
    for run in runs:
        if joined and joined[-1].change == run.change:
            joined[-1] = Run(run.change, joined[-1].text + run.text)
        elif run.text:
            joined.append(run)
    return tuple(joined)


def _is_bilingual(value: object) -> bool:
    return isinstance(value, Mapping) and set(value) <= set(LANGUAGES) and bool(value)


def _in(value: object, language: str) -> str:
    return str(value.get(language) or "") if isinstance(value, Mapping) else _line(value)


def _lines(value: object) -> list[str]:
    return [_line(one) for one in value] if isinstance(value, list) else [_line(value)] * (value is not None)


def _line(value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
