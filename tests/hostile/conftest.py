"""The world of the access table, thrown at; `HOSTILE=whole` throws everything instead of a share."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.core.web import limiter
from app.pages import waiting
from tests.architecture.conftest import noon, visits, world
from tests.hostile.corpus import CORPUS
from tests.hostile.throwing import THROWN, Dealer

__all__ = ["noon", "visits", "world"]

WHOLE = os.environ.get("HOSTILE") == "whole"
ROUNDS = int(os.environ.get("HOSTILE_ROUNDS", str(len(CORPUS))))
"""In so many rounds each field takes another string; with as many as there are strings, every one."""


@pytest.fixture(autouse=True)
def _unlimited(application: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one ask as often as it takes, and see what the visitor would see; what waits is counted now and then."""
    monkeypatch.setattr(limiter, "enabled", False)
    monkeypatch.setitem(application.config, "PROPAGATE_EXCEPTIONS", value=False)
    monkeypatch.setattr(waiting, "acted", lambda _person: None)


@pytest.fixture(autouse=True)
def _counted() -> Iterator[None]:
    """Leave word of how much a test has thrown, where HOSTILE_TALLY says."""
    THROWN.clear()
    yield
    if place := os.environ.get("HOSTILE_TALLY"):
        with Path(place).open("a", encoding="utf-8") as tally:
            tally.write(json.dumps(THROWN) + "\n")


@pytest.fixture
def deal() -> Dealer:
    """Deal all strings, in as many rounds as were asked for, or a share."""
    return Dealer(ROUNDS if WHOLE else None)
