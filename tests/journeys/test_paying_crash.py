"""Killed at any step between release and settlement, the worker pays each milestone once, and the books agree."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from app.core import clock
from app.core.db import db, transaction
from app.factory import equip
from contracts import actions
from contracts.models import PaymentAttempt, ProviderNotice, Reconciliation, Refund
from contracts.provider import Provider, in_use
from contracts.stripe_gateway import StripeGateway
from tests.contracts.people import Cast
from tests.journeys.paying import KEY, PATIENCE, Holding, agreed, gateway_on, holding, ordered, pay_by, settled_in
from tests.verification.stripe_ledger import SECRET, SLOW

ROOT = Path(__file__).parents[2]
INTENTS, REFUNDS = "/v1/payment_intents", "/v1/refunds"
DAY = timedelta(days=1)


@pytest.fixture
def fake() -> Iterator[Holding]:
    with holding() as made:
        yield made


@pytest.fixture
def gateway(app: Flask, fake: Holding, monkeypatch: pytest.MonkeyPatch) -> Iterator[StripeGateway]:
    """The application pays through the stand-in for the time of a test."""
    made = gateway_on(fake)
    with monkeypatch.context() as patch:
        patch.setitem(app.extensions, "gateway", made)
        in_use.become(Provider("stripe", "test"))
        yield made
    equip(app)


class Workers:
    """Workers in processes of their own, on the test's database and stand-in."""

    def __init__(self, settings: dict[str, str], fake: Holding) -> None:
        paying = {"STRIPE_SECRET_KEY": KEY, "STRIPE_WEBHOOK_SECRET": SECRET, "STRIPE_API_BASE": fake.base}
        self.environment = {**os.environ, **settings, **paying}
        self.fake = fake

    @contextmanager
    def one(self, number: int = signal.SIGTERM) -> Iterator[subprocess.Popen[str]]:
        """Let a worker work until the block ends; then it is sent a signal."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
        with subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            try:
                yield process
            finally:
                process.send_signal(number)
                process.wait(PATIENCE)

    def die_at(self, method: str, path: str, *, acts: bool) -> None:
        """Kill a worker while the stand-in holds its request: before it acts, or after."""
        self.fake.holds(method, path, acts=acts)
        with self.one(signal.SIGKILL):
            assert self.fake.reached.wait(PATIENCE), "the worker never asked"
        self.fake.let_go.set()

    def die_before_the_claim(self) -> None:
        """Kill a worker that could not write yet."""
        with nobody_writes(), self.one(signal.SIGKILL):
            time.sleep(0.2)


@contextmanager
def nobody_writes() -> Iterator[None]:
    """Keep every worker from claiming."""
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":
        with db.engine.begin() as connection:
            connection.execute(text("lock table payment_attempt in access exclusive mode"))
            yield
        return
    with Path(f"{db.engine.url.database}.queue").open("a") as line:
        fcntl.flock(line, fcntl.LOCK_EX)
        yield


def leases_run_out() -> None:
    """Let the time pass that a dead worker's leases last."""
    with transaction() as at:
        for row in (PaymentAttempt, Refund, ProviderNotice):
            db.session.execute(update(row).values(leased_until=None, due_at=at))


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


def states() -> list[tuple[str, str]]:
    db.session.rollback()
    rows = db.session.scalars(select(PaymentAttempt).order_by(PaymentAttempt.id)).all()
    return [(one.state, one.milestone.state) for one in rows]


def test_a_worker_killed_at_every_step_pays_each_milestone_once(
    app: Flask, settings: dict[str, str], fake: Holding, gateway: StripeGateway
) -> None:
    cast, workers = Cast(), Workers(settings, fake)
    settled_in(cast, gateway, fake)
    milestones = [(number, position) for number in (agreed(cast).number for _time in range(3)) for position in (1, 2)]
    keys = []

    pay_by(cast, gateway, SLOW)
    keys.append(ordered(cast, milestones[0]))
    actions.carry_out_due(gateway)
    fake.ledger.settle()
    (slow,) = fake.ledger.of("payment_intent")
    event = fake.ledger.event("payment_intent.succeeded", "payment_intent", slow)
    signed = {"Stripe-Signature": event["signature"]}
    assert app.test_client().post("/webhooks/stripe", data=event["body"], headers=signed).status_code == 200
    workers.die_at("GET", f"{INTENTS}/{slow}", acts=True)
    assert states() == [("processing", "released")]

    pay_by(cast, gateway, "pm_card_visa")
    keys.append(ordered(cast, milestones[1]))
    actions.carry_out_due(gateway)
    assert states()[1] == ("settled", "paid")
    with transaction() as at:
        back = db.session.scalars(select(PaymentAttempt).where(PaymentAttempt.key == keys[1])).one()
        actions.order_refund(back, "Paid by mistake.", by=cast.finance, at=at)
    workers.die_at("POST", REFUNDS, acts=True)

    keys.append(ordered(cast, milestones[2]))
    workers.die_at("POST", INTENTS, acts=False)
    assert states()[2] == ("sent", "released")
    keys.append(ordered(cast, milestones[3]))
    workers.die_at("POST", INTENTS, acts=True)
    assert states()[3] == ("sent", "released")
    keys.append(ordered(cast, milestones[4]))
    workers.die_before_the_claim()

    assert states()[4] == ("ordered", "released")
    leases_run_out()
    paid, given_back = ("settled", "paid"), ("refunded", "accepted")
    second = workers.one() if db.engine.dialect.name == "postgresql" else nullcontext()
    with workers.one(), second:
        until(lambda: states() == [paid, given_back, paid, paid, paid])
    _once_each(fake, keys)
    report = db.session.get_one(Reconciliation, actions.reconcile(gateway, clock.now() - DAY, clock.now() + DAY))
    assert (report.compared, report.differences) == (5, [])


def _once_each(fake: Holding, keys: list[str]) -> None:
    intents = [one for one in fake.books()["intents"] if one["status"] == "succeeded"]
    assert sorted(one["metadata"]["devex_key"] for one in intents) == sorted(keys)
    (refund,) = fake.books()["refunds"]
    given = next(one for one in intents if one["id"] == refund["payment_intent"])
    assert (given["metadata"]["devex_key"], refund["amount"]) == (keys[1], given["amount"])
