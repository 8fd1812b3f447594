"""Every page of the product in Chromium: accessible in both languages and themes, on a phone and enlarged."""

from collections.abc import Callable, Iterator
from pathlib import Path

import axe_playwright_python
import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Page, ViewportSize, expect

from app.core.db import db
from app.demo import seeding
from app.pages.memory import forget
from auth.models import User
from tests.architecture.test_texts import READ
from tests.architecture.visits import Visits, values
from tests.architecture.world import World, make_world
from tests.conftest import NOON, empty_tables

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
WIDTHS = (1280, 320)
ENLARGED = ViewportSize(width=640, height=400)
"""What a screen of 1280 by 800 holds at 200 %."""
LOOK = """axe.run({resultTypes: ["violations"]})
  .then(found => found.violations.map(one => [one.id, one.nodes[0].html]))"""
NO_PAGES = ("file", "copy", "health", "stop", "decision_file", "debrief_pdf")
"""Files; and what a visit would end."""
PAGES = sorted(
    {
        endpoint: (endpoint, place, visitor)
        for endpoint, place, visitor in reversed(READ)
        if endpoint.split(".")[1] not in NO_PAGES
    }.values()
)
"""Each page once, at the first place of the table where somebody may read it."""
GROUPS = [PAGES[start : start + 8] for start in range(0, len(PAGES), 8)]


@pytest.fixture(scope="module")
def app(application: Flask) -> Iterator[Flask]:
    """The application with the world behind every address, made once, at its own noon."""
    with application.app_context(), time_machine.travel(NOON, tick=True):
        empty_tables()
        forget()
        yield application
        db.session.remove()


@pytest.fixture(scope="module")
def world(app: Flask) -> World:
    """The world behind every address."""
    return make_world()


def violations(page: Page) -> list[tuple[str, str]]:
    """Say what axe finds; it stays in a page that is looked at more than once."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    return [(rule, html) for rule, html in page.evaluate(LOOK)]


def overflow(page: Page) -> int:
    """Give how many pixels one must scroll sideways."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return max(wide, 0)


def faults_of(page: Page) -> list[object]:
    """Look at an open page in both themes, wide, narrow and with text at 200 %."""
    found: list[object] = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            found += [(theme, width, one) for one in violations(page)]
            found += [(theme, width, "overflow", overflow(page))] if overflow(page) else []
    page.set_viewport_size(ENLARGED)
    found += [("200 %", overflow(page))] if overflow(page) else []
    heads = page.locator("h1").count(), page.locator("main").count()
    return found + ([("h1, main", heads)] if heads != (1, 1) else [])


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group[0][0])
def test_every_page_is_accessible_and_fits(
    app: Flask, world: World, page: Page, as_person: OpenPage, monkeypatch: pytest.MonkeyPatch, lang: str,
    group: list[tuple[str, str, str]],
) -> None:  # fmt: skip
    visits = Visits(app, world, monkeypatch)
    browsers = {"anonymous": page}
    found = {}
    for endpoint, place, visitor in group:
        if visitor not in browsers:
            browsers[visitor] = as_person(User(key=world.keys[visitor]))
        browser = browsers[visitor]
        given = values(world, endpoint, place, set(visits.rules[endpoint].arguments))
        browser.goto(visits.address(endpoint, given, lang))
        faults = faults_of(browser)
        if faults:
            found[browser.url] = faults
    assert found == {}


class TestTheDemonstration:
    """The list and an opportunity of the demonstration's world."""

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def seeded(cls, app: Flask) -> Iterator[None]:
        """The demonstration's world."""
        empty_tables()
        forget()
        seeding.seed(NOON, "ocds-devex0")
        db.session.remove()
        yield
        empty_tables()
        forget()

    @pytest.mark.parametrize(("width", "height", "highest", "rows"), [(360, 740, 320, 2), (1280, 800, 240, 5)])
    def test_the_first_opportunities_are_seen_at_once(
        self, page: Page, width: int, height: int, highest: int, rows: int
    ) -> None:
        page.set_viewport_size({"width": width, "height": height})
        page.goto("/en/opportunities")
        boxes = [row.bounding_box() for row in page.locator("main ol.opportunities > li").all()[: rows + 1]]
        tops = [box["y"] for box in boxes if box]
        whole = [box for box in boxes if box and box["y"] + box["height"] <= height]
        assert tops[0] <= highest
        assert len(whole) >= rows

    def test_the_first_row_is_a_few_keys_away(self, page: Page) -> None:
        page.goto("/en/opportunities")
        for pressed, key in enumerate(("Tab", "Tab", "Tab", "Tab", "Tab"), 1):
            page.keyboard.press(key)
            if page.evaluate("document.activeElement.textContent.trim()") == "Skip to results":
                page.keyboard.press("Enter")
                page.keyboard.press("Tab")
                inside = page.evaluate("!!document.activeElement.closest('ol.opportunities > li')")
                assert (inside, pressed + 2 <= 4) == (True, True)
                return
        pytest.fail("no way leads to the results")

    def test_without_script_the_way_leads_from_list_to_opportunity_to_questions(
        self, open_context: Callable[..., object]
    ) -> None:
        page: Page = open_context(java_script_enabled=False).new_page()  # type: ignore[attr-defined]
        page.goto("/fr/defis")
        page.locator("main ol.opportunities > li a").first.click()
        expect(page.locator("h1")).to_have_count(1)
        page.get_by_role("link", name="Questions sur une page").click()
        assert page.url.endswith("/questions")
        page.get_by_role("link", name="English").first.click()
        assert "/en/opportunities/" in page.url
        assert page.url.endswith("/questions")

    @pytest.mark.parametrize("address", ["/en/", "/fr/", "/en/opportunities", "/fr/defis", "/fr/contrats"])
    def test_the_public_pages_are_accessible_and_fit(self, page: Page, address: str) -> None:
        page.goto(address)
        assert faults_of(page) == []
