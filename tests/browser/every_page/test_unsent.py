"""Nothing typed is lost: what was not sent is there after leaving, going back and reloading; two clicks send once."""

from collections.abc import Callable
from typing import cast

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import func, select

from app.core.db import db
from auth.models import User
from auth.views.session import mark_of
from opportunities.models import Question
from tests.architecture.places import VISITORS, World
from tests.architecture.visits import Visits, values
from tests.architecture.writing import FORMS, TEXT, Writing
from tests.browser.conftest import sign_in_browser

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
KINDS = (
    "opportunities.edit_milestones save", "opportunities.edit_dates save", "opportunities.review certify",
    "opportunities.ask ask", "opportunities.change_need publish", "proposals.approach save", "evaluations.sheet save",
    "contracts.deliver deliver", "subscriptions.alerts send",
)  # fmt: skip
"""One form of each kind: pairs, rows, dates, money, choices, files, two on a page, saved while typing or not."""
MEANT = """const pressed = [...document.querySelectorAll("main form button")]
  .find(one => one.innerText.trim().startsWith(button));
const boxes = [...pressed.form.elements].filter(one => one.name
  && (one.tagName === "TEXTAREA" || one.tagName === "INPUT" && one.type in {
    text: 1, email: 1, url: 1, tel: 1, number: 1, date: 1, "datetime-local": 1}));"""
TYPE = f"""button => {{ {MEANT}
  const fits = {{date: "2026-08-19", "datetime-local": "2026-08-19T13:30", email: "otter@mail.example"}};
  for (const box of boxes) {{
    box.value = fits[box.type] ?? "77";
    box.dispatchEvent(new Event("input", {{bubbles: true}}));
  }}
  return Object.fromEntries(boxes.map(box => [box.name, box.value]));
}}"""
READ = f"button => {{ {MEANT} return Object.fromEntries(boxes.map(box => [box.name, box.value])); }}"


@pytest.fixture
def visits(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> Visits:
    """Who knows the address of every form."""
    return Visits(app, world, monkeypatch)


def address_of(visits: Visits, form: Writing) -> str:
    """Give the address of a form's page."""
    given = values(visits.world, form.endpoint, form.place, set(visits.rules[form.endpoint].arguments))
    return visits.address(form.endpoint, {**given, **form.at})


def recovered(page: Page, button: str) -> dict[str, str]:
    """Read a form as it stands, after taking what the page offers to put back."""
    offered = page.get_by_role("button", name="Put it back")
    if offered.count():
        offered.first.click()
    return cast("dict[str, str]", page.evaluate(READ, button))


@pytest.mark.parametrize("form", [one for one in FORMS if str(one) in KINDS], ids=str)
def test_what_was_not_sent_is_there_again(visits: Visits, page: Page, as_person: OpenPage, form: Writing) -> None:
    anonymous = form.visitor == VISITORS[0]
    browser = page if anonymous else as_person(User(key=visits.world.keys[form.visitor]))
    address = address_of(visits, form)
    browser.goto(address)
    typed = browser.evaluate(TYPE, form.button)
    browser.locator("header .brand").click()
    expect(browser).not_to_have_url(address)
    browser.goto(address)
    assert recovered(browser, form.button) == typed
    browser.reload()
    assert recovered(browser, form.button) == typed
    browser.go_back()
    browser.go_forward()
    assert recovered(browser, form.button) == typed


def asked(visits: Visits, page: Page) -> None:
    """Write a question."""
    page.goto(address_of(visits, next(one for one in FORMS if one.endpoint == "opportunities.ask")))
    page.locator("#body").fill(TEXT)


def questions() -> int:
    """Count the questions with these words."""
    db.session.rollback()
    same = select(func.count(Question.id)).where(Question.__table__.c.body_en == TEXT)
    return int(db.session.scalar(same) or 0)


@pytest.mark.parametrize("script", [True, False])
def test_two_clicks_ask_one_question(visits: Visits, as_person: OpenPage, *, script: bool) -> None:
    page = as_person(User(key=visits.world.keys["developer"]), java_script_enabled=script)
    asked(visits, page)
    page.get_by_role("button", name="Ask the question").dblclick()
    expect(page.get_by_role("status").first).to_contain_text("Your question was sent.")
    assert questions() == 1


def test_what_is_saved_while_typing_is_in_every_browser(visits: Visits, as_person: OpenPage) -> None:
    author = User(key=visits.world.keys["author"])
    page = as_person(author)
    form = next(one for one in FORMS if one.endpoint == "proposals.approach")
    page.goto(address_of(visits, form))
    page.get_by_role("textbox").first.fill(TEXT)
    expect(page.locator("form [data-saved]")).to_contain_text("Saved")
    page.close()
    elsewhere = as_person(author)
    elsewhere.goto(address_of(visits, form))
    expect(elsewhere.get_by_role("textbox").first).to_have_value(TEXT)


def test_a_row_that_is_added_has_the_focus(visits: Visits, as_person: OpenPage) -> None:
    """Without script, too, the row is there; whoever adds it goes on writing in it."""
    buyer = User(key=visits.world.keys["buyer"])
    page, plain = as_person(buyer), as_person(buyer, java_script_enabled=False)
    given = values(visits.world, "opportunities.edit_milestones", "draft", {"number"})
    for lang in ("en", "fr"):
        for one in (page, plain):
            one.goto(visits.address("opportunities.edit_milestones", given, lang))
            one.locator("button[name=add]").click()
            expect(one.locator("fieldset.row")).to_have_count(3)
        expect(page.locator("#milestones-2-title_en")).to_be_focused()


def test_what_was_sent_again_after_the_sign_in_is_not_offered_any_more(
    app: Flask, visits: Visits, open_context: Callable[..., BrowserContext]
) -> None:
    developer, context = User(key=visits.world.keys["developer"]), open_context()
    sign_in_browser(context, app, developer)
    page = context.new_page()
    asked(visits, page)
    mark = {"name": "last", "value": mark_of(developer), "domain": "127.0.0.1", "path": "/"}
    context.add_cookies([mark])  # type: ignore[list-item]
    context.clear_cookies(name="devex")
    page.get_by_role("button", name="Ask the question").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    sign_in_browser(context, app, developer)
    page.goto("/en/kept")
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_role("status").first).to_contain_text("Your question was sent.")
    page.go_back()
    page.goto(address_of(visits, next(one for one in FORMS if one.endpoint == "opportunities.ask")))
    expect(page.locator("#body")).to_have_value("")
    expect(page.get_by_role("button", name="Put it back")).to_have_count(0)
