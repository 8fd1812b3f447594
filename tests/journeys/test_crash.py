"""Killed at any moment, the exchange keeps what it promised: every receipt that was shown holds."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select, text

from app.core.audit import Event
from app.core.db import db
from app.core.outbox import Notification
from proposals import queries, seal
from proposals.models import Proposal, Submission
from tests.factories import make_department, make_opportunity, make_staff
from tests.journeys import story

ROOT = Path(__file__).parents[2]
ROUNDS, AT_ONCE = 2, 5
FAR = datetime(2099, 6, 24, 18, 0, tzinfo=UTC)


def killed_while_submitting(settings: dict[str, str], number: int, turn: int) -> list[str]:
    """Run several programs that submit, and kill each at a moment of its own; give the receipts that they showed."""
    environment = {**os.environ, **settings, "PYTHONPATH": str(ROOT)}
    chance = random.Random(turn)
    programs = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.submitting", str(number), f"writer{turn}{place}"],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True,
        )
        for place in range(AT_ONCE)
    ]  # fmt: skip
    shown: list[str] = []
    for program in programs:
        assert program.stdout is not None
        shown.append(program.stdout.readline())
        time.sleep(chance.uniform(0.0, 0.3))
        program.send_signal(signal.SIGKILL)
        shown += program.stdout.read().splitlines()
        program.wait()
        program.stdout.close()
    return [receipt.strip() for receipt in shown if receipt.count(" ") == 2]


def test_every_receipt_shown_holds_after_ten_kills(app: Flask, settings: dict[str, str]) -> None:
    department = make_department()
    opportunity = make_opportunity(
        department, make_staff("buyer", department), closing_at=FAR, questions_until=FAR, state="open"
    )
    number = opportunity.number
    db.session.remove()
    shown = [receipt for turn in range(ROUNDS) for receipt in killed_while_submitting(settings, number, turn)]
    assert len(shown) >= ROUNDS * AT_ONCE

    for receipt in shown:
        key, digest, name = receipt.split(" ")
        received = db.session.scalars(select(Submission).filter_by(key=key)).one()
        content = queries.received_content(received, received.by)
        assert set(content.answers.values()) == {f"{name.replace('-', ' answers ')}."}
        salt = bytes.fromhex(queries.salt_of(received, received.by))
        assert seal.digest(salt, content.as_dict(), []).hex() == digest == received.digest

    submissions = db.session.scalar(select(func.count()).select_from(Submission))
    submitted = db.session.scalar(select(func.count()).select_from(Proposal).where(Proposal.state == "submitted"))
    events = db.session.scalar(select(func.count()).select_from(Event).where(Event.action == "proposal.submit"))
    told = db.session.scalar(
        select(func.count()).select_from(Notification).where(Notification.kind == "proposals/receipt")
    )
    assert submissions == submitted == events == told
    if db.engine.dialect.name == "sqlite":
        assert db.session.execute(text("pragma integrity_check")).scalar_one() == "ok"
        assert db.session.execute(text("pragma foreign_key_check")).all() == []
    story.whole_lives(("proposal",))
