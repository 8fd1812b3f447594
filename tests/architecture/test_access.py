"""Who may go where: every address × every kind of visitor, each cell of access.txt asserted by a request."""

import re

import pytest
from flask import Flask

from tests.architecture.visits import Visits, elsewhere, lines, rules_of, values
from tests.architecture.world import VISITORS

LINES = lines()
NAMELESS = {"static"}
"""What is no page of ours."""


def name_of(line: tuple[str, str, list[str]]) -> str:
    return f"{line[0]} {line[1]}"


@pytest.mark.parametrize("line", LINES, ids=name_of)
def test_every_visitor_is_answered_as_the_table_says(visits: Visits, line: tuple[str, str, list[str]]) -> None:
    endpoint, place, stated = line
    answered = {visitor: visits.cell(visitor, endpoint, place) for visitor in VISITORS}
    assert answered == dict(zip(VISITORS, stated, strict=True))


def test_the_table_has_every_route_and_no_other(application: Flask) -> None:
    assert {endpoint for endpoint, _place, _cells in LINES} == set(rules_of(application)) - NAMELESS


@pytest.mark.parametrize("line", [one for one in LINES if "404" in "".join(one[2])], ids=name_of)
def test_what_is_not_shown_answers_like_what_is_not_there(visits: Visits, line: tuple[str, str, list[str]]) -> None:
    endpoint, place, stated = line
    real = values(visits.world, endpoint, place, set(visits.rules[endpoint].arguments))
    for visitor, cell in zip(VISITORS, stated, strict=True):
        for method, code in zip(visits.methods(endpoint), cell.removeprefix("-/").split("/"), strict=True):
            if code == "404":
                assert seen(visits, visitor, method, endpoint, real) == seen(
                    visits, visitor, method, endpoint, elsewhere(real)
                )


def seen(visits: Visits, visitor: str, method: str, endpoint: str, given: dict[str, object]) -> object:
    """Give all that an outsider sees of an answer; the address asked for and the session's cipher are left out."""
    answer = visits.ask(visitor, method, endpoint, given)
    body = re.sub(r'(name="csrf_token"[^>]*value=")[^"]*', r"\1", answer.get_data(as_text=True))
    for lang in ("en", "fr"):
        body = body.replace(visits.address(endpoint, given, lang), "/…")
    headers = sorted(
        (name, re.sub(r"=[^;]*", "", value, count=1) if name == "Set-Cookie" else value)
        for name, value in answer.headers
        if name not in ("Date", "Content-Length")
    )
    return answer.status_code, headers, body
