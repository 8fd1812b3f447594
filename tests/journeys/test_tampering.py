"""Whoever holds a head of the log finds every change made to it since, by whatever means; and what nobody can find."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.core import audit
from app.core.audit import PARTIES, Event, Subject, public_form
from app.core.commitments import commit
from app.core.db import db, transaction
from app.jobs import publish_head
from app.verify import BROKEN, STANDS, UNREADABLE, main
from tests.factories import make_department, make_opportunity, make_staff

EVENTS, EARLY = 9, 12
OCID = "ocds-devex0-1"


def write(first: int, count: int = EVENTS) -> None:
    """Write some events, every third of them sealed."""
    for number in range(first, first + count):
        with transaction() as at:
            audience = PARTIES if number % 3 == 0 else audit.PUBLIC
            audit.record(
                "test.done", Subject("test", number, OCID), by=audit.CLOCK, at=at, audience=audience, number=number
            )


def unguarded(*statements: str) -> None:
    """Change the log with the database's own tools, its guards taken away."""
    db.session.rollback()
    with db.engine.begin() as connection:
        if db.engine.dialect.name == "postgresql":
            connection.execute(text("set local session_replication_role = replica"))
        else:
            guards = connection.execute(text("select name, sql from sqlite_master where type = 'trigger'")).all()
            for guard in guards:
                connection.execute(text(f"drop trigger {guard.name}"))
        for statement in statements:
            connection.exec_driver_sql(statement)
        if db.engine.dialect.name == "sqlite":
            for guard in guards:
                connection.exec_driver_sql(guard.sql)


def taken_back(size: int = EARLY, events: int = EVENTS) -> None:
    """Take the tree back to an earlier size, as an operator who holds the key could."""
    unguarded(
        f"delete from log_leaf where number >= {size}",
        *(f"delete from log_node where level = {level} and (place + 1) * {1 << level} > {size}" for level in range(6)),
        f"delete from log_head where size > {size}",
        f"update cursor set number = {events} where name = 'tree'",
    )


class Outsider:
    """Somebody who kept a head, and checks what the exchange shows later."""

    def __init__(self, client: FlaskClient, folder: Path) -> None:
        self.client, self.folder = client, folder
        self.key = client.get("/log/keys").text.splitlines()[0]

    def keep(self, name: str) -> None:
        """Keep the head of now."""
        (self.folder / name).write_text(self.client.get("/log/checkpoint").text, encoding="utf-8")

    def check(self, *heads: str, language: str = "en") -> Result:
        """Download the log and check it against the heads that are held."""
        (self.folder / "entries.jsonl").write_bytes(self.client.get("/log/entries.jsonl").data)
        held = [part for name in heads for part in ("--head", str(self.folder / name))]
        asked = ["log", str(self.folder / "entries.jsonl"), "--key", self.key, "--lang", language, *held]
        return CliRunner().invoke(main, asked)


@pytest.fixture
def outsider(client: FlaskClient, tmp_path: Path) -> Outsider:
    """An outsider who kept `early`; the log went on, and `late` was kept too."""
    department = make_department()
    make_opportunity(department, make_staff("buyer", department), number=1, ocid=OCID, state="open")
    write(1)
    publish_head()
    held = Outsider(client, tmp_path)
    held.keep("early")
    write(1 + EVENTS)
    publish_head()
    held.keep("late")
    return held


def test_an_untouched_log_agrees_with_every_head(outsider: Outsider) -> None:
    found = outsider.check("early", "late")
    assert (found.exit_code, found.stdout) == (STANDS, "Everything agrees: 24 entries, 3 heads.\n")


def test_a_log_whose_heads_two_keys_signed_agrees_with_both(outsider: Outsider) -> None:
    db.session.rollback()
    outsider.client.application.test_cli_runner().invoke(args=["renew-signature-key"])
    publish_head()
    newer, older = outsider.client.get("/log/keys").text.split()
    assert (outsider.key, outsider.check("early").exit_code) == (older, BROKEN)
    asked = ["log", str(outsider.folder / "entries.jsonl"), "--head", str(outsider.folder / "early")]
    checks = [CliRunner().invoke(main, [*asked, *keys]) for keys in ([], ["--key", newer, "--key", older])]
    assert [one.exit_code for one in checks] == [STANDS, STANDS]
    assert [key in checks[0].stderr for key in (newer, older)] == [True, True]


