"""Judging an answer: nothing typed has become part of the page's own structure, and nothing was computed from it."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

from tests.hostile.corpus import COMPUTED, MARK

ADDRESSES = {"href", "src", "action", "formaction", "data", "poster", "srcset"}
SCHEMES = {"", "http", "https", "mailto", "webcal"}


class Judge(HTMLParser):
    """Reads a page and notes what nobody of ours wrote."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at a tag and its attributes."""
        names = {name for name, _value in attrs}
        if (
            MARK in tag
            or tag in {"iframe", "object", "embed", "base", "math"}
            or (tag == "script" and "src" not in names)
        ):
            self.found.append(f"<{tag}>")
        self.found.extend(f"{tag} {name}" for name in names if name.startswith("on") or name == "style" or MARK in name)
        self.found.extend(
            f"{tag} {name}={value}"
            for name, value in attrs
            if name in ADDRESSES and value and _scheme(value) not in SCHEMES and not value.startswith("data:image/")
        )


def _scheme(address: str) -> str:
    """Give the scheme as a browser reads it, which forgets control characters and breaks."""
    plain = "".join(sign for sign in address if sign > " ")
    try:
        return urlsplit(plain).scheme.lower()
    except ValueError:
        return plain.partition(":")[0].lower() if ":" in plain.partition("/")[0] else ""


def unescaped(page: str) -> list[str]:
    """Name what somebody typed that has become markup, a dangerous address, or the result of a sum."""
    return [*Judge(page).found, *([COMPUTED] if COMPUTED in page else [])]
