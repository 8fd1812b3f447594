"""Bad strings in every query parameter, address and header: no fault, and nothing typed becomes markup."""

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import UnicodeConverter
from werkzeug.test import TestResponse

from tests.architecture.places import VISITORS
from tests.architecture.visits import NOWHERE, Visits, lines, undone, values
from tests.hostile.conftest import WHOLE
from tests.hostile.corpus import CORPUS
from tests.hostile.test_pages import BLUEPRINTS
from tests.hostile.throwing import THROWN, Dealer, Found, Noting, Read, judged, plain

ROOT = Path(__file__).parents[2]
PACKAGES = ("app", "auth", "opportunities", "proposals", "evaluations", "contracts", "subscriptions")
ASKED = re.compile(r"request\.(?:args|values)(?:\.get|\.getlist)?[\[(]\s*\"([a-z_-]+)\"")
SEARCHED = {
    "q", "closes", "skill", "department", "language", "state", "sort", "min", "max", "after", "size", "index", "first",
    "second", "supplier",
}  # fmt: skip
"""What is read by other means than by its name."""
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
LONGEST = 2_000
"""As much of a string as an address or a header takes."""
UNREADABLE = [one for one in CORPUS if "\0" in one]
READABLE = [one for one in CORPUS if "\0" not in one]
"""A NUL spoils an address as a whole, and so is thrown by itself."""


