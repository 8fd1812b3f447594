"""The parts of measuring sealed proposals: many who submit at once, and whether an answer's time tells what is there.

`python -m scripts.bench_sealed SECONDS PROPOSAL PERSON …` is one process of writers: each thread submits one
proposal again and again, and the times that each submission took come out as JSON.
"""

import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, cycle
from typing import Any

from flask import Flask
from sqlalchemy import false, func, select

from app.core.db import db, random_key, transaction
from app.factory import create_app
from auth.actions.sessions import begin_session
from auth.models import User
from proposals import actions, queries
from scripts import bench_inside
from scripts.steps import ROOT

SECONDS = 4
PROCESSES = 2
ALTERNATING = 2_000
WARMED = 50


@dataclass(frozen=True)
class Written:
    """What writers did together: how many submissions a second, and how long each took."""

    rate: float
    times: Sequence[float]

    @property
    def tail(self) -> float:
        """The 99th percentile over the median."""
        return statistics.quantiles(self.times, n=100)[98] / statistics.median(self.times)


def go_on_counting(settings: Mapping[str, str]) -> None:
    """Let PostgreSQL's own numbers begin behind those that a made-up world has taken."""
    with bench_inside.inside(settings), db.engine.begin() as connection:
        for table in db.metadata.sorted_tables:
            if "id" in table.c:
                following = select(func.coalesce(func.max(table.c.id), 0) + 1).scalar_subquery()
                sequence = func.pg_get_serial_sequence(f'"{table.name}"', "id")
                connection.execute(select(func.setval(sequence, following, false())))


def prepare(settings: Mapping[str, str], writers: int) -> list[tuple[str, int]]:
    """Write complete drafts, each on an opportunity of its own; give them by key, and the person by number."""
    with bench_inside.inside(settings):
        return [draft for draft, _turn in zip(bench_inside.drafts(), range(writers), strict=False)]


def written(settings: Mapping[str, str], drafts: Sequence[tuple[str, int]], processes: int = PROCESSES) -> Written:
    """Let writers submit at once, their threads spread over processes."""
    share = -(-len(drafts) // processes)
    parts = [drafts[first : first + share] for first in range(0, len(drafts), share)]
    programs = [
        subprocess.Popen(
            [sys.executable, "-m", "scripts.bench_sealed", str(SECONDS), *map(str, chain(*part))],
            cwd=ROOT, env={**os.environ, **settings}, stdout=subprocess.PIPE, text=True,
        )
        for part in parts
    ]  # fmt: skip
    times: list[float] = []
    for program in programs:
        said, _nothing = program.communicate(timeout=20 * SECONDS)
        if program.returncode:
            message = f"a writer ended with {program.returncode}"
            raise RuntimeError(message)
        times += json.loads(said)
    return Written(len(times) / SECONDS, times)


def _submit_again(app: Flask, proposal: str, person: int, until: float, times: list[float]) -> None:
    with app.app_context():
        while time.time() < until:
            begun = time.perf_counter()
            by = db.session.get_one(User, person)
            with transaction(on=queries.get_own(proposal, by).opportunity) as at:
                actions.submit(queries.get_own(proposal, by), accepted=(), by=by, at=at)
            times.append(time.perf_counter() - begun)
        db.session.remove()


def timing(settings: Mapping[str, str]) -> float:
    """Ask, as a stranger who is signed in, for a proposal that is sealed and for one that does not exist."""
    with bench_inside.inside(settings) as app:
        proposal, person = next(bench_inside.drafts())
        with transaction() as at:
            by = db.session.get_one(User, person)
            one = queries.get_own(proposal, by)
            actions.submit(one, accepted=(), by=by, at=at)
            stranger = User(name="A Stranger", email="stranger@mail.example", language="en", created_at=at)
            db.session.add(stranger)
            db.session.flush()
            key, token = one.key, begin_session(stranger, identity=None, browser="", by=stranger, at=at)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    return answers_apart(client, f"/en/proposals/{key}", f"/en/proposals/{random_key()}")


def answers_apart(client: Any, there: str, nowhere: str) -> float:  # noqa: ANN401  (a test client, or a site)
    """Give the ratio of the medians of times in which a sealed and an absent address are answered, asked in turn."""
    times: dict[str, list[float]] = {there: [], nowhere: []}
    for turn, address in zip(range(ALTERNATING + WARMED), cycle((there, nowhere)), strict=False):
        begun = time.perf_counter()
        answer = client.get(address)
        taken = time.perf_counter() - begun
        assert answer.status_code == 404  # noqa: S101, PLR2004  (both are not there for a stranger)
        if turn >= WARMED:
            times[address].append(taken)
    medians = sorted(statistics.median(one) for one in times.values())
    return medians[1] / medians[0]


def main(arguments: Sequence[str]) -> None:
    """Write as one process does."""
    seconds, *those = arguments
    app, times = create_app(), list[float]()
    until = time.time() + int(seconds)
    threads = [
        threading.Thread(target=_submit_again, args=(app, proposal, int(person), until, times))
        for proposal, person in zip(those[::2], those[1::2], strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    json.dump(times, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