def changed(number: int) -> None:
    """Write an event anew, with the fingerprint that fits."""
    event = db.session.scalars(select(Event).where(Event.subject_id == number)).one()
    facts = {**public_form(event), "actor": "nobody"}
    unguarded(
        f"update event set actor_name = 'nobody', commitment = '{commit(event.salt, facts).hex()}' "
        f"where subject_id = {number}"
    )


def deleted(number: int) -> None:
    """Take an event out of the log."""
    there = f"(select id from event where subject_id = {number})"
    unguarded(f"delete from event_number where event_id = {there}", f"delete from event where subject_id = {number}")


def swapped(one: int, other: int) -> None:
    """Let two events change places in the sequence."""
    unguarded(
        f"update event_number set number = -{one} where number = {one}",
        f"update event_number set number = {one} where number = {other}",
        f"update event_number set number = {other} where number = -{one}",
    )


def put_in() -> None:
    """Write an event now, and give it a place among the first."""
    write(99, 1)
    with transaction():
        audit.number_events()
    unguarded(
        "update event_number set number = -number where number >= 5",
        f"update event_number set number = 5 where number = -{2 * EVENTS + 1}",
        "update event_number set number = 1 - number where number < 0",
    )


CHANGES: dict[str, Callable[[], None]] = {
    "edited": lambda: changed(2),
    "sealed and edited": lambda: changed(3),
    "deleted": lambda: deleted(2),
    "swapped": lambda: swapped(2, 4),
    "put in": put_in,
}
"""What can be done to an event that the early head holds."""


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_found_though_the_tree_was_made_anew_and_signed(outsider: Outsider, change: str) -> None:
    CHANGES[change]()
    taken_back(0, 0)
    publish_head()
    found = outsider.check("early", "late")
    assert found.exit_code == BROKEN
    assert [str(outsider.folder / name) in found.output for name in ("early", "late")] == [True, True]


def test_an_edited_event_is_found_without_any_head(outsider: Outsider) -> None:
    unguarded("update event set actor_name = 'nobody' where subject_id = 2")
    found = outsider.check()
    assert (found.exit_code, "another event" in found.output) == (BROKEN, True)


def test_what_was_put_into_the_tree_itself_is_found(outsider: Outsider) -> None:
    unguarded(f"update log_leaf set commitment = '{'ab' * 32}' where number = 2")
    assert outsider.check().exit_code == BROKEN


def test_a_tail_cut_off_and_an_old_copy_put_back_are_found(outsider: Outsider) -> None:
    for number in range(EVENTS + 1, 2 * EVENTS + 1):
        deleted(number)
    taken_back()
    assert outsider.check("early").exit_code == STANDS
    found = outsider.check("early", "late")
    assert (found.exit_code, "was cut" in found.output) == (BROKEN, True)


def test_an_event_dated_back_is_found_by_a_head_that_does_not_know_it(outsider: Outsider) -> None:
    with transaction() as at:
        audit.record("test.done", Subject("test", 77, OCID), by=audit.CLOCK, at=at.replace(year=2025), number=77)
    publish_head()
    found = outsider.check("late")
    assert (found.exit_code, "dated back" in found.output) == (BROKEN, True)
    assert "antidatée" in outsider.check("late", language="fr").output


def test_two_minutes_back_are_too_many(outsider: Outsider) -> None:
    with transaction() as at:
        audit.record("test.done", Subject("test", 78, OCID), by=audit.CLOCK, at=at - timedelta(minutes=2), number=78)
    publish_head()
    assert "dated back" in outsider.check("late").output


def test_what_lies_after_the_last_head_that_is_held_cannot_be_found(outsider: Outsider) -> None:
    changed(2 * EVENTS - 1)
    taken_back()
    publish_head()
    assert outsider.check("early").exit_code == STANDS
    assert outsider.check("late").exit_code == BROKEN


def test_a_head_signed_by_another_key_is_refused(outsider: Outsider, tmp_path: Path) -> None:
    forged = (tmp_path / "late").read_text(encoding="utf-8").replace("24\n", "20\n", 1)
    (tmp_path / "forged").write_text(forged, encoding="utf-8")
    found = outsider.check("forged")
    assert (found.exit_code, "not signed" in found.output) == (BROKEN, True)


