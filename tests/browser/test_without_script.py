"""Nine ways through the product in Chromium without script: find, be told, sign in, and the whole of the main job.

To sign in is in `test_github_sign_in`; here are the other eight.
"""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from app.core.db import db
from app.core.outbox import Notification
from auth.models import User
from tests.browser.test_main_job_in_french import FrenchTown
from tests.conftest import NOON, Travel
from tests.factories import both, make_department, make_opportunity, make_skill, make_staff
from tests.journeys import story
from tests.journeys.story import CLOSING, MILESTONES

pytestmark = pytest.mark.browser

ONE_MILESTONE = {name: value for name, value in MILESTONES.items() if not name.startswith("milestones-1")}


@pytest.fixture
def plain(open_context: Callable[..., BrowserContext]) -> Page:
    """A page of a browser without script; nobody is signed in."""
    return open_context(java_script_enabled=False).new_page()


@pytest.fixture
def listed(app: Flask, travel: Travel) -> None:
    """Thirty open opportunities, every third about maps."""
    department = make_department()
    author, maps = make_staff("buyer", department), make_skill("maps", "Maps", "Cartes")
    for number in range(30):
        make_opportunity(
            department, author, title=both(f"Gauges, number {number}"), value_cents=(5_000 + 1_000 * number) * 100,
            skills=[maps] * (number % 3 == 0), closing_at=NOON + timedelta(days=5 + number),
            questions_until=NOON + timedelta(days=2),
        )  # fmt: skip


def titles(page: Page) -> list[str]:
    """Read the titles of the list."""
    return page.locator(".opportunity-title").all_inner_texts()


@pytest.mark.usefixtures("listed")
def test_the_list_is_filtered_sorted_and_turned_by_its_address(plain: Page) -> None:
    plain.goto("/en/opportunities")
    first = titles(plain)
    plain.get_by_role("link", name="Next").click()
    expect(plain).to_have_url(re.compile(r"[?&]after="))
    assert (len(first), len(titles(plain)), set(first) & set(titles(plain))) == (25, 5, set())
    plain.go_back()
    expect(plain.locator("#filter-skill")).to_be_visible()
    plain.set_viewport_size({"width": 360, "height": 740})
    plain.locator("details.filters > summary").click()
    plain.locator("#filter-skill").select_option("maps")
    plain.locator("#filter-min").fill("20,000")
    plain.locator("#filter-sort").select_option("value")
    plain.get_by_role("button", name="Apply").click()
    expect(plain).to_have_url(re.compile(r"skill=maps"))
    found = [f"Gauges, number {number}" for number in (27, 24, 21, 18, 15)]
    assert titles(plain) == found
    address = plain.url
    plain.goto("/en/")
    plain.goto(address)
    assert titles(plain) == found


def letters() -> list[str]:
    """Read the letters, oldest first."""
    db.session.rollback()
    return list(db.session.scalars(select(Notification.body).order_by(Notification.id)))


@pytest.mark.usefixtures("listed")
def test_an_address_alone_gets_alerts_and_stops_them(plain: Page, live: str) -> None:
    plain.goto("/en/opportunities?skill=maps")
    plain.get_by_role("link", name="Get these by e-mail").click()
    plain.get_by_label("E-mail address").fill("otter@mail.example")
    plain.get_by_role("button", name="Send me these").click()
    expect(plain).to_have_url("/en/alerts/sent")
    plain.goto(next(iter(re.findall(rf"{live}\S+confirm\S+", letters()[-1]))).rstrip(").>"))
    expect(plain.get_by_role("table")).to_contain_text("Maps")
    plain.get_by_role("button", name="Stop").first.click()
    expect(plain.get_by_role("table")).to_have_count(0)


@pytest.fixture
def town(
    app: Flask, travel: Travel, sign_in: Callable[[User], FlaskClient], as_person: Callable[..., Page],
    open_context: Callable[..., BrowserContext],
) -> FrenchTown:  # fmt: skip
    """Everybody of the story, without script."""
    people = FrenchTown(app, sign_in, travel)
    people.open_page = lambda user: as_person(user, java_script_enabled=False)
    people.open_visitor = lambda: open_context(java_script_enabled=False).new_page()
    return people


def test_a_need_becomes_paid_work_without_script(town: FrenchTown) -> None:
    number = story.posts(town, milestones=ONE_MILESTONE | {"milestones-0-amount_cents": "9,000"})
    asker = town.visit("Dora", f"/en/opportunities/{number}/ask")
    asker.presses("Ask the question", {"body": "Peut-on se servir de Rust?"})
    story.proposes(town, "Arun", number)
    story.forms_a_panel(town, number)
    town.travel(CLOSING)
    town.work()
    story.opens_the_proposals(town, number)
    story.scores(town, number, lambda _said: "5")
    story.awards(town, number)
    contract = story.agrees(town, "Arun", number)
    story.delivers(town, "Arun", contract, 1)
    story.is_paid(town, contract, 1)
    story.whole_lives(("opportunity", "proposal", "award", "contract", "milestone", "payment"))
