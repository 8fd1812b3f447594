"""A receipt is checked without the exchange: from the author's own copy, the signed note and a known key."""

import copy as copies
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from app.core.audit import PUBLIC, Event
from app.core.db import db
from app.core.outbox import Notification
from app.core.signing import signatures
from app.verify import BROKEN, STANDS, main
from proposals import queries
from tests.conftest import NOON, Travel
from tests.proposals.story import make_story, priced_plan

Copy = dict[str, Any]


@pytest.fixture
def copy(app: Flask, travel: Travel) -> Copy:
    """The author's own copy of a proposal that was received."""
    story = make_story(**priced_plan())
    return queries.own_copy(story.submitted(), story.robin)


@pytest.fixture
def check(copy: Copy, tmp_path: Path) -> Callable[..., Result]:
    """Check a copy with the key that the exchange published then."""
    key = signatures.verifiers()[-1]

    def checked(told: Copy, *more: str) -> Result:
        (tmp_path / "copy.json").write_text(json.dumps(told), encoding="utf-8")
        return CliRunner().invoke(main, ["receipt", str(tmp_path / "copy.json"), "--key", key, *more])

    return checked


def test_the_receipt_agrees_with_what_was_received(copy: Copy, check: Callable[..., Result]) -> None:
    found = check(copy)
    assert (found.exit_code, copy["received"]["digest"] in found.output) == (STANDS, True)
    assert "2026-06-10T16:00:00.000000Z" in copy["received"]["receipt"]


def test_the_receipt_that_came_by_mail_does_as_well(copy: Copy, check: Callable[..., Result], tmp_path: Path) -> None:
    body = db.session.scalars(select(Notification.body)).one()
    note = next(part for part in body.split("```\n") if "sha256" in part)
    (tmp_path / "mail.txt").write_text(note, encoding="utf-8")
    assert check(copy, "--receipt", str(tmp_path / "mail.txt")).exit_code == STANDS


def test_it_still_agrees_after_other_keys_sign(app: Flask, copy: Copy, check: Callable[..., Result]) -> None:
    for number in (2, 3):
        db.session.rollback()
        done = app.test_cli_runner().invoke(args=["renew-signature-key"])
        newest, *older = signatures.verifiers()
        assert (done.exit_code, newest in done.output, "/log/keys" in done.output) == (0, True, True)
        assert (len({newest, *older}), older[-1]) == (number, copy["received"]["keys"][0])
        assert signatures.signer(NOON).verifier == newest
    assert check(copy).exit_code == STANDS
    told = db.session.scalars(select(Event).filter_by(action="exchange.renew_signature_key").order_by(Event.id))
    assert [(one.actor_name, one.audience, one.facts["key"]) for one in told] == [
        ("operator", PUBLIC, key) for key in reversed(signatures.verifiers()[:-1])
    ]


@pytest.mark.parametrize(("language", "said"), [("en", "a file of its own"), ("fr", "un fichier distinct")])
def test_a_copy_from_before_submitting_asks_for_the_receipt(
    copy: Copy, check: Callable[..., Result], tmp_path: Path, language: str, said: str
) -> None:
    told = copies.deepcopy(copy)
    (tmp_path / "receipt.txt").write_text(told["received"]["receipt"], encoding="utf-8")
    told["received"]["receipt"] = ""
    found = check(told, "--lang", language)
    assert (found.exit_code, said in found.output, "--receipt F" in found.output) == (BROKEN, True, True)
    assert check(told, "--receipt", str(tmp_path / "receipt.txt")).exit_code == STANDS


@pytest.mark.parametrize("part", ["price", "salt", "answer", "time", "digest", "file"])
def test_anything_else_is_refused(copy: Copy, check: Callable[..., Result], tmp_path: Path, part: str) -> None:
    told = copies.deepcopy(copy)
    received = told["received"]
    (tmp_path / "strange.txt").write_text("strange", encoding="utf-8")
    if part == "price":
        received["content"]["price_cents"] += 1
    elif part == "salt":
        received["salt"] = "00" * 32
    elif part == "answer":
        received["content"]["answers"].popitem()
    elif part == "time":
        received["receipt"] = received["receipt"].replace("T16:", "T15:")
    elif part == "digest":
        received["receipt"] = received["receipt"].replace(received["digest"], "00" * 32)
    found = check(told, *(("--with-file", str(tmp_path / "strange.txt")) if part == "file" else ()))
    assert found.exit_code == BROKEN


def test_nothing_was_received_yet(app: Flask, travel: Travel, tmp_path: Path) -> None:
    story = make_story()
    draft = queries.own_copy(story.start(), story.robin)
    (tmp_path / "copy.json").write_text(json.dumps(draft), encoding="utf-8")
    found = CliRunner().invoke(main, ["receipt", str(tmp_path / "copy.json"), "--key", "x"])
    assert (found.exit_code, "no receipt" in found.output) == (BROKEN, True)
