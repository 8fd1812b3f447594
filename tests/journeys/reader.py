"""A person without script: opens pages, reads what stands there, fills forms in and presses buttons by their words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

VOID = {"input", "br", "hr", "img", "meta", "link", "wbr"}


@dataclass
class FormRead:
    """A form of a page: where it goes, its values as they stand, and its buttons by their words."""

    action: str
    method: str
    values: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    buttons: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    keeps_a_copy: bool = False
    """Whether the script keeps a copy of what is typed."""


class PageReader(HTMLParser):
    """Reads the text, links and forms of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: dict[str, str] = {}
        self.forms: list[FormRead] = []
        self._open: list[tuple[str, dict[str, str]]] = []
        self._link: tuple[str, list[str]] | None = None
        self._button: tuple[dict[str, str], list[str]] | None = None
        self._select, self._area = "", ""
        self._inside: FormRead | None = None
        self.feed(html)

    @property
    def text(self) -> str:
        """All that stands on the page, in one line."""
        return " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a tag in."""
        given = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._open.append((tag, given))
        if tag == "a":
            self._link = (given.get("href", ""), [])
        elif tag == "form":
            self._inside = FormRead(given.get("action", ""), given.get("method", "get").upper())
            self._inside.keeps_a_copy = "data-keep" in given
            self.forms.append(self._inside)
        elif tag == "button":
            self._button = (given, [])
        elif self._inside is not None:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        assert self._inside is not None
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag in ("input", "select", "textarea") and name:
            self._inside.names.add(name)
        if tag == "input" and name and kind != "file" and (kind not in ("radio", "checkbox") or "checked" in given):
            self._inside.values.append((name, given.get("value", "on" if kind == "checkbox" else "")))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            chosen = "selected" in given or all(one != self._select for one, _value in self._inside.values)
            if chosen:
                self._inside.values = [pair for pair in self._inside.values if pair[0] != self._select]
                self._inside.values.append((self._select, given.get("value", "")))
        elif tag == "textarea":
            self._area = name
            self._inside.values.append((name, ""))

    def handle_endtag(self, tag: str) -> None:
        """Close a tag."""
        if tag == "a" and self._link is not None:
            self.links.setdefault(" ".join("".join(self._link[1]).split()), self._link[0])
            self._link = None
        elif tag == "button" and self._button is not None:
            given, words = self._button
            if self._inside is not None:
                pressed = (given.get("name", ""), given.get("value", ""), given.get("formaction", ""))
                self._inside.buttons[" ".join("".join(words).split())] = pressed
            self._button = None
        elif tag == "form":
            self._inside = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Take words in."""
        if self._area and self._inside is not None:
            name, before = self._inside.values[-1]
            self._inside.values[-1] = (name, before + data.removeprefix("\n") if not before else before + data)
            return
        if not any(tag in ("script", "style", "template") for tag, _given in self._open):
            self.words.append(data)
        if self._link is not None:
            self._link[1].append(data)
        if self._button is not None:
            self._button[1].append(data)


class Person:
    """Somebody at a browser: where they are, and what they do next."""

    def __init__(self, browser: FlaskClient, name: str = "") -> None:
        self.browser, self.name = browser, name
        self.address = "/en/"
        self.status, self.html = 0, ""
        self.page = PageReader("")

    def opens(self, address: str) -> "Person":
        """Open an address and follow where it leads."""
        return self._take(self.browser.get(address, follow_redirects=True))

    def follows(self, link: str) -> "Person":
        """Follow the link with these words (whole, or their beginning)."""
        found = [href for words, href in self.page.links.items() if words == link or words.startswith(link)]
        assert found, f"{self.name} finds no link “{link}” at {self.address}: {sorted(self.page.links)}"
        return self.opens(urljoin(self.address, found[0]))

    def finds(self, link: str) -> str | None:
        """Say in full the link whose words begin so, if the page has one."""
        return next((words for words in self.page.links if words.startswith(link)), None)

    def presses(self, button: str, typed: Mapping[str, Any] | None = None) -> "Person":
        """Press the button with these words, after filling its form in; what is not typed stays as it stood."""
        return self.sends(*self.fills_in(button, typed))

    def fills_in(self, button: str, typed: Mapping[str, Any] | None = None) -> tuple[str, str, MultiDict[str, str]]:
        """Fill the form of the button with these words in; give how, to where and what it would send."""
        form, words = next(
            ((one, words) for one in self.page.forms for words in one.buttons if words.startswith(button)), (None, "")
        )
        assert form is not None, (
            f"{self.name} finds no button “{button}” at {self.address}: "
            f"{[words for one in self.page.forms for words in one.buttons]} — {self.page.text[:1500]}"
        )
        given = dict(typed or {})
        unknown = set(given) - form.names
        assert not unknown, f"{self.name} finds no field {unknown} at {self.address}: {sorted(form.names)}"
        sent: MultiDict[str, str] = MultiDict(pair for pair in form.values if pair[0] not in given)
        for name, value in given.items():
            sent.setlist(name, value if isinstance(value, list) else [value])
        name, value, elsewhere = form.buttons[words]
        if name:
            sent.setlist(name, [value])
        target = urljoin(self.address, elsewhere or form.action or self.address)
        return form.method, target, sent

    def sends(self, method: str, target: str, sent: MultiDict[str, str]) -> "Person":
        """Send what was filled in, and follow where it leads."""
        if method == "GET":
            return self._take(self.browser.get(target, query_string=sent, follow_redirects=True))
        return self._take(self.browser.post(target, data=sent, follow_redirects=True))

    def reads(self, *words: str) -> "Person":
        """Find these words on the page."""
        for one in words:
            assert one in self.page.text, (
                f"{self.name} does not read “{one}” at {self.address}: {self.page.text[:3000]}"
            )
        return self

    def does_not_read(self, *words: str) -> "Person":
        """Find that these words are not on the page."""
        for one in words:
            assert one not in self.page.text, f"{self.name} reads “{one}” at {self.address}"
        return self

    def is_answered(self, status: int) -> "Person":
        """Find that the last answer had this status."""
        assert self.status == status, f"{self.status} at {self.address}: {self.page.text[:2000]}"
        return self

    def _take(self, answer: Any) -> "Person":
        self.status = answer.status_code
        place = urlsplit(answer.request.url)
        self.address = place.path + (f"?{place.query}" if place.query else "")
        kind = answer.mimetype
        self.html = answer.get_data(as_text=True) if kind == "text/html" else ""
        self.page = PageReader(self.html)
        assert self.status < 400 or self.status == 422, (
            f"{self.name} is answered {self.status} at {self.address}: {self.page.text[:1500]}"
        )
        return self