def names() -> list[str]:
    """List every query parameter that the program reads."""
    sources = (file.read_text(encoding="utf-8") for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    read = {name for source in sources for name in ASKED.findall(source)}
    return sorted(read | SEARCHED)


def places(visits: Visits) -> dict[str, tuple[str, str]]:
    """Give for each address a place and a visitor who is answered there; one who is not where nobody is."""
    found: dict[str, tuple[str, str]] = {}
    for endpoint, place, cells in lines():
        visitor = next((who for who, cell in zip(VISITORS, cells, strict=True) if "200" in cell), None)
        if visitor or endpoint not in found:
            found[endpoint] = (place, visitor or VISITORS[0])
    return found


def packed(every: list[str], deal: Dealer, name: str) -> list[dict[str, str]]:
    """Deal so that each readable string stands in an address, whatever the name before it; or a share of them."""
    if not WHOLE:
        return deal.rounds(name, every, READABLE)
    hands = (READABLE[begin : begin + len(every)] for begin in range(0, len(READABLE), len(every)))
    return [dict(zip(every, hand, strict=False)) for hand in hands]


@pytest.mark.parametrize("blueprint", BLUEPRINTS)
def test_no_query_parameter_breaks_an_address_or_is_repeated_as_markup(
    visits: Visits, blueprint: str, deal: Dealer
) -> None:
    """Each string in each page's address; and in each parameter that the page reads, as it shows when it is asked."""
    found: Found = {}
    every = names()
    visits.monkeypatch.setattr(visits.app, "request_class", Read)
    for endpoint, (place, visitor) in places(visits).items():
        for method in visits.methods(endpoint) if endpoint.split(".")[0] == blueprint else ():
            given = values(visits.world, endpoint, place, set(visits.rules[endpoint].arguments))
            THROWN["pages"] += 1
            Noting.read.clear()
            rounds, more = packed(every, deal, endpoint), True
            while rounds:
                for asked in rounds:
                    query = "?" + "&".join(f"{name}={quoted(value)}" for name, value in asked.items())
                    answer = visits.ask(visitor, method, endpoint, given, query=query)
                    judged(answer, f"{method} {endpoint} {query[:300]}", found)
                read = sorted({*every, *Noting.read} if Noting.WHOLE in Noting.read else Noting.read)
                read = [name for name in read if name not in (Noting.WHOLE, "v")]
                THROWN["parameters"] += len(read) if more else 0
                rounds = _rest(read, deal, endpoint) if read and more and WHOLE else []
                more = False
    assert found == {}


def _rest(read: list[str], deal: Dealer, name: str) -> list[dict[str, str]]:
    return [*deal.rounds(name, read, READABLE), *(dict.fromkeys(read, one) for one in UNREADABLE)]


def quoted(value: str) -> str:
    """Write a string as a part of an address."""
    return quote(value[:LONGEST], safe="", errors="replace").replace("\\", "%5C")


@pytest.mark.parametrize("name", ["q", "min", "closes", "after", "sort", "next", "size"])
def test_the_public_pages_take_any_string_for_what_they_read(visits: Visits, name: str) -> None:
    found: Found = {}
    browser = visits.browser(VISITORS[0])
    addresses = {"next": "/en/sign-in", "size": "/log/inclusion"}
    for one in CORPUS[:: 1 if WHOLE else 8]:
        query = {name: plain(one[:LONGEST])}
        judged(browser.get(addresses.get(name, "/fr/defis"), query_string=query), query, found)
    assert found == {}


def test_no_address_breaks(visits: Visits) -> None:
    found: Found = {}
    browser = visits.browser("developer")
    for place, one in enumerate(CORPUS[:: 1 if WHOLE else 4]):
        rule = sorted(visits.rules)[place % len(visits.rules)]
        pattern = re.sub(r"<[^>]*>", quoted(one[:500]), visits.rules[rule].rule)
        judged(_asked(browser, pattern), pattern[:300], found)
        judged(_asked(browser, f"/en/{quote(one[:500], errors='replace')}"), one[:300], found)
    assert found == {}


@pytest.mark.parametrize("blueprint", BLUEPRINTS)
def test_no_key_in_an_address_breaks_it(visits: Visits, blueprint: str, deal: Dealer) -> None:
    """Each string for each key in an address, asked for by somebody who may go there, with the rest as it should be."""
    found: Found = {}
    for endpoint, (place, visitor) in places(visits).items():
        rule = visits.rules[endpoint]
        keys = [name for name, one in rule._converters.items() if type(one) is UnicodeConverter]
        if endpoint.split(".")[0] != blueprint or not keys or place == NOWHERE:
            continue
        browser = visits.browser(visitor)
        given = values(visits.world, endpoint, place, set(rule.arguments))
        THROWN["keys"] += len(keys)
        for name, one in (pair for dealt in deal.rounds(endpoint, keys) for pair in dealt.items()):
            address = visits.address(endpoint, {**given, name: "zq7-zq7"}).replace("zq7-zq7", quoted(one[:500]))
            for method in visits.methods(endpoint):
                with undone(visits.monkeypatch):
                    judged(_asked(browser, address, method), f"{method} {address[:300]}", found)
    assert found == {}


def _asked(browser: FlaskClient, address: str, method: str = "GET") -> TestResponse:
    answer: TestResponse = browser.open(address, method=method)
    answer.close()
    return answer


def test_no_header_breaks_a_page_or_adds_one(visits: Visits) -> None:
    found: Found = {}
    THROWN["headers"] += len(HEADERS)
    for begin in range(0, len(CORPUS), 1 if WHOLE else 16):
        given = {name: CORPUS[(begin + 61 * place) % len(CORPUS)] for place, name in enumerate(HEADERS)}
        sent = {
            name: re.sub(r"[\r\n]", "", value)[:LONGEST].encode("utf-8", "replace").decode("latin-1")
            for name, value in given.items()
        }
        own = {**sent, "Cookie": f"devex={sent['Cookie']}; lang={sent['Origin']}"}
        answer = visits.app.test_client().post("/en/sign-out", headers=sent)
        judged(answer, sent, found)
        judged(visits.app.test_client().get("/en/account", headers=sent), sent, found)
        judged(visits.app.test_client().get("/log", headers=own), own, found)
        assert "X-Zq7" not in answer.headers
    assert found == {}


def test_the_parameters_are_found_in_the_program() -> None:
    assert {"next", "after", "back"} <= set(names()) - (SEARCHED - {"after"})
