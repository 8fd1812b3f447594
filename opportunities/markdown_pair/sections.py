"""A Markdown body cut at its headings and lists; only whole lines are moved, so that nothing is lost."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

_parser = MarkdownIt("commonmark")
_RULE = re.compile(r"\s*<hr\s*/?>\s*", re.IGNORECASE)
_MARKER = re.compile(r"[ \t]*(?:\d{1,9}[.)]|[-*+])(?:[ \t]{1,4}(?=\S)|[ \t]|$)")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, its level (0: what stands before the first), its line as written, the text below it."""

    heading: str
    level: int
    line: str
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list or other block at the top of a text: its kind, its words, its lines with what follows."""

    kind: str
    words: str
    text: str


def split(body: str) -> list[Section]:
    """Cut a body at its headings of any level; headings within lists, quotations and code cut nothing."""
    lines = body.split("\n")
    starts = [(token.map[0], token.map[1], int(token.tag[1:]), words) for token, words in _headings(body) if token.map]
    first = starts[0][0] if starts else len(lines)
    found = [Section("", 0, "", _trimmed("\n".join(lines[:first])))]
    for index, (begin, end, level, words) in enumerate(starts):
        until = starts[index + 1][0] if index + 1 < len(starts) else len(lines)
        line = "\n".join(lines[begin:end]).strip()
        found.append(Section(words, level, line, _trimmed("\n".join(lines[end:until]))))
    return found if found[0].text else found[1:]


def blocks(text: str) -> list[Block]:
    """The blocks of a text in order; joined, their texts are the text."""
    lines = text.split("\n")
    tokens = _parser.parse(text)
    opened = [
        (index, token) for index, token in enumerate(tokens) if token.level == 0 and token.map and token.nesting >= 0
    ]
    starts = [0, *(token.map[0] for _, token in opened[1:] if token.map), len(lines)]
    return [
        Block(token.type, _words_after(tokens, index), "\n".join(lines[starts[n] : starts[n + 1]]))
        for n, (index, token) in enumerate(opened)
    ]


def items(text: str) -> list[str]:
    """The items of the list that a text consists of, each without its mark and indentation."""
    lines = text.split("\n")
    spans = [token.map for token in _parser.parse(text) if token.type == "list_item_open" and token.level == 1]
    starts = [span[0] for span in spans if span] + [len(lines)]
    return [_outdented(lines[begin:end]) for begin, end in pairwise(starts)]


def paragraphs(text: str) -> Counter[str]:
    """Every paragraph, code block and other leaf of a text but headings and rules, with how often it occurs."""
    found: list[str] = []
    tokens = _parser.parse(text)
    for index, token in enumerate(tokens):
        is_heading = index > 0 and tokens[index - 1].type == "heading_open" and token.level == 1
        if token.type in {"inline", "fence", "code_block", "html_block"} and not is_heading:
            found.append(" ".join(token.content.split()))
    return Counter(words for words in found if words and not _RULE.fullmatch(words))


def has_references(text: str) -> bool:
    """Whether links are defined apart from where they are used."""
    env: dict[str, object] = {}
    _parser.parse(text, env)
    return bool(env.get("references"))


def _headings(body: str) -> Iterator[tuple[Token, str]]:
    tokens = _parser.parse(body)
    for index, token in enumerate(tokens):
        if token.type == "heading_open" and token.level == 0:
            yield token, _words_after(tokens, index)


def _words_after(tokens: list[Token], index: int) -> str:
    """The words of the first text in a block."""
    inline = next((token for token in tokens[index:] if token.type == "inline"), None)
    parts = inline.children or [] if inline else []
    return "".join(part.content or " " * (part.type == "softbreak") for part in parts).strip()


def _trimmed(text: str) -> str:
    """Leave out empty lines around, and rules at the end that only parted sections."""
    text = text.strip("\n").rstrip()
    while text:
        last = next((token for token in reversed(_parser.parse(text)) if token.level == 0 and token.map), None)
        is_rule = last and (last.type == "hr" or (last.type == "html_block" and _RULE.fullmatch(last.content)))
        if not (last and last.map and is_rule):
            break
        text = "\n".join(text.split("\n")[: last.map[0]]).rstrip()
    return text


def _outdented(lines: list[str]) -> str:
    marker = _MARKER.match(lines[0])
    width = marker.end() if marker else 0
    rest = [line[min(width, len(line) - len(line.lstrip())) :] for line in lines[1:]]
    return "\n".join([lines[0][width:], *rest]).strip("\n").rstrip()
