"""Notices from GitHub: only a signed one that tells of a merge changes anything, and once."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core.db import db
from app.core.outbox import Notification
from contracts.models import Evidence, GitHubNotice
from tests.contracts.github_server import MERGED, PULL
from tests.contracts.people import NOON, Cast, active, delivered

SECRET = "a secret of sixteen and more"
REPOSITORY = {"full_name": "Example/Gauges"}
NOTICE = {"action": "closed", "pull_request": MERGED, "repository": REPOSITORY}
AFTER = NOON + timedelta(days=3)


@pytest.fixture
def client(
    app: Flask, travel: Callable[[datetime | timedelta], datetime], monkeypatch: pytest.MonkeyPatch
) -> FlaskClient:
    """A stranger's client; pull request 7 of example/gauges was given as evidence."""
    travel(NOON)
    monkeypatch.setitem(app.extensions, "devex", replace(app.extensions["devex"], github_webhook_secret=SECRET))
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)  # noqa: FBT003
    cast = Cast()
    delivered(cast, active(cast).milestones[0])
    travel(AFTER)
    return app.test_client()


def send(
    client: FlaskClient, notice: Any, *, number: str = "d-1", event: str = "pull_request", **headers: str
) -> TestResponse:
    body = notice if isinstance(notice, bytes) else json.dumps(notice).encode()
    signature = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    whole = {"X-Hub-Signature-256": signature, "X-GitHub-Event": event, "X-GitHub-Delivery": number}
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/webhooks/github", data=body, content_type="application/json", headers={**whole, **given})


def stands() -> tuple[str, str, int, int]:
    """Give the state and who merged, how often the buyer was told, and how many notices were read."""
    db.session.rollback()
    row = db.session.scalars(select(Evidence)).one()
    told = db.session.scalars(select(Notification).where(Notification.kind == "contracts/merged")).all()
    return row.outcome, row.person, len(told), len(db.session.scalars(select(GitHubNotice)).all())


UNTOUCHED = ("", "", 0, 0)


def test_a_merge_is_kept_and_the_buyer_told_once(client: FlaskClient) -> None:
    assert [send(client, NOTICE).get_data(as_text=True) for _twice in range(2)] == ["Taken.\n", "Taken before.\n"]
    assert stands() == ("merged", "hubot", 1, 1)
    assert send(client, NOTICE, number="d-2").status_code == 200
    assert stands() == ("merged", "hubot", 1, 2)


def test_an_old_notice_takes_no_merge_back(client: FlaskClient) -> None:
    send(client, NOTICE)
    send(client, {**NOTICE, "pull_request": {**PULL, "state": "closed"}}, number="d-0")
    assert stands()[0] == "merged"


@pytest.mark.parametrize("signature", ["", "sha256=", "sha1=abc", "sha256=" + "0" * 64, "sha256=é"])
def test_an_unsigned_notice_changes_nothing(client: FlaskClient, signature: str) -> None:
    assert send(client, NOTICE, X_Hub_Signature_256=signature).status_code == 401
    assert stands() == UNTOUCHED


@pytest.mark.parametrize(
    ("notice", "event", "status"),
    [
        (NOTICE, "issues", 200),
        ({**NOTICE, "action": "opened"}, "pull_request", 200),
        ({**NOTICE, "pull_request": PULL}, "pull_request", 200),
        ({**NOTICE, "repository": {"full_name": "../../x"}}, "pull_request", 200),
        ({"action": "closed"}, "pull_request", 200),
        ({"zen": "Keep it plain."}, "ping", 200),
        (b"[]", "pull_request", 400),
        (b"{", "pull_request", 400),
        (b"\xff", "pull_request", 400),
        (b"x" * (1024 * 1024 + 1), "pull_request", 413),
    ],
)
def test_what_tells_of_no_merge_changes_nothing(client: FlaskClient, notice: Any, event: str, status: int) -> None:
    assert send(client, notice, event=event).status_code == status
    assert stands() == UNTOUCHED


def test_another_repository_changes_nothing(client: FlaskClient) -> None:
    assert send(client, {**NOTICE, "repository": {"full_name": "example/other"}}).status_code == 200
    assert stands() == ("", "", 0, 1)


def test_without_a_secret_there_is_nothing_at_the_address(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "devex", replace(app.extensions["devex"], github_webhook_secret=""))
    assert send(client, NOTICE).status_code == 404
    assert stands() == UNTOUCHED
