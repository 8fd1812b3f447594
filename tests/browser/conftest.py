"""The application served on this machine and Chromium in front of it; forged posts are refused as they are outside.

`page` is a browser's page; `as_person(user)` gives one in which a person is signed in; `live` is the site's address.
Every page fails its test if it breaks the content policy or throws in its script.
"""

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from app.core.db import db
from app.factory import create_app
from auth.models import User
from scripts.machine import CHROMIUM
from scripts.postgres import create
from tests.conftest import make_tables
from tests.factories import signed_cookie

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 15_000
"""Milliseconds that a page may take on a busy machine."""


def whole(app: Flask) -> Callable[..., list[bytes]]:
    """Serve each answer read to its end, so that a browser that goes away at once leaves no file open."""

    def answer(environ: Any, start_response: Any) -> list[bytes]:
        with closing(app(environ, start_response)) as parts:  # type: ignore[type-var]
            return [b"".join(parts)]

    return answer


class Quiet(WSGIRequestHandler):
    """Serves without a line for each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def listening() -> Iterator[socket.socket]:
    """A port of our own, known before the application is built."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        place.listen(64)
        yield place


@pytest.fixture(scope="session")
def live(listening: socket.socket) -> str:
    """The address of the site."""
    return f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture(scope="session")
def github_port() -> int:
    """The port at which the GitHub of the tests is served, once a test needs it."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> str:
    """A database that only the browser's application uses."""
    server = os.environ.get("TEST_DATABASE_URL", "")
    if server.startswith("postgresql"):
        return create(server, f"browser_{worker_id}")
    return f"sqlite:///{tmp_path_factory.mktemp('browser')}/test.sqlite3"


@pytest.fixture(scope="session")
def settings(database: str, tmp_path_factory: pytest.TempPathFactory, live: str, github_port: int) -> dict[str, str]:
    """The settings of the installation that the browser sees."""
    return {
        "DEVEX_SECRET_KEY": "for browser tests only " * 3,
        "DEVEX_SEAL_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        "DATABASE_URL": database,
        "FILES_DIR": str(tmp_path_factory.mktemp("files")),
        "BASE_URL": live,
        "GITHUB_CLIENT_ID": "Iv1.exchange",
        "GITHUB_CLIENT_SECRET": "only for tests",
        "GITHUB_BASE_URL": f"http://127.0.0.1:{github_port}",
        "GITHUB_API_URL": f"http://127.0.0.1:{github_port}",
    }


@pytest.fixture(scope="session")
def application(settings: dict[str, str], listening: socket.socket) -> Iterator[Flask]:
    """The application, with its tables, served by threads until the run ends."""
    app = create_app(settings)
    make_tables(app)
    place = os.dup(listening.fileno())
    server = make_server("127.0.0.1", 0, whole(app), threaded=True, request_handler=Quiet, fd=place)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield app
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


OpenContext = Callable[..., BrowserContext]


@pytest.fixture
def open_context(chromium: Browser, app: Flask, live: str) -> Iterator[OpenContext]:
    """Open a browser of its own (Playwright's options as keywords); errors of its pages fail the test at the end."""
    faults: list[str] = []
    with ExitStack() as stack:

        def watch(page: Page) -> None:
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on(
                "console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None
            )

        def opened(**options: Any) -> BrowserContext:
            context = chromium.new_context(**{"base_url": live, "locale": "en-CA", **options})
            stack.callback(context.close)
            context.set_default_timeout(PATIENCE)
            context.on("page", watch)
            return context

        yield opened
    assert faults == []


@pytest.fixture
def page(open_context: OpenContext) -> Page:
    """A page in a browser in which nobody is signed in."""
    return open_context().new_page()


def sign_in_browser(context: BrowserContext, app: Flask, user: User) -> None:
    """Give a browser the session of a person."""
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    cookie = signer.dumps(signed_cookie(user.key))
    name = str(app.config["SESSION_COOKIE_NAME"])
    context.add_cookies([{"name": name, "value": cookie, "domain": "127.0.0.1", "path": "/", "httpOnly": True}])


@pytest.fixture
def as_person(open_context: OpenContext, app: Flask) -> Callable[..., Page]:
    """Open a page in a browser of its own in which a person is signed in."""

    def opened(user: User, **options: Any) -> Page:
        context = open_context(**options)
        sign_in_browser(context, app, user)
        return context.new_page()

    return opened
