"""The database keeps moments whole, writers in line and the log untouched."""

import threading
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core import audit
from app.core.audit import CLOCK, Subject
from app.core.db import database_now, db, transaction
from app.jobs import publish_head
from auth.models import User
from tests.conftest import NOON
from tests.factories import make_user


def test_the_database_tells_the_tests_time_to_the_microsecond(client: FlaskClient) -> None:
    now = database_now()
    assert now.tzinfo == UTC
    assert 0 <= (now - NOON).total_seconds() < 60


def test_a_naive_moment_is_refused(session: Session) -> None:
    session.add(User(name="x", created_at=datetime(2026, 1, 1)))  # noqa: DTZ001  (the point of the test)
    with pytest.raises(Exception, match="time zone"):
        session.flush()


def test_an_act_that_raises_leaves_nothing(app: Flask) -> None:
    def fail() -> None:
        with transaction() as at:
            db.session.add(User(name="gone", created_at=at))
            db.session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert db.session.query(User).count() == 0


CHANGES = {
    "both": ["update {} set {} = {}", "delete from {}"],
    "sqlite": [
        "replace into {} select * from {}",
        "update {} set rowid = rowid + 9",
        "update or replace {} set {} = {}",
    ],
    "postgresql": ["truncate {}", "truncate {} cascade"],
}


@pytest.mark.parametrize(
    ("table", "column"),
    [("event", "action"), ("event_number", "number"), ("log_leaf", "commitment"), ("log_node", "hash"),
     ("log_head", "note")],
)  # fmt: skip
def test_the_log_refuses_changes(app: Flask, table: str, column: str) -> None:
    with transaction() as at:
        audit.record("user.seen", Subject("user", 1), by=CLOCK, at=at)
    publish_head()
    for change in (*CHANGES["both"], *CHANGES[db.engine.dialect.name]):
        words = [table, table] if "select" in change else [table, column, column]
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(text(change.format(*words)))
        db.session.rollback()


def test_the_log_refuses_to_be_written_over(app: Flask) -> None:
    with transaction() as at:
        audit.record("user.seen", Subject("user", 1), by=CLOCK, at=at)
    over = "insert into event select * from event where true on conflict (id) do update set action = 'x'"
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text(over))


def test_eight_writers_lose_no_update(app: Flask) -> None:
    key = make_user().key

    def add_bio() -> None:
        with app.app_context():
            for _ in range(10):
                with transaction():
                    user = db.session.query(User).filter_by(key=key).with_for_update().one()
                    user.bio += "x"

    threads = [threading.Thread(target=add_bio) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert len(db.session.query(User).one().bio) == 80
