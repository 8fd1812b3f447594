"""The parts of measuring that work inside the application: making worlds, the last page, a submission's cost."""

import os
import sqlite3
import statistics
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select

from app.core import clock
from app.core.db import db, transaction
from app.factory import create_app
from auth.models import User
from opportunities.models import Opportunity
from opportunities.queries import listing
from opportunities.queries.paging import Cursor, write_cursor
from opportunities.searching import Search
from proposals import actions, queries
from scripts.bench_world import PARAGRAPH, TEXT, make
from scripts.steps import ROOT

TIMES = 60
ANSWER = "We would begin with the ten busiest gauges and test each step with people who use a screen reader. " * 14


@contextmanager
def inside(settings: Mapping[str, str]) -> Iterator[Flask]:
    """Enter an application of these settings."""
    app = create_app(settings)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def make_world(settings: Mapping[str, str], size: int, *, wordy: bool = False) -> None:
    """Make an installation's tables and fill them, with texts as long as real ones if wanted."""
    with inside(settings):
        upgrade(directory=str(ROOT / "migrations"))
        make(size, clock.now(), TEXT if wordy else PARAGRAPH)


def last_page(settings: Mapping[str, str]) -> str:
    """Give the place of the list's last page: a page back from its end."""
    with inside(settings):
        at = clock.now()
        count = 10**9
        backward = Cursor("closing", back=True, value=clock.now().replace(year=at.year + 10), id=count)
        page = listing.listed(Search(), backward, at)
        assert page.previous is not None  # noqa: S101  (the world has many pages)
        return write_cursor(page.previous._replace(back=False))


def submit_against_insert(settings: Mapping[str, str], folder: Path) -> float:
    """Give the median rate of complete submissions over that of bare durable inserts of as many bytes, in turn."""
    bare = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    for pragma in ("journal_mode=wal", "synchronous=full"):
        bare.execute(f"pragma {pragma}")
    bare.execute("create table proposal (id integer primary key, at text not null, content blob not null)")
    submitting, inserting = [], []
    with inside(settings):
        for proposal, person in drafts():
            begun = time.perf_counter()
            size = _submit(proposal, person)
            done = time.perf_counter()
            bare.execute("begin immediate")
            bare.execute("insert into proposal (at, content) values (?, ?)", (str(done), os.urandom(size)))
            bare.execute("commit")
            submitting.append(done - begun)
            inserting.append(time.perf_counter() - done)
    bare.close()
    return statistics.median(inserting) / statistics.median(submitting)


def _submit(proposal: str, person: int) -> int:
    with transaction() as at:
        by = db.session.get_one(User, person)
        received = actions.submit(queries.get_own(proposal, by), accepted=(), by=by, at=at)
        return len(received.content)


def drafts() -> Iterator[tuple[str, int]]:
    """Write complete drafts of one person, each on an opportunity of its own; give them by key and by number."""
    with transaction() as at:
        person = User(name="A Bidder", email="bidder@mail.example", bio="Twelve years of maps.", created_at=at)
        db.session.add(person)
        db.session.flush()
        number = person.id
    is_open = select(Opportunity.id).where(Opportunity.state == "open").order_by(Opportunity.id).limit(TIMES)
    for identifier in db.session.scalars(is_open).all():
        with transaction() as at:
            by, opportunity = db.session.get_one(User, number), db.session.get_one(Opportunity, identifier)
            draft = actions.start(opportunity, by=by, at=at)
            criteria = [one for stage in opportunity.plan.stages for one in stage.criteria]
            actions.save_approach(draft, {one.key: ANSWER for one in criteria}, by=by, at=at)
            written = draft.key
        yield written, number
