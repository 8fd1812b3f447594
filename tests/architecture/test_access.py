"""Who may go where: every address × every kind of visitor, each cell of access.txt asserted by a request."""

import re
from http import HTTPStatus

import pytest
from flask import Flask

from app.core.db import db
from tests.architecture.canaries import heard, may_hear
from tests.architecture.places import VISITORS
from tests.architecture.visits import Visits, elsewhere, lines, rules_of, values

LINES = lines()
Nothing = dict[object, object]
REFUSED = re.compile(r"(-|403|404)(/(403|404))?")
NAMELESS = {"static"}
"""What is no page of ours."""


def name_of(line: tuple[str, str, list[str]]) -> str:
    return f"{line[0]} {line[1]}"


@pytest.mark.parametrize("line", LINES, ids=name_of)
def test_every_visitor_is_answered_as_the_table_says(
    visits: Visits, nothing: Nothing, line: tuple[str, str, list[str]]
) -> None:
    """And what is not shown answers like what is not there; and no sealed canary sings to who may not hear it.

    On PostgreSQL only those ask who are let in: who is refused is decided before anything is read, on both alike.
    """
    endpoint, place, stated = line
    given = values(visits.world, endpoint, place, set(visits.rules[endpoint].arguments))
    asking = dict(zip(VISITORS, stated, strict=True))
    if db.engine.dialect.name == "postgresql":
        asking = {visitor: cell for visitor, cell in asking.items() if not REFUSED.fullmatch(cell)}
    cells, found, absent, overheard = [], [], [], set[tuple[str, ...]]()
    for visitor in asking:
        codes = []
        for method in visits.methods(endpoint):
            code, seen = asked(visits, visitor, method, endpoint, given)
            codes.append(str(code))
            overheard |= {(visitor, *one) for one in heard(str(seen)) if visitor not in may_hear(*one)}
            if given and (code == HTTPStatus.NOT_FOUND or is_sent_away(visitor, code, endpoint)):
                found.append((visitor, method, seen))
                absent.append((visitor, method, at_nothing(visits, nothing, visitor, method, endpoint, given)))
        cells.append("-/" * (visits.methods(endpoint) == ["POST"]) + "/".join(codes))
    assert cells == list(asking.values())
    assert found == absent
    assert overheard == set()


def test_the_table_has_every_route_and_no_other(application: Flask) -> None:
    assert {endpoint for endpoint, _place, _cells in LINES} == set(rules_of(application)) - NAMELESS


@pytest.fixture(scope="module")
def nothing() -> Nothing:
    """What was answered where nothing is, by visitor and address: the same whatever lies elsewhere."""
    return {}


def is_sent_away(visitor: str, code: int, endpoint: str) -> bool:
    """Say whether nobody in particular is asked to sign in: alike whatever the address leads to."""
    return visitor == VISITORS[0] and code == HTTPStatus.SEE_OTHER and not endpoint.startswith("subscriptions.")


def at_nothing(
    visits: Visits, nothing: Nothing, visitor: str, method: str, endpoint: str, given: dict[str, object]
) -> object:
    """Give what an outsider sees at the same kind of address of something that does not exist."""
    absent = elsewhere(given)
    key = visitor, method, visits.address(endpoint, absent)
    if key not in nothing:
        nothing[key] = asked(visits, visitor, method, endpoint, absent)[1]
    return nothing[key]


def asked(
    visits: Visits, visitor: str, method: str, endpoint: str, given: dict[str, object]
) -> tuple[int, tuple[object, ...]]:
    """Give an answer's code, and all that an outsider sees of it, without the address."""
    seen = visits.seen(visits.ask(visitor, method, endpoint, given), endpoint, given)
    return seen[0], seen


def test_what_sings_in_a_pdf_is_heard_as_on_a_page(visits: Visits) -> None:
    """Else the table's PDFs would be silent whatever they held."""
    given = values(visits.world, "evaluations.debrief_pdf", "awarded", {"key"})
    code, seen = asked(visits, "author", "GET", "evaluations.debrief_pdf", given)
    songs = {("awarded", "evaluator", "arun"), ("awarded", "panelist", "arun")}
    assert (code, heard(str(seen))) == (HTTPStatus.OK, songs)
