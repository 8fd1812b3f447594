"""The list of opportunities: what is found, in which order, page by page, in both languages."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.core import search as texts
from app.core.bilingual import Bilingual
from app.core.db import db
from app.pages.memory import forget
from opportunities.searching import STAGES
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
