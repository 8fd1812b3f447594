"""The world plays through: every story ends where its file says, with every act in the log."""

from collections import Counter

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


def test_the_world_plays_through_and_a_large_one_is_added_to_it(app: Flask, travel: Travel) -> None:
    """In one go, because playing it through takes as long as a hundred other tests."""
    seeding.seed(NOON, "ocds-devex0")
    every_story_ends_where_its_file_says()
    nothing_in_the_log_happens_after_now()
    before = len(opportunities())
    assert large.grow(30, NOON, "ocds-devex0") == before + 30


def every_story_ends_where_its_file_says() -> None:
    told = {spec["title"]["en"]: STATES.get(spec["state"], spec["state"]) for spec in opportunities()}
    found = {one.title.en: one.state for one in db.session.scalars(select(Opportunity))}
    assert {title: state for title, state in found.items() if told[title] not in (state, "review")} == {}
    assert Counter(found.values())["open"] == Counter(told.values())["open"]


def nothing_in_the_log_happens_after_now() -> None:
    assert [event.action for event in db.session.scalars(select(Event).where(Event.at > NOON))] == []
