"""The world behind every address, and the means to ask as anybody."""

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text

from app.core.db import db
from app.core.web import limiter
from app.pages.memory import forget
from tests.architecture.places import World
from tests.architecture.visits import Visits
from tests.architecture.world import make_world
from tests.conftest import NOON, empty_tables


@pytest.fixture(scope="module")
def world(application: Flask) -> World:
    """The world, made once for these tests; they leave it as it was."""
    with application.app_context(), time_machine.travel(NOON, tick=True):
        empty_tables()
        forget()
        set_clock(NOON)
        return make_world()


def set_clock(moment: datetime) -> None:
    """Set PostgreSQL's clock of the tests."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.begin() as connection:
            now = connection.execute(text("select clock_timestamp()")).scalar_one()
            connection.execute(text("update test_clock set offset_by = :by"), {"by": moment - now})


@pytest.fixture
def visits(application: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visits]:
    """The means to ask as anybody."""
    limiter.reset()
    with application.app_context(), time_machine.travel(NOON, tick=True):
        yield Visits(application, world, monkeypatch)
