"""The list of opportunities: what is found, in which order, page by page, in both languages."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core import search as texts
from app.core.bilingual import Bilingual
from app.core.db import db
from app.pages.memory import forget
from opportunities.queries.listing import listed
from opportunities.queries.paging import Cursor, read_cursor, write_cursor
from opportunities.searching import SORTS, STAGES, Search
from tests.conftest import NOON
from tests.factories import CLOSING, both, make_department, make_skill
from tests.pages.conftest import Count, Office

ROW = re.compile(r'<h2 class="opportunity-title"><a href="[^"]*">([^<]*)</a>')


def titles(client: FlaskClient, query: str = "", path: str = "/en/opportunities") -> list[str]:
    answer = client.get(path + query)
    assert answer.status_code == 200
    return ROW.findall(answer.text)


def heading(client: FlaskClient, address: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", client.get(address).text)
    assert found
    return found.group(1)


def test_the_heading_counts_in_both_languages(client: FlaskClient, office: Office) -> None:
    office.post()
    assert heading(client, "/en/opportunities") == "1 open opportunity"
    office.post()
    assert heading(client, "/en/opportunities") == "2 open opportunities"
    assert heading(client, "/fr/defis") == "2 défis ouverts"
    assert heading(client, "/en/opportunities?state=all") == "2 matching opportunities"


def test_a_row_says_value_closing_department_skills_and_milestones(client: FlaskClient, office: Office) -> None:
    office.post(title=both("Maps", "Cartes"), skills=[make_skill("maps", "Maps", "Cartographie")])
    page = client.get("/fr/defis").text
    closes, exact = "Clôture dans\u00a014 jours", "24\u00a0juin 2026, 14\u00a0h, heure de l’Est"
    for said in ("Cartes", "9\u00a0000\u00a0$", closes, exact, "Rivières Canada", "Cartographie", "2 jalons"):
        assert said in page


def test_what_closes_today_says_so(client: FlaskClient, office: Office) -> None:
    office.post(closing_at=NOON + timedelta(hours=3), questions_until=NOON)
    assert "Closes today" in client.get("/en/opportunities").text


def test_only_published_ones_are_listed(client: FlaskClient, office: Office) -> None:
    for state in ("draft", "review", "approved"):
        office.post(state=state, title=both(state))
    office.post(state="cancelled", title=both("dropped"), published_at=None)
    for stage in STAGES:
        assert titles(client, f"?state={stage}") == []


@pytest.mark.parametrize(
    ("stage", "found"),
    [
        ("open", ["open"]),
        ("closed", ["late", "closed", "evaluation"]),
        ("awarded", ["awarded", "completed"]),
        ("ended", ["unsuccessful", "cancelled"]),
        ("all", ["open", "late", "closed", "evaluation", "awarded", "completed", "unsuccessful", "cancelled"]),
    ],
)
def test_each_stage_finds_its_states(client: FlaskClient, office: Office, stage: str, found: list[str]) -> None:
    every = ("open", "closed", "evaluation", "awarded", "completed", "unsuccessful", "cancelled")
    for state in every:
        office.post(state=state, title=both(state))
    office.post(state="open", title=both("late"), closing_at=NOON)
    assert sorted(titles(client, f"?state={stage}")) == sorted(found)


def test_an_opportunity_past_its_closing_is_not_open(client: FlaskClient, office: Office) -> None:
    office.post(closing_at=NOON)
    assert titles(client) == []
    assert "Closed" in client.get("/en/opportunities?state=closed").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?min=10,000", ["large"]),
        ("?max=5000", ["small"]),
        ("?min=6000&max=12 000", ["middle"]),
        ("?closes=3", ["small"]),
        ("?skill=maps", ["middle"]),
        ("?skill=maps&skill=python", ["middle", "small"]),
        ("?department=lakes", ["large"]),
        ("?language=fr", ["large", "middle"]),
        ("?language=both", ["small"]),
        ("?department=nowhere", []),
    ],
)
def test_each_filter_narrows(client: FlaskClient, office: Office, query: str, found: list[str]) -> None:
    maps, python = make_skill("maps"), make_skill("python")
    soon = NOON + timedelta(days=2)
    office.post(title=both("small"), value_cents=4_000_00, closing_at=soon, skills=[python], work_language="both")
    office.post(title=both("middle"), value_cents=9_000_00, skills=[maps], work_language="fr")
    lakes = make_department("lakes")
    office.post(title=both("large"), value_cents=40_000_00, department_id=lakes.id, work_language="either")
    db.session.query(type(office.post(state="draft"))).filter_by(value_cents=40_000_00).update(
        {"department_id": lakes.id}
    )
    db.session.commit()
    assert sorted(titles(client, query)) == found


def test_words_are_found_in_either_language(client: FlaskClient, office: Office) -> None:
    one = office.post(title=both("River gauges", "Jauges fluviales"))
    office.post(title=both("Trails"))
    texts.index(one.id, [one.title, Bilingual("Written in C++", "Écrit en C++")])
    db.session.commit()
    for query in ("gauge", "jauge", "JAUGES", "c%2B%2B"):
        assert titles(client, f"?q={query}") == ["River gauges"]
    assert heading(client, "/en/opportunities?q=gauge") == "1 opportunity matches “gauge”"


@pytest.mark.parametrize(
    ("sort", "found"),
    [("closing", ["b", "c", "a"]), ("newest", ["c", "a", "b"]), ("value", ["a", "b", "c"])],
)
def test_each_order(client: FlaskClient, office: Office, sort: str, found: list[str]) -> None:
    day = timedelta(days=1)
    office.post(title=both("a"), value_cents=30_000_00, closing_at=CLOSING + 2 * day, published_at=NOON - 2 * day)
    office.post(title=both("b"), value_cents=20_000_00, closing_at=CLOSING, published_at=NOON - 3 * day)
    office.post(title=both("c"), value_cents=10_000_00, closing_at=CLOSING + day, published_at=NOON - day)
    assert titles(client, f"?sort={sort}") == found


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


def test_chosen_filters_can_be_removed_one_by_one(client: FlaskClient, office: Office) -> None:
    office.post(skills=[make_skill("maps", "Maps", "Cartes")])
    page = client.get("/en/opportunities?q=x&skill=maps&min=10000").text
    removals = re.findall(r'<li><a href="([^"]*)"><span class="visually-hidden">Remove </span>([^<]*) <', page)
    assert [(name, href.replace("&amp;", "&")) for href, name in removals] == [
        ("“x”", "/en/opportunities?skill=maps&min=10000"),
        ("Maps", "/en/opportunities?q=x&min=10000"),
        ("$10,000 or more", "/en/opportunities?q=x&skill=maps"),
    ]


def test_an_empty_result_says_which_filter_to_drop(client: FlaskClient, office: Office) -> None:
    office.post(value_cents=4_000_00)
    page = client.get("/en/opportunities?min=50000").text
    assert "Nothing matches all of this." in page
    assert "1 without $50,000 or more" in page


def test_nothing_open_is_said(client: FlaskClient, office: Office) -> None:
    assert "None open now." in client.get("/en/opportunities").text
    assert "Aucun défi ouvert en ce moment." in client.get("/fr/defis").text


def test_the_search_goes_along_to_the_alerts(client: FlaskClient, office: Office) -> None:
    page = client.get("/en/opportunities?q=maps&min=5000&sort=value").text
    assert '<a href="/en/alerts?q=maps&amp;min=5000">Get these by e-mail</a>' in page


@pytest.mark.parametrize("query", ["", "?q=gauge&state=all&sort=value", "?skill=maps&min=10&closes=28"])
def test_a_page_sends_at_most_six_statements_however_many_rows(
    client: FlaskClient, office: Office, statements: Count, query: str
) -> None:
    skill = make_skill("maps")
    office.post(skills=[skill])
    client.get(f"/en/opportunities{query}")
    forget()
    with statements() as of_one:
        client.get(f"/en/opportunities{query}")
    for _ in range(30):
        office.post(skills=[skill])
    forget()
    with statements() as of_thirty:
        client.get(f"/en/opportunities{query}")
    assert len(of_one) <= 6
    assert len(of_thirty) <= 6
    assert len(of_thirty) - len(of_one) <= 1


def test_no_figure_about_proposals_stands_in_the_list(client: FlaskClient, office: Office) -> None:
    office.post()
    assert "proposal" not in client.get("/en/opportunities").text.split("<main", 1)[1].split("</main>")[0].lower()


def test_the_list_leads_to_its_feed_and_its_calendar_with_the_same_search(client: FlaskClient, office: Office) -> None:
    make_skill("maps"), make_skill("python")
    office.post(title=both("small"))
    page = client.get("/fr/defis?q=small&skill=maps&skill=python").text
    query = "q=small&amp;skill=maps&amp;skill=python"
    assert re.findall(r'href="(/fr/defis\.\w+\?[^"]*)"', page) == [f"/fr/defis.atom?{query}", f"/fr/defis.ics?{query}"]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/en/opportunities?q=zebra", "No opportunity matches “zebra”"),
        ("/fr/defis?q=zebra", "Aucun défi ne correspond à «\u00a0zebra\u00a0»"),
        ("/en/opportunities?min=999999", "No opportunity matches"),
        ("/fr/defis?min=999999", "Aucun défi ne correspond"),
        ("/fr/defis", "Aucun défi ouvert"),
    ],
)
def test_nothing_found_is_said_in_words(client: FlaskClient, address: str, said: str) -> None:
    assert heading(client, address) == said
