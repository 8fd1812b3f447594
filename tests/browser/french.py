"""A person at Chromium who reads one language: steps told in English, said in the words of the catalogues."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Self
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Locator, Page
from werkzeug.exceptions import NotFound

from tests.architecture.test_texts import ANY, blank, sentences
from tests.journeys.reader import PageReader, Person

AMOUNT = re.compile(r"\d{1,3}(,\d{3})+")


@cache
def in_french(words: str) -> re.Pattern[str]:
    """Give the French of an English text of the product, whole or as it begins; other words stay as they are."""
    found = [fr for en, fr in sentences() if en == words]
    found = found or [fr for en, fr in sentences() if "%(" in en and pattern(en).fullmatch(words)]
    found = found or [fr for en, fr in sentences() if words in en]
    found = found or [
        fr for en, fr in sentences() if (head := en.split("%(")[0].strip()) != en and head and words.startswith(head)
    ]
    return re.compile("|".join(pattern(fr).pattern for fr in found) or re.escape(words))


def in_words(words: str, lang: str) -> re.Pattern[str]:
    """Give an English text of the product as the readers of a language find it."""
    return in_french(words) if lang == "fr" else pattern(words)


def pattern(text: str) -> re.Pattern[str]:
    """Make a pattern of a text with its values open; any space is as good as another."""
    return re.compile(
        re.sub(r"(?:\\\s)+", r"\\s+", re.escape(blank(text))).replace(re.escape(ANY), ".+").replace(ANY, ".+")
    )


class BrowserPerson(Person):
    """Somebody who reads one language, at a page of Chromium."""

    lang = "en"

    def __init__(self, sees: Page, app: Flask, name: str) -> None:
        self.sees, self.name = sees, name
        self.addresses = app.url_map.bind("127.0.0.1", url_scheme="http")
        self.address, self.html, self.status = f"/{self.lang}/", "", 0
        self.page = PageReader("")

    def opens(self, address: str) -> Self:
        """Open an address's page in one's own language."""
        self.sees.goto(self._own(urlsplit(address).path))
        return self._look()

    def _own(self, path: str) -> str:
        head, tail = path.rstrip("/") or path, ""
        while True:
            try:
                endpoint, given = self.addresses.match(head if head.count("/") > 1 else f"{head}/")
            except NotFound:
                head, _, last = head.rpartition("/")
                tail = f"/{last}{tail}"
                continue
            if not tail:
                return self.addresses.build(endpoint, {**given, "lang": self.lang})
            return self._own(self.addresses.build(endpoint, {**given, "lang": "en"}) + tail)

    def finds(self, link: str) -> str | None:
        """Say in full the link whose words begin so, if the page has one."""
        return next((words for words in self.page.links if in_words(link, self.lang).match(words)), None)

    def follows(self, link: str) -> Self:
        """Click the link with these words."""
        found = self._with(self.sees.locator("a:visible"), link)
        with self.sees.expect_navigation():
            found.click()
        return self._look()

    def presses(self, button: str, typed: Mapping[str, Any] | None = None) -> Self:
        """Fill the button's form in and click it."""
        found = self._with(self.sees.locator("form button:visible"), button)
        form = self.sees.locator("form").filter(
            has=self.sees.locator(f'button:has-text("{found.inner_text().strip()}")')
        )
        for name, value in (typed or {}).items():
            self._fill(form.first, name, str(value))
        with self.sees.expect_navigation():  # a saving under way goes first, so the answer may take its time
            found.click()
        return self._look()

    def _with(self, all_of_them: Locator, words: str) -> Locator:
        """Find the first of several things that says these words, in their language."""
        said = [" ".join(one.split()) for one in all_of_them.all_inner_texts()]
        wanted = in_words(words, self.lang)
        found = [at for at, one in enumerate(said) if wanted.fullmatch(one)] or [
            at for at, one in enumerate(said) if wanted.match(one)
        ]
        assert found, f"{self.name} finds no “{wanted.pattern}” at {self.address}: {said}"
        return all_of_them.nth(found[0])

    def _fill(self, form: Locator, name: str, value: str) -> None:
        field = form.locator(f'[name="{name}"]')
        kind = field.first.evaluate("one => one.tagName === 'INPUT' ? one.type : one.tagName.toLowerCase()")
        if kind in ("radio", "checkbox"):
            form.locator(f'[name="{name}"][value="{value}"]').check()
        elif kind == "select":
            field.select_option(value)
        elif kind != "hidden":
            field.fill(value.replace(",", " ") if AMOUNT.fullmatch(value) else value)

    def reads(self, *words: str) -> Self:
        """Find these words, in their language, on the page."""
        for one in words:
            assert in_words(one, self.lang).search(self.page.text), (
                f"{self.name} does not read “{one}” at {self.address}: {self.page.text[:2000]}"
            )
        return self

    def _look(self) -> Self:
        self.sees.wait_for_load_state("load")
        self.sees.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
        self.html = self.sees.content()
        self.page = PageReader(self.html)
        self.address = urlsplit(self.sees.url).path
        assert self.html.startswith(f'<!DOCTYPE html><html lang="{self.lang}"'), f"{self.address} is not in {self.lang}"
        return self


class FrenchPerson(BrowserPerson):
    """Somebody who reads French."""

    lang = "fr"
