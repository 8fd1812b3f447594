"""Markdown as people type it, made into HTML that is safe on our pages, and into plain text."""

import re
from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

TOP_HEADING = 3
LAST_HEADING = 6
TAGS = set(
    "p br hr h3 h4 h5 h6 ul ol li blockquote pre code em strong s a img table thead tbody tr th td".split()  # noqa: SIM905  a list of words
)
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "th": {"align"},
    "td": {"align"},
}
SCHEMES = {"http", "https", "mailto"}
REL = "nofollow noopener noreferrer"

_SIGNS = re.compile(r"[\\`*_{}\[\]<>()#+!|~&:]")
_parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def to_html(source: str) -> Markup:
    """Render as HTML: headings start below h2 without gaps, links lend no rank, raw HTML shows as text.

    An image from elsewhere becomes a link to it, so that no reader's address reaches a stranger's server.
    """
    env: MutableMapping[str, Any] = {}
    tokens = _parser.parse(source.encode("utf-8", "replace").decode(), env)
    _shift_headings(tokens)
    for token in tokens:
        if token.children:
            token.children = list(_without_foreign_images(token.children))
    html = _parser.renderer.render(tokens, _parser.options, env)
    clean = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=REL)
    return Markup(clean)  # noqa: S704  cleaned in the line above


def literal(text: str) -> str:
    """Write a text on one line so that Markdown shows it as it is: a name draws no link and no heading."""
    return _SIGNS.sub(r"\\\g<0>", " ".join(text.split()))


def to_text(source: str, *, addresses: bool = True) -> str:
    """Render as plain text for mail and search: paragraphs, lists with marks, and addresses behind links if wanted."""
    lines: list[str] = []
    markers: list[str] = []
    for token in _parser.parse(source):
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                markers.append(_first_marker(token))
            case "bullet_list_close" | "ordered_list_close":
                markers.pop()
                lines.extend([""] if markers else ["", ""])
            case "list_item_open":
                _begin_item(lines, markers)
            case "inline":
                _add(lines, _inline_text(token.children or [], addresses=addresses), markers)
            case "fence" | "code_block":
                _add(lines, token.content.rstrip("\n"), markers)
                lines.extend(["", ""])
            case "td_close" | "th_close":
                lines[-1] += " | "
            case "tr_close":
                lines[-1] = lines[-1].removesuffix(" | ")
                lines.append("")
            case "paragraph_close" | "heading_close" | "table_close" | "hr" if not token.hidden:
                lines.extend(["", ""])
            case _:
                continue
    return "\n".join(line.rstrip() for line in _without_double_gaps(lines))


def _shift_headings(tokens: Iterable[Token]) -> None:
    """Give each heading the level of its depth, counted from TOP_HEADING."""
    above: list[int] = []
    opened: list[str] = []
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1:])
            while above and above[-1] >= level:
                above.pop()
            above.append(level)
            token.tag = f"h{min(TOP_HEADING + len(above) - 1, LAST_HEADING)}"
            opened.append(token.tag)
        elif token.type == "heading_close":
            token.tag = opened.pop()


def _without_foreign_images(tokens: Sequence[Token]) -> Iterator[Token]:
    in_link = False
    for token in tokens:
        in_link = in_link if token.type not in {"link_open", "link_close"} else token.type == "link_open"
        address = str(token.attrs.get("src", "")) if token.type == "image" else "/"
        if address.startswith("/") and not address.startswith("//"):
            yield token
            continue
        text = Token("text", "", 0, content=token.content or address)
        if in_link:
            yield text
        else:
            yield from (Token("link_open", "a", 1, {"href": address}), text, Token("link_close", "a", -1))


def _first_marker(token: Token) -> str:
    return "- " if token.type == "bullet_list_open" else f"{token.attrs.get('start', 1)}. "


def _begin_item(lines: list[str], markers: list[str]) -> None:
    """Begin an item on a line of its own and count on."""
    if lines and not lines[-1]:
        lines.pop()
    lines.append("  " * (len(markers) - 1) + markers[-1])
    markers[-1] = _next_marker(markers[-1])


def _next_marker(marker: str) -> str:
    return marker if marker == "- " else f"{int(marker.removesuffix('. ')) + 1}. "


def _add(lines: list[str], text: str, markers: Sequence[str]) -> None:
    """Add a text to the line begun, indenting its further lines under a list's mark."""
    if not lines:
        lines.append("")
    first, *others = text.split("\n")
    indent = "  " * len(markers)
    lines[-1] += first if lines[-1] else indent + first
    lines.extend(indent + line for line in others)


def _without_double_gaps(lines: Sequence[str]) -> Iterator[str]:
    previous = ""
    body = list(lines)
    while body and not body[-1].strip():
        body.pop()
    for line in body:
        if line.strip() or previous.strip():
            yield line
        previous = line


def _inline_text(tokens: Sequence[Token], *, addresses: bool) -> str:
    parts: list[str] = []
    targets: list[tuple[str, int]] = []
    for token in tokens:
        match token.type:
            case "softbreak":
                parts.append(" ")
            case "hardbreak":
                parts.append("\n")
            case "link_open":
                targets.append((str(token.attrs.get("href", "")), len(parts)))
            case "link_close":
                target, begun = targets.pop()
                if addresses and "".join(parts[begun:]) != target:
                    parts.append(f" ({target})")
            case "image":
                parts.append(token.content)
            case _:
                parts.append(token.content)
    return "".join(parts)
