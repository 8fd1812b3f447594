"""The periodic work: huey tasks around actions; the application is handed in.

What must not be lost is a row (notification, order, event) before a task touches it, so the queue itself lives in
memory: a crash loses a task, and the next round finds the row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from flask import Flask
from huey.api import MemoryHuey

from app.config import Config
from app.core import audit
from app.core.db import transaction
from app.core.mail import Carrier, Mailbox, Smtp, deliver_due

log = structlog.get_logger()


@dataclass(frozen=True)
class Job:
    """One kind of work, and after how many seconds it is done again."""

    name: str
    every: float
    work: Callable[[], Any]


def carrier_for(settings: Config) -> Carrier:
    """Choose how notifications leave: by the mail server that is set, or not at all."""
    return Smtp(settings.smtp_url) if settings.smtp_url else Mailbox()


def jobs_of(app: Flask) -> tuple[Job, ...]:
    """List the work that goes on without anybody visiting."""
    settings: Config = app.extensions["devex"]
    carrier = carrier_for(settings)
    return (
        Job("number events", 2, number_events),
        Job("deliver notifications", 3, lambda: deliver_due(carrier, settings.mail_from)),
    )


def number_events() -> int:
    """Give committed events their numbers."""
    with transaction():
        return audit.number_events()


class Worker:
    """The consumer that does the jobs, in threads of this process."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.jobs = {job.name: job for job in jobs_of(app)}
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
        """Let the rounds that have begun end, and stop."""
        self.consumer.stop(graceful=True)

    def _repeat(self, name: str) -> None:
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
