"""Every answer of every address carries the headers that protect who reads it: pages, files, refusals and faults."""

from http import HTTPStatus

import pytest
from werkzeug.test import TestResponse

from app.core.web_headers import DOWNLOADED, HEADERS, STATIC_HEADERS, TRANSPORT
from tests.architecture.places import VISITORS
from tests.architecture.visits import Visits, lines, values

ALWAYS = {name: value for name, value in HEADERS.items() if name != "Content-Security-Policy"}
STRICT = HEADERS["Content-Security-Policy"]


def wrong(answer: TestResponse, *, personal: bool) -> dict[str, str | None]:
    """Give the headers of an answer that are not what they must be."""
    attached = answer.headers.get("Content-Disposition", "").startswith("attachment")
    meant = {
        **ALWAYS,
        "Content-Security-Policy": DOWNLOADED if attached else STRICT,
        "Cache-Control": "private, no-store" if personal else "private, no-cache",
        "Access-Control-Allow-Origin": None,
        "Server": None,
    }
    return {name: answer.headers.get(name) for name, value in meant.items() if answer.headers.get(name) != value}


def test_every_address_answers_with_them(visits: Visits) -> None:
    """Each endpoint of the access table: a visitor reads it, and whoever is let in first reads and sends."""
    found = {}
    for endpoint, place, cells in {line[0]: line for line in lines()}.values():
        given = values(visits.world, endpoint, place, set(visits.rules[endpoint].arguments))
        first = next((who for who, cell in zip(VISITORS, cells, strict=True) if "200" in cell), VISITORS[1])
        methods = visits.methods(endpoint)
        for visitor, method in {(VISITORS[0], methods[0]), *((first, one) for one in methods)}:
            answer = visits.ask(visitor, method, endpoint, given)
            personal = visitor != VISITORS[0] or method == "POST" or "key" in visits.rules[endpoint].arguments
            if bad := wrong(answer, personal=personal):
                found[f"{visitor} {method} {endpoint} {place}"] = bad
    assert found == {}


def test_no_policy_allows_anything_inline_or_from_elsewhere() -> None:
    sources = {source for one in STRICT.split("; ") for source in one.split()[1:]}
    assert sources == {"'none'", "'self'", "data:"}
    assert "img-src 'self' data:" in STRICT
    assert {"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= set(STRICT.split("; "))


def test_what_is_not_there_and_what_is_not_understood_answers_with_them(visits: Visits) -> None:
    browser = visits.app.test_client()
    for method, address, status in (
        ("GET", "/en/nothing", 404), ("GET", "/nothing", 404), ("PUT", "/en/", 405), ("TRACE", "/en/", 405),
        ("POST", "/webhooks/stripe", 400),
    ):  # fmt: skip
        answer = browser.open(address, method=method)
        assert (answer.status_code, wrong(answer, personal=method != "GET")) == (status, {})


def test_a_fault_answers_with_them_and_says_nothing_of_itself(visits: Visits, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(**_given: object) -> str:
        message = "the password is otter"
        raise RuntimeError(message)

    monkeypatch.setitem(visits.app.config, "PROPAGATE_EXCEPTIONS", value=False)
    monkeypatch.setitem(visits.app.view_functions, "pages.contact", breaks)
    answer = visits.app.test_client().get("/en/contact")
    assert (answer.status_code, wrong(answer, personal=False)) == (HTTPStatus.INTERNAL_SERVER_ERROR, {})
    assert ("otter" in answer.text, "Traceback" in answer.text) == (False, False)


def test_styles_and_scripts_are_of_their_type_alone(visits: Visits) -> None:
    with visits.app.test_client().get("/static/devex.css") as answer:
        found = {name: answer.headers.get(name) for name in STATIC_HEADERS}
    assert found == STATIC_HEADERS
    with visits.app.test_client().get("/static/nothing.css") as answer:
        assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS


@pytest.mark.parametrize(("secure", "promised"), [(True, TRANSPORT), (False, None)])
def test_https_is_promised_for_two_years_once_the_address_has_it(
    visits: Visits, monkeypatch: pytest.MonkeyPatch, *, secure: bool, promised: str | None
) -> None:
    settings = visits.app.extensions["devex"]
    monkeypatch.setitem(visits.app.extensions, "devex", _with_cookies(settings, secure=secure))
    for address in ("/en/", "/en/nothing", "/static/devex.css"):
        with visits.app.test_client().get(address) as answer:
            assert answer.headers.get("Strict-Transport-Security") == promised


def _with_cookies(settings: object, *, secure: bool) -> object:
    return type(settings)(**{**vars(settings), "secure_cookies": secure})
