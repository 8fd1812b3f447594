"""One application and one database for the run; each test finds it empty and on a clock of its own."""

import os
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import hypothesis
import pytest
import time_machine
from flask import Flask, g
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.db import db
from app.core.web import limiter
from app.factory import create_app, equip
from app.pages.memory import forget
from auth.models import User
from scripts.postgres import create
from tests.factories import signed_cookie

hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient" if "CI" not in os.environ else "ci")

NOON = datetime(2026, 6, 10, 16, 0, tzinfo=UTC)
"""Where every test's clock begins: Wednesday 10 June 2026, noon in Ottawa."""

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Travel(Protocol):
    """Moves every clock, the database's too."""

    def __call__(self, when: datetime | timedelta, *, tick: bool = True) -> datetime:
        """Go to a moment or by a span; the clock then ticks on, or stands still at the very microsecond."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out on PostgreSQL what asks the database nothing, or nothing that another test does not ask there."""
    if not os.environ.get("TEST_DATABASE_URL", "").startswith("postgresql"):
        return
    same = [
        one for one in items if "database" not in getattr(one, "fixturenames", ()) or one.get_closest_marker("once")
    ]
    left_out = set(same)
    items[:] = [one for one in items if one not in left_out]
    config.hook.pytest_deselected(items=same)


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> str:
    """A database of this worker's own: on the server that TEST_DATABASE_URL names, or a SQLite file."""
    server = os.environ.get("TEST_DATABASE_URL", "")
    if server.startswith("postgresql"):
        return create(server, f"devex_{worker_id}")
    return f"sqlite:///{tmp_path_factory.mktemp('database')}/test.sqlite3"


@pytest.fixture(scope="session")
def settings(database: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The settings of the test installation."""
    folder = tmp_path_factory.mktemp("devex")
    return {
        "DEVEX_SECRET_KEY": "for tests only " * 3,
        "DEVEX_SEAL_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        "DATABASE_URL": database,
        "FILES_DIR": str(folder / "files"),
        "BASE_URL": "http://devex.test",
    }


class Browser(FlaskClient):
    """A browser; no request sees what an earlier one left in the context that the test itself holds."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Send a request."""
        for name in list(g):
            g.pop(name)
        return super().open(*args, **kwargs)


@pytest.fixture(scope="session")
def application(settings: dict[str, str]) -> Iterator[Flask]:
    """The application, with its tables made by the migrations."""
    app = create_app(settings)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.test_client_class = Browser
    make_tables(app)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def make_tables(app: Flask) -> None:
    """Make the tables by the migrations, and on PostgreSQL the clock that the tests move."""
    with app.app_context():
        upgrade(directory=str(Path(__file__).parents[1] / "migrations"))
        if db.engine.dialect.name == "postgresql":
            with db.engine.begin() as connection:
                connection.execute(
                    text("create table test_clock (offset_by interval not null, stopped_at timestamptz)")
                )
                connection.execute(text("insert into test_clock values ('0', null)"))
                connection.execute(text(CLOCK_OF_TESTS))
        db.engine.dispose()


CLOCK_OF_TESTS = """
create or replace function devex_now() returns timestamptz language sql volatile as
'select coalesce(stopped_at, clock_timestamp() + offset_by) from test_clock'
"""


def set_clock(moment: datetime, *, tick: bool = True) -> None:
    """Set PostgreSQL's clock of the tests; it ticks on, or stands still."""
    if db.engine.dialect.name == "postgresql":
        change = "update test_clock set offset_by = :at - clock_timestamp(), stopped_at = :stopped"
        with db.engine.begin() as connection:
            connection.execute(text(change), {"at": moment, "stopped": None if tick else moment})


def empty_tables() -> None:
    """Take every row away, the log's too, by the means of the database's owner alone."""
    tables = [*(table.name for table in reversed(db.metadata.sorted_tables)), "search_document"]
    with db.engine.begin() as connection:
        if db.engine.dialect.name == "postgresql":
            deletes = ";".join(f'delete from "{table}"' for table in tables)
            connection.exec_driver_sql(f"set local session_replication_role = replica; {deletes}")
            return
        guards = connection.execute(text("select name, sql from sqlite_master where type = 'trigger'")).all()
        log = [guard for guard in guards if "append-only" in guard.sql]
        for guard in log:
            connection.execute(text(f"drop trigger {guard.name}"))
        connection.execute(text("pragma defer_foreign_keys = on"))
        for table in tables:
            connection.execute(text(f'delete from "{table}"'))
        for guard in log:
            connection.execute(text(guard.sql))


@pytest.fixture
def app(application: Flask) -> Iterator[Flask]:
    """The application with an empty database, inside an application context."""
    equip(application)
    with application.app_context():
        empty_tables()
        forget()
        limiter.reset()
        yield application
        db.session.remove()


@pytest.fixture
def session(app: Flask) -> Session:
    """The database session."""
    return db.session  # type: ignore[return-value]


@pytest.fixture
def travel(app: Flask) -> Iterator[Travel]:
    """Move every clock, the database's too, to a moment or by a span; the clock then ticks on, unless it shall not."""
    travellers: list[Any] = []

    def to(when: datetime | timedelta, *, tick: bool = True) -> datetime:
        moment = datetime.now(UTC) + when if isinstance(when, timedelta) else when
        while travellers:
            travellers.pop().stop()
        set_clock(moment, tick=tick)
        traveller = time_machine.travel(moment, tick=tick)
        traveller.start()
        travellers.append(traveller)
        return moment

    to(NOON)
    yield to
    while travellers:
        travellers.pop().stop()


@pytest.fixture
def client(app: Flask, travel: Travel) -> FlaskClient:
    """A browser without script; nobody is signed in."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[[User], FlaskClient]:
    """Give a browser in which a person is signed in."""

    def signed(user: User) -> FlaskClient:
        browser = app.test_client()
        with browser.session_transaction() as cookie:
            cookie.update(signed_cookie(user.key))
        return browser

    return signed


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine, but where Stripe's test mode itself is to be asked."""
    if os.environ.get("TEST_STRIPE"):
        return
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in LOOPBACK:
            message = f"the tests reach no network: {address}"
            raise ConnectionRefusedError(message)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
