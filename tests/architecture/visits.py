"""Asking every address as every kind of visitor; whatever a request writes is undone before the next one."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy.session import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.core.db import db
from tests.architecture.answers import Seen, seen_of
from tests.architecture.places import VISITORS, World

TABLE = Path(__file__).with_name("access.txt")
NOWHERE = "-"
"""The place of an address that names no row."""

CHOICES = {"form", "state"}
"""What of an address chooses among a few words, and names no row."""

NAMES = {
    "auth.edit_department": {"code": "code"},
    "contracts": {"number": "contract", "key": "payment"},
    "contracts.at_provider": {"key": "payee"},
    "contracts.back_from_provider": {"key": "payee"},
    "contracts.batch": {"number": "batch"},
    "contracts.decline_award": {"number": "number"},
    "contracts.draw_up": {"number": "number"},
    "contracts.statement": {"key": "payee"},
    "contracts.statement_file": {"key": "payee"},
    "contracts.file": {"number": "contract", "key": "file"},
    "contracts.reconciliation": {"number": "report"},
    "evaluations": {"key": "proposal"},
    "evaluations.compare": {"key": "criterion"},
    "evaluations.member": {"key": "evaluator"},
    "opportunities": {"key": "file"},
    "opportunities.comment": {},
    "opportunities.settle": {"key": "comment"},
    "opportunities.answer": {"key": "question"},
    "proposals": {"key": "proposal"},
    "proposals.begin_custody": {},
    "proposals.custodian": {"key": "custodian"},
    "proposals.passphrase": {"key": "share"},
    "proposals.start": {},
}
"""Under which name a place knows what an address calls `key` or `number`."""


def rules_of(app: Flask) -> dict[str, Rule]:
    """Give the English rule of every endpoint that answers to an address of ours; the longest one if several do."""
    found: dict[str, Rule] = {}
    for rule in app.url_map.iter_rules():
        longest = found.get(rule.endpoint)
        if (rule.defaults or {}).get("lang", "en") == "en" and (
            longest is None or len(rule.arguments) > len(longest.arguments)
        ):
            found[rule.endpoint] = rule
    return found


def values(world: World, endpoint: str, place: str, arguments: set[str]) -> dict[str, Any]:
    """Give what an endpoint's address needs to lead to a place's row."""
    blueprint = endpoint.split(".", 1)[0]
    names = NAMES.get(endpoint, NAMES.get(blueprint, {}))
    known = world.places.get(place, {})
    return {name: known[names.get(name, name)] for name in arguments - {"lang"}}


def elsewhere(given: dict[str, Any]) -> dict[str, Any]:
    """Give the same kind of address to something that does not exist."""
    keys = {name: 999_999 if isinstance(value, int) else "x" * len(value) for name, value in given.items()}
    return keys | {name: given[name] for name in CHOICES & given.keys()}


@contextmanager
def undone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let requests write, and commit, into a transaction that is taken back at the end."""
    db.session.remove()
    with db.engine.connect() as connection, monkeypatch.context() as patch:
        whole = connection.begin()
        connection.begin_nested()
        patch.setattr(Session, "get_bind", lambda *_args, **_keywords: connection)
        try:
            yield
        finally:
            db.session.remove()
            whole.rollback()


class Visits:
    """The world, and browsers in which its people are signed in."""

    def __init__(self, app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app, self.world, self.monkeypatch = app, world, monkeypatch
        self.rules = rules_of(app)
        self.asked = 0

    def browser(self, visitor: str) -> FlaskClient:
        """Open a browser of a visitor's."""
        browser = self.app.test_client()
        if visitor != VISITORS[0]:
            with browser.session_transaction() as cookie:
                cookie.update(self.world.cookies[visitor])
        return browser

    def address(self, endpoint: str, given: dict[str, Any], lang: str = "en") -> str:
        """Write an endpoint's address in a language."""
        adapter = self.app.url_map.bind("localhost", url_scheme="http")
        language = {"lang": lang} if "lang" in self.rules[endpoint].arguments or self.rules[endpoint].defaults else {}
        return adapter.build(endpoint, {**given, **language})

    def ask(
        self, visitor: str, method: str, endpoint: str, given: dict[str, Any], lang: str = "en", query: str = ""
    ) -> TestResponse:
        """Send one request, an empty one if it is a post, from an address of its own, and undo what it did."""
        with undone(self.monkeypatch):
            self.asked += 1
            host = f"127.{self.asked >> 16 & 255}.{self.asked >> 8 & 255}.{self.asked & 255}"
            browser = self.browser(visitor)
            answer = browser.open(
                self.address(endpoint, given, lang) + query, method=method, environ_overrides={"REMOTE_ADDR": host}
            )
            to_its_name = answer.status_code == HTTPStatus.MOVED_PERMANENTLY
            return browser.get(answer.headers["Location"]) if to_its_name else answer

    def seen(self, answer: TestResponse, endpoint: str, given: dict[str, Any]) -> Seen:
        """Give all that can be seen of an endpoint's answer, but for its address."""
        return seen_of(self.app, answer, *(self.address(endpoint, given, lang) for lang in ("en", "fr")))

    def methods(self, endpoint: str) -> list[str]:
        """Name the methods that an endpoint answers, of reading and sending."""
        return [one for one in ("GET", "POST") if one in (self.rules[endpoint].methods or ())]


def lines() -> list[tuple[str, str, list[str]]]:
    """Read the table: endpoint, place, one cell for each kind of visitor."""
    blueprint, found = "", []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        words = line.split()
        if line.startswith("["):
            blueprint = line.strip("[] ")
        elif words and not line.startswith("#"):
            found.append((f"{blueprint}.{words[0]}", words[1], words[2:]))
    return found
