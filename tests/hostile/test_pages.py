"""Bad strings in every form field, query parameter, address and header: no fault, and nothing typed becomes markup."""

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.architecture.places import VISITORS
from tests.architecture.test_writing import Desk
from tests.architecture.visits import Visits, lines, undone, values
from tests.architecture.writing import FORMS, Writing
from tests.hostile.conftest import WHOLE, Deal
from tests.hostile.corpus import CORPUS
from tests.hostile.judging import unescaped

ROOT = Path(__file__).parents[2]
PACKAGES = ("app", "auth", "opportunities", "proposals", "evaluations", "contracts", "subscriptions")
ASKED = re.compile(r"request\.(?:args|values)(?:\.get|\.getlist)?[\[(]\s*\"([a-z_-]+)\"")
HEADERS = [
    "Accept-Language",
    "User-Agent",
    "Referer",
    "Origin",
    "X-Forwarded-For",
    "If-None-Match",
    "Range",
    "Cookie",
    "Accept",
    "X-Autosave",
]


def judged(answer: TestResponse, what: object, found: dict[str, object]) -> None:
    """Note a fault, or what stands in a page as markup that somebody typed."""
    if answer.status_code >= 500:
        found[f"{what}"] = answer.status_code
    elif answer.mimetype == "text/html" and (written := unescaped(answer.get_data(as_text=True))):
        found[f"{what}"] = written


def plain(value: str) -> str:
    """Give a string as a browser can send it: what is no character it replaces."""
    return value.encode("utf-8", "replace").decode()


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_no_form_breaks_or_repeats_markup(visits: Visits, form: Writing, deal: Deal) -> None:
    found: dict[str, object] = {}
    desk = Desk(visits, form)
    fields = sorted({name for name, _value in desk.sent.items(multi=True)} | set(desk.typed))
    for given in deal(str(form), fields):
        for shown in (given, {name: given[name] for name in desk.typed}):
            with undone(visits.monkeypatch):
                sent = desk.sent.copy()
                for name, value in shown.items():
                    sent.setlist(name, [plain(value)])
                answer = desk.person.browser.post(desk.where, data=sent)
                judged(answer, {name: value[:80] for name, value in shown.items()}, found)
                if answer.status_code == 303:
                    judged(desk.person.browser.get(answer.headers["Location"]), f"after {shown!r:.2000}", found)
    assert found == {}


DAYS = ("0001-01-01", "9999-12-31", "0001-01-01T00:00", "9999-12-31T23:59", "\t")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def days_of(form: Writing) -> list[str]:
    """Name the fields of a form in which a day or a moment is typed."""
    return [name for name, value in form.typed.items() if DAY.match(value)]


@pytest.mark.parametrize("form", [one for one in FORMS if days_of(one)], ids=str)
def test_no_day_is_too_early_or_too_late_and_no_zone_too_strange(visits: Visits, form: Writing) -> None:
    found: dict[str, object] = {}
    desk = Desk(visits, form)
    zones = ["../UTC", "<zq7>", "a" * 300, "\x00"] if "zone" in desk.sent else []
    bad = [{name: day} for name in days_of(form) for day in DAYS] + [{"zone": zone} for zone in zones]
    for given in bad:
        with undone(visits.monkeypatch):
            sent = desk.sent.copy()
            for name, value in given.items():
                sent.setlist(name, [value])
            judged(desk.person.browser.post(desk.where, data=sent), given, found)
    assert found == {}


def names() -> list[str]:
    """List every query parameter that the program reads."""
    sources = (file.read_text(encoding="utf-8") for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    read = {name for source in sources for name in ASKED.findall(source)}
    return sorted(read | SEARCHED)


SEARCHED = {
    "q", "closes", "skill", "department", "language", "state", "sort", "min", "max", "after", "size", "index", "first",
    "second",
}  # fmt: skip
"""What is read by other means than by its name."""


def test_no_query_parameter_breaks_an_address_or_is_repeated_as_markup(visits: Visits, deal: Deal) -> None:
    found: dict[str, object] = {}
    every = names()
    for endpoint, place, cells in {line[0]: line for line in lines()}.values():
        if "GET" not in visits.methods(endpoint):
            continue
        given = values(visits.world, endpoint, place, set(visits.rules[endpoint].arguments))
        visitor = next((who for who, cell in zip(VISITORS, cells, strict=True) if "200" in cell), VISITORS[0])
        for asked in deal(endpoint, every):
            query = "?" + "&".join(f"{name}={quote(value[:2_000], errors='replace')}" for name, value in asked.items())
            judged(visits.ask(visitor, "GET", endpoint, given, query=query), f"{endpoint} {query[:300]}", found)
    assert found == {}


@pytest.mark.parametrize("name", ["q", "min", "closes", "after", "sort", "next", "size"])
def test_the_public_pages_take_any_string_for_what_they_read(visits: Visits, name: str) -> None:
    found: dict[str, object] = {}
    browser = visits.browser(VISITORS[0])
    addresses = {"next": "/en/sign-in", "size": "/log/inclusion"}
    for one in CORPUS[:: 1 if WHOLE else 8]:
        query = {name: plain(one[:2_000])}
        judged(browser.get(addresses.get(name, "/fr/defis"), query_string=query), query, found)
    assert found == {}


def test_no_address_breaks(visits: Visits) -> None:
    found: dict[str, object] = {}
    browser = visits.browser("developer")
    for place, one in enumerate(CORPUS[:: 1 if WHOLE else 4]):
        rule = sorted(visits.rules)[place % len(visits.rules)]
        bad = quote(one[:500], safe="", errors="replace").replace("\\", "%5C")
        pattern = re.sub(r"<[^>]*>", bad, visits.rules[rule].rule)
        judged(_asked(browser, pattern), pattern[:300], found)
        judged(_asked(browser, f"/en/{quote(one[:500], errors='replace')}"), one[:300], found)
    assert found == {}


def _asked(browser: FlaskClient, address: str) -> TestResponse:
    answer: TestResponse = browser.get(address)
    answer.close()
    return answer


def test_no_header_breaks_a_page_or_adds_one(visits: Visits) -> None:
    found: dict[str, object] = {}
    for begin in range(0, len(CORPUS), 1 if WHOLE else 16):
        given = {name: CORPUS[(begin + 61 * place) % len(CORPUS)] for place, name in enumerate(HEADERS)}
        sent = {
            name: re.sub(r"[\r\n]", "", value)[:2_000].encode("utf-8", "replace").decode("latin-1")
            for name, value in given.items()
        }
        answer = visits.app.test_client().post("/en/sign-out", headers=sent)
        judged(answer, sent, found)
        judged(visits.app.test_client().get("/en/account", headers=sent), sent, found)
        assert "X-Zq7" not in answer.headers
    assert found == {}


def test_the_parameters_are_found_in_the_program() -> None:
    assert {"next", "after", "back"} <= set(names()) - (SEARCHED - {"after"})


def test_a_nul_breaks_no_form_and_no_address(visits: Visits) -> None:
    """On PostgreSQL no text holds one; what is typed loses it, an address with it is not read."""
    client = visits.app.test_client()
    answers = [client.get(f"/en/opportunities?{query}").status_code for query in ("q=a%00b", "department=%00", "%00=1")]
    assert answers == [400] * 3
    assert client.get("/en/proposals/%00").status_code == 400
    alert = {"email": "otter\0@mail.example", "frequency": "instant"}
    with undone(visits.monkeypatch):
        assert client.post("/en/alerts", data=alert).status_code in (303, 422)
