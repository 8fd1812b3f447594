"""The list of opportunities in Chromium: the rows come first, few keys lead to them, and little is carried for them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext

from scripts.bench_weight import carried
from tests.factories import both, make_department, make_opportunity, make_skill, make_staff

pytestmark = pytest.mark.browser

MOST_KILOBYTES, MOST_REQUESTS = 60, 6


@pytest.fixture
def listed(app: object) -> None:
    """A page of open opportunities with titles and skills as long as real ones."""
    department = make_department()
    author = make_staff("buyer", department)
    skills = [make_skill(code, f"{code.title()} and privacy") for code in ("design", "maps", "python", "security")]
    now = datetime.now(UTC)
    for number in range(25):
        make_opportunity(
            department, author, title=both(f"Captions people can follow in a live town hall {number}"), skills=skills,
            closing_at=now + timedelta(days=5 + number), questions_until=now + timedelta(days=2),
        )  # fmt: skip


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize(("width", "height", "top", "rows"), [(1280, 800, 240, 5), (360, 740, 320, 2)])
@pytest.mark.parametrize("address", ["/en/opportunities", "/fr/defis"])
def test_the_first_rows_are_seen_at_once(
    open_context: Callable[..., BrowserContext], address: str, width: int, height: int, top: int, rows: int
) -> None:
    page = open_context(viewport={"width": width, "height": height}).new_page()
    page.goto(address)
    boxes = [box for row in page.locator(".opportunity").all() if (box := row.bounding_box())]
    assert boxes[0]["y"] <= top
    assert sum(box["y"] + box["height"] <= height for box in boxes) >= rows
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.usefixtures("listed")
def test_four_keys_lead_to_the_first_row(open_context: Callable[..., BrowserContext]) -> None:
    page = open_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto("/en/opportunities")
    for key in ("Tab", "Enter", "Tab"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.closest('.opportunity') !== null")


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize("address", ["/en/opportunities", "/fr/defis"])
def test_a_first_visit_carries_little(open_context: Callable[..., BrowserContext], live: str, address: str) -> None:
    weight, requests = carried(open_context().new_page(), live + address)
    assert (weight <= MOST_KILOBYTES, requests <= MOST_REQUESTS) == (True, True), (weight, requests)
