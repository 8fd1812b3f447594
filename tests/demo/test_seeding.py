"""The world plays through: every story ends where its file says, with every act in the log."""

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.audit import Event
from app.core.db import db
from app.demo import large, seeding
from app.demo.world import opportunities
from opportunities.models import Opportunity
from tests.conftest import NOON, Travel

STATES = {"contract": "awarded"}
"""Where a file's state has another name in the tables; a contract under way leaves its opportunity awarded."""


@pytest.fixture
def world(app: Flask, travel: Travel) -> Flask:
    seeding.seed(NOON, "ocds-devex0")
    return app


def test_every_story_ends_where_its_file_says(world: Flask) -> None:
    told = {spec["title"]["en"]: STATES.get(spec["state"], spec["state"]) for spec in opportunities()}
    found = {one.title.en: one.state for one in db.session.scalars(select(Opportunity))}
    assert {title: state for title, state in found.items() if told[title] not in (state, "review")} == {}
    assert Counter(found.values())["open"] == Counter(told.values())["open"]


def test_nothing_in_the_log_happens_after_now(world: Flask) -> None:
    assert [event.action for event in db.session.scalars(select(Event).where(Event.at > NOON))] == []


def test_a_large_world_is_added_to_it(world: Flask) -> None:
    before = len(opportunities())
    assert large.grow(30, NOON, "ocds-devex0") == before + 30
