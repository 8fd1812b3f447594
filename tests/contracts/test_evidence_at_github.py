"""The same questions put to a GitHub that others wrote: what it tells is read, and what it signs is believed."""

import base64
import json
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.config import GitHub
from app.core import clock
from app.core.db import db
from contracts import actions
from contracts.evidence import Address
from contracts.github_evidence import GitHubEvidence
from contracts.models import Evidence
from tests.contracts.people import Cast, active

FAKE = Path(__file__).parents[1] / "browser" / "github_fake.mjs"
SECRET = "a secret of sixteen and more"
SEED = {
    "users": [{"login": "mona", "name": "Mona"}],
    "repos": [{"owner": "mona", "name": "gauges", "auto_init": True}],
    "oauth_apps": [{"client_id": "id", "client_secret": "secret", "name": "x", "redirect_uris": ["http://127.0.0.1/"]}],
    "tokens": {"t0ken": {"login": "mona", "scopes": ["repo"]}},
}
Travel = Callable[[datetime | timedelta], datetime]


class Repository:
    """A repository at the fake, as its owner works with it."""

    def __init__(self, address: str) -> None:
        self.address, self.host = address, address.removeprefix("http://")
        self.source = GitHubEvidence(address, address, "id", "secret")

    def ask(self, method: str, path: str, **values: Any) -> Any:
        answer = requests.request(
            method,
            f"{self.address}/repos/mona/gauges/{path}",
            json=values,
            headers={"Authorization": "Bearer t0ken"},
            timeout=5,
        )
        assert answer.ok, answer.text
        return answer.json()

    def propose(self, branch: str) -> int:
        sha = self.ask("GET", "git/ref/heads/main")["object"]["sha"]
        self.ask("POST", "git/refs", ref=f"refs/heads/{branch}", sha=sha)
        content = base64.b64encode(branch.encode()).decode()
        self.ask("PUT", f"contents/{branch}.txt", message="Draw", content=content, branch=branch)
        return int(self.ask("POST", "pulls", title="Draw the map", head=branch, base="main")["number"])

    def found(self, kind: str, reference: object) -> tuple[bool, str, str, str]:
        it = self.source.look_up(Address(self.host, kind, "mona/gauges", str(reference)))
        return it.exists, it.state, it.title, it.by


@pytest.fixture(scope="module")
def repository() -> Iterator[Repository]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["node", str(FAKE), str(port), json.dumps(SEED)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address, "GitHub's fake did not start: is node there, and was `npm ci` run?"
        yield Repository(address)
        process.terminate()


def test_each_kind_of_thing_is_found_as_it_is(repository: Repository) -> None:
    number = repository.propose("map")
    sha = repository.ask("GET", "git/ref/heads/map")["object"]["sha"]
    issue = repository.ask("POST", "issues", title="Legend")["number"]
    repository.ask("POST", "releases", tag_name="v1/a", name="One")
    assert repository.found("pull_request", number) == (True, "open", "Draw the map", "mona")
    assert repository.found("commit", sha)[:3] == (True, "", "Draw")
    assert repository.found("issue", issue) == (True, "open", "Legend", "mona")
    assert repository.found("release", "v1/a") == (True, "published", "One", "mona")
    assert repository.found("pull_request", 999) == (False, "", "", "")


def test_a_merge_that_it_signs_is_kept(
    app: Flask, repository: Repository, travel: Travel, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    travel(datetime.now(UTC))
    known = GitHub("id", "secret", repository.address, repository.address)
    settings = replace(app.extensions["devex"], github=known, github_webhook_secret=SECRET)
    monkeypatch.setitem(app.extensions, "devex", settings)
    cast = Cast()
    number = repository.propose("legend")
    link = f"{repository.address}/mona/gauges/pull/{number}"
    actions.deliver(active(cast).milestones[0], "The map.", [link], [], by=cast.developer, at=clock.now())
    db.session.commit()
    assert actions.look_up_due(repository.source) == 1
    assert db.session.scalars(select(Evidence.outcome)).all() == ["open"]
    for headers, body in notices_of(repository, number):
        assert client.post("/webhooks/github", data=body, headers=headers).status_code == 200
    db.session.rollback()
    assert db.session.scalars(select(Evidence.outcome)).all() == ["merged"]


def notices_of(repository: Repository, number: int) -> list[tuple[dict[str, str], bytes]]:
    """Merge, and catch what the fake sends of it."""
    caught: list[tuple[dict[str, str], bytes]] = []
    merged = Event()

    class Sink(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            caught.append(({name: value for name, value in self.headers.items() if name.startswith("X-")}, body))
            self.send_response(200)
            self.end_headers()
            if b'"closed"' in body:
                merged.set()

        def log_message(self, *words: Any) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Sink) as sink:
        Thread(target=sink.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        config = {"url": f"http://127.0.0.1:{sink.server_address[1]}/", "content_type": "json", "secret": SECRET}
        repository.ask("POST", "hooks", name="web", config=config, events=["pull_request"], active=True)
        repository.ask("PUT", f"pulls/{number}/merge")
        assert merged.wait(10)
        sink.shutdown()
    return caught
