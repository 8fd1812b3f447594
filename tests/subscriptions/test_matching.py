"""An alert finds exactly what the list finds, and digests are due in the morning."""

from datetime import UTC, datetime
from itertools import product

import pytest
from flask import Flask

from app.core import search
from app.core.db import db
from opportunities.models import Opportunity
from opportunities.queries import listing
from opportunities.searching import Search
from subscriptions import queries
from subscriptions.matching import fits, kept, last_slot, read
from tests.conftest import NOON, Travel
from tests.factories import both, make_department, make_opportunity, make_skill, make_staff

SEARCHES = [
    Search(words=words, skills=skills, department=department, least_cents=least, most_cents=most, language=language)
    for words, skills, department, (least, most), language in product(
        ("", "maps", "défi c++", "%%"),
        ((), ("python",), ("css", "python")),
        ("", "parks"),
        ((None, None), (5_000_00, None), (None, 9_000_00), (5_000_00, 9_000_00)),
        ("", "en", "fr", "both"),
    )
]


def make_opportunities() -> list[Opportunity]:
    departments = [make_department("parks"), make_department("rivers")]
    skills = [make_skill("python"), make_skill("css", "CSS", "CSS")]
    made = []
    for number, (value, language) in enumerate(product((4_999_99, 9_000_00, 9_000_01), ("en", "fr", "either", "both"))):
        department = departments[number % 2]
        author = make_staff("buyer", department)
        title = both("River maps", "Cartes") if number % 3 else both("A C++ challenge", "Un défi en C++")
        one = make_opportunity(department, author, title=title, value_cents=value, work_language=language)
        one.skills = skills[: number % 3]
        search.index(one.id, [one.title])
        made.append(one)
    db.session.commit()
    return made


def test_an_alert_matches_what_the_list_finds(app: Flask, travel: Travel) -> None:
    opportunities = make_opportunities()
    found = 0
    for one in SEARCHES:
        expected = {row.id for row in listing.listed(one, None, NOON, 100).rows}
        matching = {
            opportunity.id
            for opportunity in opportunities
            if fits(one, queries.posted(opportunity)) and queries.matched_words(opportunity, [one.words])
        }
        assert matching == expected, one
        found += len(expected)
    assert found > len(SEARCHES)


@pytest.mark.parametrize("one", SEARCHES[::17])
def test_a_kept_search_is_read_back_as_it_was(one: Search) -> None:
    assert read(kept(one)) == one


@pytest.mark.parametrize(
    ("frequency", "at", "slot"),
    [
        ("daily", datetime(2026, 6, 10, 10, 59, tzinfo=UTC), datetime(2026, 6, 9, 11, 0, tzinfo=UTC)),
        ("daily", datetime(2026, 6, 10, 11, 0, tzinfo=UTC), datetime(2026, 6, 10, 11, 0, tzinfo=UTC)),
        ("weekly", datetime(2026, 6, 10, 16, 0, tzinfo=UTC), datetime(2026, 6, 8, 11, 0, tzinfo=UTC)),
        ("weekly", datetime(2026, 6, 8, 10, 59, tzinfo=UTC), datetime(2026, 6, 1, 11, 0, tzinfo=UTC)),
        ("daily", datetime(2026, 3, 8, 12, 0, tzinfo=UTC), datetime(2026, 3, 8, 11, 0, tzinfo=UTC)),
        ("daily", datetime(2026, 3, 8, 10, 30, tzinfo=UTC), datetime(2026, 3, 7, 12, 0, tzinfo=UTC)),
        ("weekly", datetime(2026, 11, 2, 12, 0, tzinfo=UTC), datetime(2026, 11, 2, 12, 0, tzinfo=UTC)),
    ],
)
def test_the_last_morning_follows_the_clocks_of_ottawa(frequency: str, at: datetime, slot: datetime) -> None:
    assert last_slot(frequency, at) == slot
