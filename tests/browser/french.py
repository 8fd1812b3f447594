"""A person at Chromium who reads French: the steps of the story, said in the words of the catalogues."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any
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


def pattern(text: str) -> re.Pattern[str]:
    """Make a pattern of a text with its values open; any space is as good as another."""
    return re.compile(
        re.sub(r"(?:\\\s)+", r"\\s+", re.escape(blank(text))).replace(re.escape(ANY), ".+").replace(ANY, ".+")
    )


class FrenchPerson(Person):
    """Somebody who reads French, at a page of Chromium."""

    def __init__(self, sees: Page, app: Flask, name: str) -> None:
        self.sees, self.name = sees, name
        self.addresses = app.url_map.bind("127.0.0.1", url_scheme="http")
        self.address, self.html, self.status = "/fr/", "", 0
        self.page = PageReader("")

    def opens(self, address: str) -> "FrenchPerson":
        """Open the French page of an address."""
        self.sees.goto(self._french(urlsplit(address).path))
        return self._look()

    def _french(self, path: str) -> str:
        head, tail = path.rstrip("/") or path, ""
        while True:
            try:
                endpoint, given = self.addresses.match(head if head.count("/") > 1 else f"{head}/")
            except NotFound:
                head, _, last = head.rpartition("/")
                tail = f"/{last}{tail}"
                continue
            if not tail:
                return self.addresses.build(endpoint, {**given, "lang": "fr"})
            return self._french(self.addresses.build(endpoint, {**given, "lang": "en"}) + tail)

    def finds(self, link: str) -> str | None:
        """Say in full the link whose words begin so, if the page has one."""
        return next((words for words in self.page.links if in_french(link).match(words)), None)

    def follows(self, link: str) -> "FrenchPerson":
        """Click the link with these words."""
        found = self._with(self.sees.locator("a:visible"), link)
        with self.sees.expect_navigation():
            found.click()
        return self._look()

    def presses(self, button: str, typed: Mapping[str, Any] | None = None) -> "FrenchPerson":
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
        """Find the first of several things that says these words, in French."""
        said = [" ".join(one.split()) for one in all_of_them.all_inner_texts()]
        wanted = in_french(words)
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

    def reads(self, *words: str) -> "FrenchPerson":
        """Find these words, or their French, on the page."""
        for one in words:
            assert in_french(one).search(self.page.text), (
                f"{self.name} does not read “{one}” at {self.address}: {self.page.text[:2000]}"
            )
        return self

    def _look(self) -> "FrenchPerson":
        self.sees.wait_for_load_state("load")
        self.sees.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
        self.html = self.sees.content()
        self.page = PageReader(self.html)
        self.address = urlsplit(self.sees.url).path
        assert self.html.startswith('<!DOCTYPE html><html lang="fr"'), f"{self.address} is not in French"
        return self
