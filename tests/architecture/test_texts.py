"""Both languages, whole: an English page has no French sentence and the reverse; each page has its twin."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask

from tests.architecture.places import VISITORS
from tests.architecture.visits import Visits, lines, values

ROOT = Path(__file__).parents[2]
SPOKEN = ("title", "alt", "placeholder", "aria-label")
NOT_PAGES = (
    "pages.letter",
    "auth.terms",
    "auth.privacy",
    "auth.eligibility",
    "subscriptions.feed",
    "subscriptions.closings",
    "pages.log_head",
    "pages.log_keys",
    "pages.log_entries",
    "pages.log_inclusion",
    "pages.log_consistency",
    "pages.story_file",
    "proposals.signed_receipt",
)
"""A letter keeps its language; feeds, calendars, proofs and receipts are no pages; these texts are of this world."""
VOID = {"input", "br", "hr", "img", "meta", "link", "wbr"}
OWN_NAMES = {"English", "Français"}
"""Each language is called by its own name everywhere."""
PACKAGES = ("app", "auth", "opportunities", "proposals", "evaluations", "contracts", "subscriptions")
SAID = {"_", "N_", "gettext", "ngettext", "lazy", "lazy_gettext"}
ANY = "\N{NULL}"
SHORTEST = 8
"""Shorter texts may well be the same words in both languages."""

READ = [
    (endpoint, place, VISITORS[next(at for at, cell in enumerate(cells) if cell.split("/")[0] == "200")])
    for endpoint, place, cells in lines()
    if any(cell.split("/")[0] == "200" for cell in cells) and endpoint not in NOT_PAGES
]
"""Every page with somebody who may read it."""


class Spoken(HTMLParser):
    """Gathers what a page says in its own language; what is marked as another language is left out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a tag in."""
        given = dict(attrs)
        foreign = tag in ("script", "style", "textarea") or (tag != "html" and bool({"lang", "hreflang"} & set(given)))
        if not (foreign or self._foreign):
            self.said += [given[name] or "" for name in SPOKEN if name in given]
        if tag not in VOID:
            self._open.append((tag, foreign or self._foreign))

    @property
    def _foreign(self) -> bool:
        return bool(self._open) and self._open[-1][1]

    def handle_endtag(self, tag: str) -> None:
        """Close a tag."""
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Take words in."""
        if not self._foreign and data.strip():
            self.said.append(" ".join(data.split()))


@cache
def sentences() -> list[tuple[str, str]]:
    """Give every text of the catalogues with its French."""
    found = set()
    for path in sorted((ROOT / "translations").glob("*/fr/LC_MESSAGES/messages.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="fr"):
                pairs = zip(
                    *(part if isinstance(part, tuple | list) else (part,) for part in (message.id, message.string)),
                    strict=False,
                )
                found |= {(str(en), str(fr)) for en, fr in pairs if en and fr}
    return sorted(found)


@cache
def telltales(lang: str) -> re.Pattern[str]:
    """Make one pattern of every sentence that only the other language has."""
    at = 1 if lang == "fr" else 0
    own = {blank(pair[at]) for pair in sentences()} | OWN_NAMES
    foreign = {blank(pair[1 - at]) for pair in sentences()} - own
    parts = (re.escape(text) for text in sorted(foreign) if len(text.replace(ANY, "")) >= SHORTEST)
    return re.compile("|".join(part.replace(ANY, ".+") for part in parts))


def blank(text: str) -> str:
    """Leave the values of a text open."""
    return re.sub(r"%\(\w+\)[sd]", ANY, " ".join(text.split()))


@pytest.mark.once
@pytest.mark.parametrize(("endpoint", "place", "visitor"), READ)
def test_a_page_speaks_its_own_language(visits: Visits, endpoint: str, place: str, visitor: str) -> None:
    given = values(visits.world, endpoint, place, set(visits.rules[endpoint].arguments))
    for lang in ("en", "fr"):
        page = visits.ask(visitor, "GET", endpoint, given, lang)
        if page.mimetype == "text/html":
            html = page.get_data(as_text=True)
            assert f'<html lang="{lang}"' in html
            assert [said for said in Spoken(html).said if telltales(lang).fullmatch(said)] == []


@pytest.mark.once
@pytest.mark.parametrize(("endpoint", "place", "visitor"), READ)
def test_the_switch_keeps_page_and_query(visits: Visits, endpoint: str, place: str, visitor: str) -> None:
    if not visits.rules[endpoint].defaults:
        return
    given = values(visits.world, endpoint, place, set(visits.rules[endpoint].arguments))
    answer = visits.ask(visitor, "GET", endpoint, given, "en", "?q=carte")
    page = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
    for found in re.findall(r'<a[^>]*hreflang="fr"[^>]*href="([^"]*)"|<a[^>]*href="([^"]*)"[^>]*hreflang="fr"', page)[
        :1
    ]:
        address, _, query = "".join(found).partition("?")
        adapter = visits.app.url_map.bind("localhost")
        there, values_there = adapter.match(address)
        assert (there, values_there["lang"]) == (endpoint, "fr")
        assert "q=carte" in query or endpoint == "pages.opportunity"


def test_every_page_has_an_address_in_each_language(application: Flask) -> None:
    found: dict[str, set[str]] = {}
    for rule in application.url_map.iter_rules():
        if rule.defaults:
            found.setdefault(rule.endpoint, set()).add(rule.defaults["lang"])
    assert {endpoint for endpoint, languages in found.items() if languages != {"en", "fr"}} == set()


def test_no_template_puts_values_into_a_text_after_it_was_said() -> None:
    """In a template `_` fills its text in at once: `_(text) % values` would fail on the first page that has values."""
    wrong = [
        str(path.relative_to(ROOT))
        for path in templates()
        if re.search(r"\b_\([\w.]+\) % ", path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_no_text_hides_in_a_formatted_string() -> None:
    """What is said inside of f"{…}" is found by no extraction, and so has no French."""
    sources = {
        path: path.read_text(encoding="utf-8") for package in PACKAGES for path in (ROOT / package).rglob("*.py")
    }
    wrong = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path, source in sources.items()
        if 'f"' in source
        for formatted in ast.walk(ast.parse(source))
        if isinstance(formatted, ast.JoinedStr)
        for call in ast.walk(formatted)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in SAID
    ]
    assert wrong == []


def templates() -> Iterator[Path]:
    """List every template."""
    yield from sorted((ROOT / "templates").rglob("*.html"))
