"""What a link names, what GitHub says of it, and what becomes of that on a delivery."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import select

from app.config import GitHub
from app.core import clock
from app.core.audit import Event
from app.core.db import db
from app.core.errors import NotAllowed, NotNow
from app.core.outbox import Notification
from auth.models import User
from contracts import actions
from contracts.evidence import Address, NoAnswer, Snapshot, parse, read, seems, wait
from contracts.models import Evidence, Milestone
from tests.contracts.github_server import MERGED, PULL, Server, serving
from tests.contracts.people import NOON, Cast, active

HOME = "https://github.com/Example/gauges"
SIGN = "/api/repos/example/gauges/pulls/7"


@pytest.mark.parametrize(
    ("link", "kind", "reference"),
    [
        (f"{HOME}/pull/7", "pull_request", "7"),
        (f"{HOME}/pull/7/files#diff", "pull_request", "7"),
        (f"{HOME}/issues/12", "issue", "12"),
        (f"{HOME}/commit/1a2b3c4", "commit", "1a2b3c4"),
        (f"{HOME}/releases/tag/v1.0%2Fbeta", "release", "v1.0/beta"),
    ],
)
def test_an_address_names_a_thing_in_a_repository(link: str, kind: str, reference: str) -> None:
    assert parse(link) == Address("github.com", kind, "example/gauges", reference)


@pytest.mark.parametrize(
    "link",
    [
        HOME,
        f"{HOME}/pull/",
        f"{HOME}/pull/x",
        f"{HOME}/commit/xyz",
        f"{HOME}/releases",
        f"{HOME}/releases/tag/..",
        "https://github.com/example/../pull/7",
        "https://github.com/../gauges/pull/7",
        "https://github.com/ex%2fample/gauges/pull/7",
        "https://gitlab.example/group/sub/project/-/merge_requests/3",
    ],
)
def test_what_names_nothing_is_not_asked_about(link: str) -> None:
    assert parse(link) is None


@given(some.text(max_size=40), some.sampled_from(["pull", "commit", "issues", "releases/tag"]))
def test_no_address_leads_the_question_out_of_its_repository(text: str, part: str) -> None:
    try:
        found = parse(f"https://github.com/a/b/{part}/{text}")
    except ValueError:
        return
    if found is not None:
        assert found.path.startswith("repos/a/b/")
        assert (found.path.count("/"), ".." in found.path.split("/")) == (4 + (part == "releases/tag"), False)


def test_a_link_elsewhere_still_says_what_it_seems() -> None:
    assert [seems(f"https://gitlab.example/a/b/{part}") for part in ("merge_requests/3", "x")] == [
        "pull_request",
        "link",
    ]


def test_each_kind_is_read_from_what_github_tells() -> None:
    who, day = {"login": "mona"}, datetime(2026, 7, 1, tzinfo=UTC)
    commit = {"message": "Draw\n\nmore", "author": {"name": "Mona"}, "committer": {"date": "2026-07-01T00:00:00Z"}}
    release = {"name": "", "tag_name": "v1", "author": who, "published_at": "2026-07-01T00:00:00Z", "draft": False}
    issue = {"title": "Wrong\x00 map", "state": "open", "user": who, "created_at": "2026-07-01T00:00:00Z"}
    assert read("commit", {"commit": commit, "author": None}) == Snapshot("", "Draw", "Mona", day)
    assert read("release", release) == Snapshot("published", "v1", "mona", day)
    assert read("issue", issue) == Snapshot("open", "Wrong map", "mona", day)
    assert read("pull_request", MERGED) == Snapshot(
        "merged", "Draw the map", "hubot", datetime(2026, 7, 22, 10, tzinfo=UTC)
    )
    for broken in ({}, {**PULL, "user": None, "title": None}, {**PULL, "created_at": "2026-07-01T00:00:00"}):
        with pytest.raises(NoAnswer):
            read("pull_request", broken)


def test_the_wait_doubles_up_to_six_hours() -> None:
    assert [wait(tries) for tries in (0, 1, 4, 50)] == [
        timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=16), timedelta(hours=6),
    ]  # fmt: skip


@pytest.fixture
def github() -> Iterator[Server]:
    with serving() as server:
        yield server


def asked(github: Server, path: str) -> Address:
    return Address(github.host, "pull_request", "example/gauges", path)


def test_only_the_configured_host_is_asked(github: Server) -> None:
    with pytest.raises(NoAnswer):
        github.source().look_up(Address("169.254.169.254", "pull_request", "example/gauges", "7"))
    assert github.asked == []


def test_a_redirect_is_followed_once_within_the_api_and_nowhere_else(github: Server) -> None:
    github.say(SIGN, {}, 301, Location="/api/repositories/5/pulls/7")
    github.say("/api/repositories/5/pulls/7", PULL)
    assert github.source().look_up(asked(github, "7")).title == "Draw the map"
    for elsewhere in ("http://127.0.0.1:1/api/x", "/outside", "/api/repositories/6"):
        github.say(SIGN, {}, 301, Location=elsewhere)
        github.say("/api/repositories/6", {}, 301, Location=SIGN)
        github.asked.clear()
        with pytest.raises(NoAnswer):
            github.source().look_up(asked(github, "7"))
        assert len(github.asked) <= 2
    assert "/outside" not in [path for path, _who in github.asked]


def test_missing_or_private_is_not_found(github: Server) -> None:
    for status in (404, 410, 422, 451):
        github.say(SIGN, {}, status)
        assert github.source().look_up(asked(github, "7")) == Snapshot(exists=False)


@pytest.mark.parametrize("status", [401, 403, 429, 500, 502, 503])
def test_whatever_else_github_says_is_no_answer(github: Server, status: int) -> None:
    github.say(SIGN, {}, status, Retry_After="90")
    with pytest.raises(NoAnswer) as silence:
        github.source().look_up(asked(github, "7"))
    assert silence.value.wait == timedelta(seconds=90)


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b'{"title": 3}'])
def test_an_answer_that_cannot_be_read_is_no_answer(github: Server, body: bytes) -> None:
    github.say(SIGN, body)
    with pytest.raises(NoAnswer):
        github.source().look_up(asked(github, "7"))


def test_a_server_that_is_away_is_no_answer() -> None:
    with serving() as server:
        source = server.source()
        address = asked(server, "7")
    with pytest.raises(NoAnswer):
        source.look_up(address)


Travel = Callable[[datetime | timedelta], datetime]
SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def cast(app: Flask, travel: Travel) -> Cast:
    travel(NOON)
    return Cast()


def shown(cast: Cast, github: Server, *links: str) -> Milestone:
    """Deliver with links to the server's own host."""
    milestone = active(cast).milestones[0]
    whole = [f"{github.address}/Example/gauges/{link}" for link in links]
    actions.deliver(milestone, "The map.", whole, [], by=cast.developer, at=clock.now())
    db.session.commit()
    return milestone