@pytest.mark.parametrize("content", ["", "{}", "[1, 2]\n{}", "not JSON", '{"checkpoint": 1, "keys": []}'])
def test_what_is_no_log_is_refused_in_a_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / "x").write_text(content, encoding="utf-8")
    found = CliRunner().invoke(main, ["log", str(tmp_path / "x")])
    assert (found.exit_code, found.exception is None or isinstance(found.exception, SystemExit)) == (UNREADABLE, True)


def test_proofs_are_served_for_what_is_published_and_nothing_else(outsider: Outsider) -> None:
    client = outsider.client
    answers = [
        client.get(f"/log/{asked}").status_code
        for asked in (
            "inclusion?index=3&size=12", "inclusion?index=23", "consistency?first=12", "inclusion?index=24",
            "inclusion?index=-1", "consistency?first=20&second=12", "consistency?first=0", "inclusion?size=25",
        )
    ]  # fmt: skip
    assert answers == [200, 200, 200, 404, 404, 404, 404, 404]
    assert len(json.loads(client.get("/log/inclusion?index=3&size=12").text)["proof"]) == 4


def test_a_story_stands_until_it_is_altered(outsider: Outsider) -> None:
    story = story_of(outsider)
    assert (story.exit_code, "Everything agrees" in story.output) == (STANDS, True)
    assert "This story stands" in outsider.client.get("/en/opportunities/1/story/check").text
    unguarded("update event set actor_name = 'nobody' where subject_id = 2")
    assert story_of(outsider).exit_code == BROKEN
    assert "Cette histoire a été modifiée" in outsider.client.get("/fr/defis/1/histoire/verifier").text


@pytest.mark.parametrize("change", CHANGES)
def test_a_story_told_anew_with_a_tree_made_anew_and_signed_does_not_follow_the_heads(
    outsider: Outsider, change: str
) -> None:
    CHANGES[change]()
    taken_back(0, 0)
    publish_head()
    write(50)
    publish_head()
    for name in ("early", "late"):
        found = story_of(outsider, name)
        assert (found.exit_code, "was altered" in found.output) == (BROKEN, True)


def test_a_story_shows_how_the_log_grew_from_a_head_of_any_size_when_it_is_asked(outsider: Outsider) -> None:
    assert story_of(outsider, "early").exit_code == STANDS
    found = story_of(outsider, "early", since="")
    assert (found.exit_code, "since=12" in found.output) == (BROKEN, True)
    taken_back()
    assert "was cut" in story_of(outsider, "late", since="24").output


def test_a_story_without_words_or_events_does_not_agree(outsider: Outsider) -> None:
    file = outsider.folder / "story.json"
    told = json.loads(outsider.client.get("/opportunities/1/story.json").data)
    wordless = [{key: value for key, value in one.items() if key != "event"} for one in told["events"]]
    for events in ([], wordless):
        file.write_text(json.dumps({**told, "events": events}), encoding="utf-8")
        assert CliRunner().invoke(main, ["story", str(file), "--key", outsider.key]).exit_code == BROKEN


def test_entries_added_to_a_downloaded_log_agree_with_no_head(outsider: Outsider) -> None:
    outsider.check()
    file = outsider.folder / "entries.jsonl"
    with file.open("a", encoding="utf-8") as log:
        log.write(json.dumps({"index": 24, "commitment": "ab" * 32}) + "\n")
    found = CliRunner().invoke(main, ["log", str(file), "--key", outsider.key])
    assert (found.exit_code, "from 24 on" in found.output) == (BROKEN, True)


def story_of(outsider: Outsider, head: str = "late", since: str | None = None) -> Result:
    """Download a story with its proofs and check it against a head that is held."""
    file, held = outsider.folder / "story.json", outsider.folder / head
    size = held.read_text(encoding="utf-8").splitlines()[1] if since is None else since
    file.write_bytes(outsider.client.get(f"/opportunities/1/story.json?since={size}").data)
    return CliRunner().invoke(main, ["story", str(file), "--head", str(held), "--key", outsider.key])


def test_without_a_head_the_page_says_when_there_will_be_one(client: FlaskClient) -> None:
    assert "within five minutes" in client.get("/en/log").text
    assert client.get("/log/checkpoint").status_code == 404
