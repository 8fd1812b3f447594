"""Killed at any moment, the exchange keeps what it promised: every receipt shown holds, every procurement continues.

`TEST_KILLS=100` kills a hundred times instead of twelve; `TEST_SEED` repeats a choice of moments.
"""

import json
import os
import random
import secrets
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from app.core.db import db
from tests.journeys.aftermath import Aftermath, Procurement
from tests.journeys.dying import ACTS, Order, Outcome

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("TEST_KILLS") or 12)
SEED = os.environ.get("TEST_SEED") or secrets.token_hex(4)
SHOWN_AS = "devex killed"
LONGER = 1.1
"""After each kill the moments reach so much further, until an act ends before its own and shows how long it takes."""


class Program:
    """The program whose acts are killed, and how long each act takes when it is let be."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.whole: dict[str, float] = {}
        self.kills: Counter[str] = Counter()
        self.chance = random.Random(SEED)

    def let_be(self, procurement: Procurement, act: str, *, apart: bool = True) -> list[Outcome]:
        """Let an act end well."""
        outcomes = self._ask(Order(act, procurement.number, procurement.groups(act), apart=apart))
        assert [one.code for one in outcomes] == [0] * len(outcomes), f"{act} did not end well"
        return outcomes

    def learn(self, procurement: Procurement, act: str) -> None:
        """See how long an act takes."""
        self.whole[act] = self.let_be(procurement, act)[0].seconds

    def kill(self, procurement: Procurement, act: str) -> list[Outcome]:
        """Kill an act at a moment of its length; others who act at the same time are let be."""
        moment = self.chance.uniform(0.0, self.whole[act])
        outcomes = self._ask(Order(act, procurement.number, procurement.groups(act), seconds=moment))
        killed, *others = outcomes
        print(f"{act} of {procurement.number}: {killed.code} after {moment:.4f} s, told {len(killed.said)}")  # noqa: T201  (shown on a failure)
        assert [one.code for one in others] == [0] * len(others), f"{act} of others did not end well"
        assert killed.code in (0, -signal.SIGKILL), f"{act} ended by itself"
        if killed.code == 0:
            self.whole[act] = killed.seconds
        else:
            self.kills[act] += 1
            self.whole[act] *= LONGER
        _until_nobody_acts()
        return outcomes

    def _ask(self, order: Order) -> list[Outcome]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(asdict(order)) + "\n")
        self.process.stdin.flush()
        return [Outcome(**one) for one in json.loads(self.process.stdout.readline())]


def _until_nobody_acts() -> None:
    """Wait until PostgreSQL has noticed: what it was told last before a kill it still does."""
    if db.engine.dialect.name != "postgresql":
        return
    there = text("select count(*) from pg_stat_activity where application_name = :name")
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while connection.execute(there, {"name": SHOWN_AS}).scalar_one():
            pass


@contextmanager
def program(settings: dict[str, str]) -> Iterator[Program]:
    """Start the program, and let it end."""
    environment = {**os.environ, **settings, "PYTHONPATH": str(ROOT), "PGAPPNAME": SHOWN_AS}
    command = [sys.executable, "-m", "tests.journeys.dying"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Program(process)


def test_every_receipt_shown_holds_and_every_procurement_continues(
    app: Flask, settings: dict[str, str], tmp_path: Path
) -> None:
    print(f"TEST_SEED={SEED}")  # noqa: T201  (shown on a failure)
    aftermath = Aftermath(tmp_path)
    with program(settings) as dying:
        first, second = aftermath.procurement(), aftermath.procurement()
        for act in ACTS:
            aftermath.ends_well(first, act, dying.let_be(first, act, apart=False))
            dying.learn(second, act)
            aftermath.ends_well(second, act, [])
        while min(dying.kills[act] for act in ACTS) < KILLS // len(ACTS):
            procurement = aftermath.procurement()
            for act in ACTS:
                if dying.kills[act] < KILLS // len(ACTS):
                    aftermath.holds(procurement, dying.kill(procurement, act))
                aftermath.ends_well(procurement, act, dying.let_be(procurement, act))
    aftermath.is_whole()
    print(f"{dict(dying.kills)} kills; {aftermath.figures()}")  # noqa: T201


def test_an_opening_in_custody_goes_on_where_it_was_killed_and_opens_once(
    app: Flask, settings: dict[str, str], tmp_path: Path
) -> None:
    """Killed while custodians give their passphrases, or while the second person completes it."""
    print(f"TEST_SEED={SEED}")  # noqa: T201  (shown on a failure)
    aftermath = Aftermath(tmp_path, in_custody=True)
    *before, opening = ACTS
    with program(settings) as dying:
        while dying.kills[opening] < KILLS // len(ACTS):
            procurement = aftermath.procurement()
            for act in before:
                aftermath.ends_well(procurement, act, dying.let_be(procurement, act, apart=False))
            if opening in dying.whole:
                aftermath.holds(procurement, dying.kill(procurement, opening))
                aftermath.ends_well(procurement, opening, dying.let_be(procurement, opening))
            else:
                dying.learn(procurement, opening)
                aftermath.ends_well(procurement, opening, [])
    aftermath.is_whole()
    print(f"{dict(dying.kills)} kills in custody; {aftermath.figures()}")  # noqa: T201