def kept() -> Evidence:
    db.session.rollback()
    return db.session.scalars(select(Evidence)).one()


def told() -> list[tuple[int | None, str]]:
    rows = select(Notification.recipient_id, Notification.kind).where(Notification.kind == "contracts/merged")
    return [(number, kind) for number, kind in db.session.execute(rows)]


def test_the_worker_keeps_what_it_found_and_asks_again_when_wanted(cast: Cast, github: Server, travel: Travel) -> None:
    milestone = shown(cast, github, "pull/7")
    github.say(SIGN, PULL)
    assert actions.look_up_due(github.source()) == 1
    assert (kept().standing, kept().outcome, kept().title, kept().person) == ("found", "open", "Draw the map", "mona")
    assert actions.look_up_due(github.source()) == 0
    with pytest.raises(NotAllowed):
        actions.check_again(milestone, by=cast.stranger, at=clock.now())
    with pytest.raises(NotNow):
        actions.check_again(milestone, by=cast.buyer, at=clock.now())
    travel(NOON + timedelta(days=3))
    github.say(SIGN, MERGED)
    for _twice in range(2):
        actions.check_again(kept().delivery.milestone, by=cast.buyer, at=clock.now())
        db.session.commit()
        assert actions.look_up_due(github.source()) == 1
        assert kept().outcome == "merged"
        travel(NOON + timedelta(days=4))
    assert told() == [(cast.buyer.id, "contracts/merged")]


def test_silence_keeps_what_was_known_and_tries_again_later(cast: Cast, github: Server, travel: Travel) -> None:
    shown(cast, github, "pull/7")
    github.say(SIGN, {}, 503)
    assert [actions.look_up_due(github.source()) for _round in range(2)] == [1, 0]
    assert (kept().standing, kept().tries, kept().leased_until) == ("unchecked", 1, None)
    travel(NOON + timedelta(minutes=2))
    github.say(SIGN, PULL)
    assert actions.look_up_due(github.source()) == 1
    assert (kept().standing, kept().tries, kept().due_at) == ("found", 0, None)


def test_without_github_nothing_is_asked_and_the_page_says_so(
    cast: Cast, github: Server, sign_in: SignIn, client: FlaskClient
) -> None:
    shown(cast, github, "pull/7", "commit/1a2b3c4", "wiki")
    assert actions.look_up_due(None) == 0
    page = client.get("/en/contracts/1/milestones/1").get_data(as_text=True)
    assert "not connected to GitHub" in page
    assert "Not checked yet" not in page
    assert "Check the links again" not in sign_in(cast.buyer).get("/en/contracts/1/milestones/1").get_data(as_text=True)


def test_the_page_says_what_github_said(
    app: Flask, cast: Cast, github: Server, sign_in: SignIn, travel: Travel, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = GitHub("id", "secret", github.address, f"{github.address}/api")
    monkeypatch.setitem(app.extensions, "devex", replace(app.extensions["devex"], github=known))
    shown(cast, github, "pull/7", "commit/1a2b3c4", "wiki")
    browser, here = sign_in(cast.buyer), "/en/contracts/1/milestones/1"
    assert browser.get(here).get_data(as_text=True).count("Not checked yet. GitHub is asked in a moment.") == 2
    github.say(SIGN, MERGED)
    assert actions.look_up_due(github.source()) == 2
    page = browser.get(here).get_data(as_text=True)
    assert "Merged by hubot on 22\u00a0July 2026." in page
    assert "Not found: GitHub shows nothing here, or keeps it private." in page
    assert "Fusionnée par hubot" in browser.get("/fr/contrats/1/jalons/1").get_data(as_text=True)
    assert browser.post(f"{here}/check-links").status_code == 409
    travel(NOON + timedelta(days=3))
    assert browser.post(f"{here}/check-links").status_code == 303
    assert browser.get(here).get_data(as_text=True).count("Checked on") == 2


def test_no_event_says_more_than_the_link(cast: Cast, github: Server, travel: Travel) -> None:
    shown(cast, github, "pull/7")
    github.say(SIGN, {**MERGED, "merged_at": (NOON + timedelta(hours=1)).isoformat()})
    travel(NOON + timedelta(hours=2))
    actions.look_up_due(github.source())
    event = db.session.scalars(select(Event).where(Event.action == "milestone.merge")).one()
    assert event.facts == {"position": 1, "link": f"{github.address}/Example/gauges/pull/7"}
