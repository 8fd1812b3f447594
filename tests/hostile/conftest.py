"""The world of the access table, thrown at; `HOSTILE=whole` throws everything instead of a share."""

import os
import random
from collections.abc import Callable

import pytest
from flask import Flask

from app.core.web import limiter
from tests.architecture.conftest import noon, visits, world
from tests.hostile.corpus import CORPUS

__all__ = ["noon", "visits", "world"]

Deal = Callable[[str, list[str]], list[dict[str, str]]]
WHOLE = os.environ.get("HOSTILE") == "whole"
ROUNDS = int(os.environ.get("HOSTILE_ROUNDS", str(len(CORPUS))))
"""In so many rounds each field takes another string; with as many as there are strings, every one."""


@pytest.fixture(autouse=True)
def _unlimited(application: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one ask as often as it takes, and see what the visitor would see."""
    monkeypatch.setattr(limiter, "enabled", False)
    monkeypatch.setitem(application.config, "PROPAGATE_EXCEPTIONS", value=False)


@pytest.fixture
def deal() -> Deal:
    """Deal strings to fields: by round, another one to each; one round by a seed of the name, or all of them."""

    def dealt(name: str, fields: list[str]) -> list[dict[str, str]]:
        chance = random.Random(name)
        begins = range(0, len(CORPUS), max(1, len(CORPUS) // ROUNDS)) if WHOLE else [chance.randrange(len(CORPUS))]
        return [
            {field: CORPUS[(begin + 61 * place) % len(CORPUS)] for place, field in enumerate(fields)}
            for begin in begins
        ]

    return dealt
