"""The world behind every address, and the means to ask as anybody."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.core.db import db
from app.core.web import limiter
from app.pages.memory import forget
from auth.models import User
from tests.architecture.places import World
from tests.architecture.visits import Visits
from tests.architecture.world import make_world
from tests.conftest import NOON, empty_tables, set_clock

_made: list[World] = []
"""The world that was made last in this process: whole, as long as no other test has emptied the tables."""


@pytest.fixture(scope="module")
def world(application: Flask) -> World:
    """The world behind every address; the tests that ask for it leave it as it was, and so can share it."""
    with application.app_context(), time_machine.travel(NOON, tick=True):
        if not (_made and _stands(_made[-1])):
            empty_tables()
            forget()
            set_clock(NOON)
            _made[:] = [make_world()]
        return _made[-1]


def _stands(world: World) -> bool:
    set_clock(NOON)
    found = db.session.scalar(select(User.id).where(User.key == world.keys["developer"]))
    db.session.remove()
    return found is not None


@pytest.fixture(scope="module")
def noon() -> Iterator[None]:
    """One noon for all that a module asks, or what is known for a while would be found out anew by each test."""
    with time_machine.travel(NOON, tick=True):
        yield


@pytest.fixture
def visits(application: Flask, noon: None, world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visits]:
    """The means to ask as anybody."""
    limiter.reset()
    with application.app_context():
        yield Visits(application, world, monkeypatch)
