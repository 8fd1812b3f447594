"""One world behind every address, made once for each file of tests here."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import time_machine
from flask import Flask

from app.core.db import db
from app.pages.memory import forget
from tests.architecture.places import World
from tests.architecture.world import make_world
from tests.conftest import NOON, empty_tables


@contextmanager
def emptied(application: Flask) -> Iterator[Flask]:
    """Give an application with an empty database, at the world's own noon."""
    with application.app_context(), time_machine.travel(NOON, tick=True):
        empty_tables()
        forget()
        yield application
        db.session.remove()


@pytest.fixture(scope="module")
def app(application: Flask) -> Iterator[Flask]:
    """The application before the world."""
    with emptied(application) as app:
        yield app


@pytest.fixture(scope="module")
def world(app: Flask) -> World:
    """The world behind every address."""
    return make_world()
