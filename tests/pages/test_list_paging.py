"""The list page by page: no gap, no double, and hostile places and parameters are answered."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opportunities.queries.listing import listed
from opportunities.queries.paging import Cursor, read_cursor, write_cursor
from opportunities.searching import SORTS, STAGES, Search
from tests.conftest import NOON
from tests.factories import CLOSING, both
from tests.pages.conftest import Office

ROW = re.compile(r'<h2 class="opportunity-title"><a href="[^"]*">([^<]*)</a>')


def titles(client: FlaskClient, query: str = "", path: str = "/en/opportunities") -> list[str]:
    answer = client.get(path + query)
    assert answer.status_code == 200
    return ROW.findall(answer.text)


def heading(client: FlaskClient, address: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", client.get(address).text)
    assert found
    return found.group(1)


def test_pages_lead_on_and_back(client: FlaskClient, office: Office) -> None:
    for number in range(30):
        office.post(title=both(f"n{number:02d}"), closing_at=CLOSING + timedelta(hours=number))
    first = client.get("/en/opportunities").text
    assert ROW.findall(first) == [f"n{number:02d}" for number in range(25)]
    assert heading(client, "/en/opportunities") == "30 open opportunities"
    assert 'rel="prev"' not in first
    onward = re.search(r'rel="next" href="([^"]*)"', first)
    assert onward
    second = client.get(onward.group(1).replace("&amp;", "&")).text
    assert ROW.findall(second) == [f"n{number:02d}" for number in range(25, 30)]
    assert 'rel="next"' not in second
    back = re.search(r'rel="prev" href="([^"]*)"', second)
    assert back
    assert ROW.findall(client.get(back.group(1)).text) == [f"n{number:02d}" for number in range(25)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(
    places=st.lists(
        st.tuples(st.integers(0, 3), st.integers(1, 3), st.sampled_from(["open", "closed", "awarded"])), max_size=12
    ),
    sort=st.sampled_from(SORTS),
    stage=st.sampled_from(STAGES),
    size=st.integers(1, 4),
)
def test_paging_has_no_gap_and_no_double(
    office: Office, places: list[tuple[int, int, str]], sort: str, stage: str, size: int
) -> None:
    from_before = {row.id for row in listed(Search(stage=stage, sort=sort), None, NOON, 1000).rows}
    for day, amount, state in places:
        office.post(
            state=state, closing_at=CLOSING + timedelta(days=day), published_at=NOON - timedelta(days=day),
            value_cents=amount * 1_000_00,
        )  # fmt: skip
    search = Search(stage=stage, sort=sort)
    whole = [row.id for row in listed(search, None, NOON, 1000).rows]
    assert from_before <= set(whole)
    forth: list[int] = []
    pages: list[list[int]] = []
    cursor: Cursor | None = None
    while True:
        page = listed(search, cursor, NOON, size)
        pages.append([row.id for row in page.rows])
        forth += pages[-1]
        if page.next is None:
            break
        cursor = read_cursor(write_cursor(page.next))
    assert forth == whole
    if len(pages) > 1:
        back = listed(search, page.previous, NOON, size)
        assert [row.id for row in back.rows] == pages[-2]


@pytest.mark.parametrize(
    "query",
    [
        "q=c%2B%2B", "q=(", "q=%22", "q=*", "q=NEAR(", "q=" + "x" * 5000, "q=%ff%fe", "q=-", "q=%F0%9F%8D%81",
        "min=abc", "min=-1", "max=99999999999999999999", "closes=-1", "closes=1e9", "state=draft", "sort=;drop",
        "&".join(["skill=a"] * 500), "department=%27", "language=xx", "after=!", "after=AAAA",
        "after=W10", "after=" + "A" * 5000, "after=WyJjbG9zaW5nIiwwLDksOTk5OTk5OTk5OTk5OTk5OTk5OTk5XQ",
        "after=WyJjbG9zaW5nIiwwLDQ2MTE2ODYwMTg0MjczODc5MDAsMV0",
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/en/opportunities", "/fr/defis"])
def test_hostile_parameters_are_answered(client: FlaskClient, office: Office, path: str, query: str) -> None:
    office.post()
    assert client.get(f"{path}?{query}").status_code == 200


@pytest.mark.parametrize("query", ["q=%00", "skill=%00", "after=%00", "q%00=a"])
@pytest.mark.parametrize("path", ["/en/opportunities", "/fr/defis"])
def test_an_address_with_a_nul_is_refused(client: FlaskClient, path: str, query: str) -> None:
    assert client.get(f"{path}?{query}").status_code == 400


def test_a_place_that_is_none_is_the_first_page(client: FlaskClient, office: Office) -> None:
    office.post(title=both("one"))
    assert titles(client, "?after=nonsense") == ["one"]


@given(value=st.text(max_size=60))
def test_no_text_breaks_the_reading_of_a_place(value: str) -> None:
    found = read_cursor(value)
    assert found is None or isinstance(found, Cursor)
