"""The periodic work: huey tasks around actions; the application is handed in.

What must not be lost is a row (notification, order, event) before a task touches it, so the queue itself lives in
memory: a crash loses a task, and the next round finds the row.
"""

import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from huey.api import MemoryHuey
from sqlalchemy import select, union_all

from app.config import Config
from app.core import audit, clock, logs, tree
from app.core.db import db, transaction
from app.core.files import chosen
from app.core.mail import Carrier, Mailbox, Smtp, deliver_due
from auth.actions import kept, sessions
from contracts.actions import carry_out_due, give_back_due, look_up_due, read_notices, reconcile_last_night, remind_due
from contracts.evidence import Source
from contracts.github_evidence import GitHubEvidence
from evaluations import actions as evaluations
from opportunities.actions import close_due, publish_due
from proposals.queries import missing_keys
from subscriptions import actions as subscriptions

ORPHANED_AFTER = timedelta(days=1)
log = logs.prepared()

MOST_ROUNDS = 10
"""In so many rounds an event may fail to be told before it is set aside: twenty seconds."""
AT_ONCE = 200


@dataclass(frozen=True)
class Job:
    """One kind of work, and after how many seconds it is done again."""

    name: str
    every: float
    work: Callable[[], Any]


def carrier_for(settings: Config) -> Carrier:
    """Choose how notifications leave: by the mail server that is set, or not at all."""
    return Smtp(settings.smtp_url) if settings.smtp_url else Mailbox()


def evidence_for(settings: Config) -> Source | None:
    """Choose who is asked about links that show a delivery: GitHub, where it is set."""
    known = settings.github
    return GitHubEvidence(known.base_url, known.api_url, known.client_id, known.client_secret) if known else None


def jobs_of(app: Flask, stopping: Callable[[], bool] = lambda: False) -> tuple[Job, ...]:
    """List the work that goes on without anybody visiting; `stopping` cuts a long delivery short."""
    settings: Config = app.extensions["devex"]
    carrier = carrier_for(settings)
    return (
        Job("close opportunities", 5, close_opportunities),
        Job("publish opportunities", 5, publish_opportunities),
        Job("remind of closings", 60, remind_of_closings),
        Job("remind panels", 600, remind_panels),
        Job("remind of deliveries", 600, remind_of_deliveries),
        Job("tell what happened", 2, Telling().round),
        Job("publish the log's head", 300, publish_head),
        Job("send digests", 60, send_digests),
        Job("deliver notifications", 3, lambda: deliver_due(carrier, settings.mail_from, pause=stopping)),
        Job("forget expired posts", 600, forget_expired_posts),
        Job("forget ended sessions", 600, forget_ended_sessions),
        Job("forget orphaned files", 3600, forget_orphaned_files),
        Job("look at evidence", 5, lambda: look_up_due(evidence_for(settings))),
        Job("carry out payments", 3, lambda: carry_out_due(app.extensions["gateway"])),
        Job("carry out refunds", 3, lambda: give_back_due(app.extensions["gateway"])),
        Job("read notices", 3, lambda: read_notices(app.extensions["gateway"])),
        Job("compare the books", 600, lambda: reconcile_last_night(app.extensions["gateway"])),
    )


def close_opportunities() -> int:
    """Close what has come to its closing."""
    with transaction() as at:
        return len(close_due(at=at))


def publish_opportunities() -> int:
    """Publish what has come to the moment that an officer chose."""
    with transaction() as at:
        return len(publish_due(at=at))


def remind_of_closings() -> int:
    """Record the reminders that have come due."""
    with transaction() as at:
        return subscriptions.remind(at=at)


def remind_panels() -> int:
    """Remind evaluators of what waits for them."""
    with transaction() as at:
        return len(evaluations.remind_due(at=at))


def remind_of_deliveries() -> int:
    """Remind of deliveries to answer and to pay, and tell that a payment is late."""
    with transaction() as at:
        return remind_due(at=at)


class Telling:
    """Tells what happened, round by round; an event that fails in so many rounds is set aside, so that others are told.

    The rounds are counted in this process: after a restart an event has its chances again.
    """

    def __init__(self) -> None:
        self.failed: Counter[int] = Counter()

    def round(self) -> int:
        """Give committed events their numbers, then tell what happened since the last round, some at a time."""
        with transaction():
            audit.number_events()
        told = 0
        while read := self._tell_some():
            told += read
        return told

    def _tell_some(self) -> int:
        try:
            return _tell()
        except subscriptions.CannotTell as fault:
            if fault.before:
                return _tell(fault.before)
            self.failed[fault.event_id] += 1
            if self.failed[fault.event_id] < MOST_ROUNDS:
                raise
            log.exception("event set aside", event_id=fault.event_id)
            with transaction() as at:
                subscriptions.set_aside(fault.event_id, at=at)
            return _tell(1)


def _tell(limit: int = AT_ONCE) -> int:
    with transaction():
        return subscriptions.tell(limit)


def publish_head() -> None:
    """Let the log's tree follow the sequence, and sign its head."""
    with transaction() as at:
        while audit.number_events():
            pass
        tree.grow(at=at)


def send_digests() -> int:
    """Write the digests that are due."""
    with transaction() as at:
        return subscriptions.send_digests(at=at)


def forget_expired_posts() -> None:
    """Throw away forms that nobody came back for."""
    with transaction() as at:
        kept.forget_expired(at=at)


def forget_ended_sessions() -> None:
    """Throw away sessions that were left to end by themselves."""
    with transaction() as at:
        sessions.forget_ended(at=at)


def forget_orphaned_files() -> int:
    """Throw away files older than a day that no row names: their transaction was undone after they were put."""
    tables = [table for table in db.metadata.tables.values() if "stored_as" in table.c]
    named = union_all(*(select(table.c.stored_as) for table in tables))
    return chosen.store.sweep(frozenset(db.session.scalars(named)), clock.now() - ORPHANED_AFTER)


class Worker:
    """The consumer that does the jobs, in threads of this process."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.stopping = Event()
        self.jobs = {job.name: job for job in jobs_of(app, self.stopping.is_set)}
        self.huey = MemoryHuey("devex")
        self.repeat = self.huey.task()(self._repeat)
        self.consumer = self.huey.create_consumer(workers=2, periodic=False, backoff=1.0, max_delay=0.5)
        self.consumer._set_signal_handlers = lambda: None  # noqa: SLF001  (the web server's process handles signals)

    def start(self) -> None:
        """Begin; each job puts itself back in line when its round is done."""
        self.consumer.start()
        for name in self.jobs:
            self.repeat(name)

    def stop(self) -> None:
        """Let the rounds that have begun end, and stop; a delivery stops after the message at hand."""
        self.stopping.set()
        self.consumer.stop(graceful=True)

    def _repeat(self, name: str) -> None:
        if self.stopping.is_set():
            return
        job = self.jobs[name]
        try:
            run(self.app, job)
        finally:
            self.repeat.schedule(args=(name,), delay=job.every)


def run(app: Flask, job: Job) -> None:
    """Do one round of a job; a fault is logged and the next round tries again."""
    try:
        with app.app_context():
            job.work()
    except Exception:
        log.exception("job failed", job=job.name)


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Do the periodic work alone, beside web servers of their own, until told to stop; not without a key it needs."""
    if missing := missing_keys():
        raise click.ClickException(" ".join(missing))
    done = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: done.set())
    working = Worker(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001  (threads need the application itself)
    working.start()
    click.echo("The worker works. SIGTERM or Ctrl-C stops it.")
    done.wait()
    working.stop()
    click.echo("Stopped.")
