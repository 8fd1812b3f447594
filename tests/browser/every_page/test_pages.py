"""Every page of the product in Chromium: accessible in both languages and themes, on a phone and enlarged."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, ViewportSize

from auth.models import User
from tests.architecture.places import World
from tests.architecture.test_texts import READ
from tests.architecture.visits import Visits, values
from tests.browser.looking import OF_COLOUR, overflow, violations

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
WIDTHS = (1280, 320)
ENLARGED = ViewportSize(width=640, height=400)
"""What a screen of 1280 by 800 holds at 200 %."""
NO_PAGES = (
    "file", "copy", "health", "stop", "decision_file", "debrief_pdf", "department_statement_file", "statement_file",
    "kept_text", "kept_amendment", "text_pdf",
)  # fmt: skip
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


def faults_of(page: Page) -> list[object]:
    """Look at an open page in both themes, wide, narrow and with text at 200 %."""
    found: list[object] = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        rules = OF_COLOUR if theme == "dark" else None
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            found += [(theme, width, one) for one in violations(page, rules)]
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
