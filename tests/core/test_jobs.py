"""The periodic work goes on by itself, survives faults, and stops when asked."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.core import audit, clock
from app.core.db import db, transaction
from app.core.errors import NotFound
from app.core.files import chosen
from app.core.outbox import Notification
from app.jobs import Job, Worker, forget_orphaned_files, jobs_of, run
from opportunities.models import Attachment, Opportunity
from tests.conftest import Travel
from tests.factories import CLOSING, make_user
from tests.subscriptions.story import follow, make_story

ROOT = Path(__file__).resolve().parents[2]


def wait_for(happened: object, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not happened():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not happen in time"
        db.session.rollback()
        time.sleep(0.05)


def test_every_job_does_a_round_on_an_empty_database(app: Flask, travel: Travel) -> None:
    done = {job.name: job.work() for job in jobs_of(app)}
    assert [name for name, done_or_made in done.items() if done_or_made] == ["compare the books"]


def test_an_opportunity_closes_and_its_followers_are_told_without_anybody_visiting(app: Flask, travel: Travel) -> None:
    story = make_story()
    follow(story.opportunity, make_user())
    travel(CLOSING + timedelta(seconds=1))
    for job in jobs_of(app):
        run(app, job)
    assert db.session.scalars(select(Opportunity.state)).all() == ["closed"]
    kinds = db.session.scalars(select(Notification.kind).order_by(Notification.id)).all()
    assert "subscriptions/closed" in kinds


def test_a_file_that_no_row_names_is_forgotten_after_a_day(app: Flask) -> None:
    opportunity = make_story().opportunity
    kept, orphaned, young = (chosen.store.put(content) for content in (b"kept", b"orphaned", b"young"))
    db.session.add(
        Attachment(
            opportunity=opportunity, title="kept.txt", language="en", stored_as=kept, media_type="text/plain", size=4,
            sha256="", added_by_id=opportunity.author_id, added_at=CLOSING,
        )
    )  # fmt: skip
    db.session.commit()
    folder = app.extensions["devex"].files_dir
    for name, age in ((kept, 25), (orphaned, 25), (young, 23)):
        then = (clock.now() - timedelta(hours=age)).timestamp()
        os.utime(folder / name[:2] / name, (then, then))
    assert (forget_orphaned_files(), forget_orphaned_files()) == (1, 0)
    assert (chosen.store.get(kept), chosen.store.get(young)) == (b"kept", b"young")
    with pytest.raises(NotFound):
        chosen.store.get(orphaned)


def test_a_fault_is_logged_as_json_without_values_and_the_next_round_comes(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        db.session.execute(text("select price from nowhere where price = :price"), {"price": "the sealed price"})

    run(app, Job("fail", 1, fail))
    line = json.loads(capsys.readouterr().err.strip().splitlines()[-1])
    assert (line["event"], line["job"], line["level"]) == ("job failed", "fail", "error")
    assert "nowhere" in line["exception"]
    assert "'the sealed price'" not in line["exception"]


def test_the_worker_tells_by_itself_and_stops_at_once(app: Flask) -> None:
    story = make_story(closing_at=CLOSING.replace(year=2050), questions_until=None)
    follow(story.opportunity, make_user())
    with transaction() as at:
        audit.record("opportunity.answer", story.opportunity.subject, by=story.buyer, at=at, question=1)
    worker = Worker(app)
    worker.start()
    try:
        wait_for(lambda: db.session.scalar(select(Notification.sent_at)) is not None)
    finally:
        began = time.monotonic()
        worker.stop()
    assert time.monotonic() - began < 2


def test_the_worker_command_stops_on_sigterm(settings: dict[str, str], app: Flask) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    environment = {**os.environ, **settings}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "The worker works. SIGTERM or Ctrl-C stops it.\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert process.stdout.read() == "Stopped.\n"
