"""What it costs to carry releases out: four workers against a stand-in for Stripe, over as many bare library calls.

`python -m scripts.bench_pay carry` and `… call FIRST` are the processes that `figure` starts and times.
"""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

import stripe
from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import func, select

from app.core import clock
from app.core.db import db
from contracts import actions
from contracts.models import Contract, Milestone, PaymentAttempt
from contracts.stripe_gateway import StripeGateway
from scripts.bench_inside import inside
from scripts.steps import ROOT
from tests.contracts.people import NOON, Cast
from tests.factories import both

SETTINGS = {"STRIPE_SECRET_KEY": "sk_test_for_measuring", "STRIPE_WEBHOOK_SECRET": "whsec_for_measuring"}
RELEASES, WORKERS = 1_000, 4
CENTS = 113_00
CARD = "pm_card_visa"
FIRST = 10
"""The contract's own milestones come before."""


@contextmanager
def stand_in() -> Iterator[str]:
    """Serve the stand-in from a process of its own; give its address."""
    command = [sys.executable, "-m", "tests.verification.stripe_fake"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield line_of(process)
        finally:
            process.terminate()


def line_of(process: subprocess.Popen[str]) -> str:
    """Wait for a line that a process prints."""
    return process.stdout.readline().strip() if process.stdout else ""


def prepare(settings: Mapping[str, str]) -> dict[str, str]:
    """Make an installation where a thousand payments are ordered; give what the bare calls need."""
    base = settings["STRIPE_API_BASE"]
    gateway = StripeGateway(SETTINGS["STRIPE_SECRET_KEY"], "", api_base=base)
    payee, payer = gateway.open_account("bench").reference, gateway.open_payer("bench", "Rivers")
    judged = json.dumps({"account": payee, "standing": "ready"}).encode()
    with urllib.request.urlopen(f"{base}/_play/judge", judged, timeout=60) as answer:  # noqa: S310  (our own server)
        answer.read()
    with inside(settings):
        upgrade(directory=str(ROOT / "migrations"))
        cast, at = Cast(), clock.now()
        contract = actions.draw_up(cast.opportunity, by=cast.officer, at=NOON)
        for number in range(FIRST, FIRST + RELEASES):
            db.session.add(_ordered(contract, number, cast, {"payee": payee, "payer": payer}, at))
        db.session.commit()
    return {"BENCH_PAYEE": payee, "BENCH_PAYER": payer}


def _ordered(contract: Contract, number: int, cast: Cast, named: dict[str, str], at: datetime) -> PaymentAttempt:
    milestone = Milestone(
        contract=contract,
        position=number,
        title=both("A part", "Une partie"),
        accepted_when=both("It works", "Cela fonctionne"),
        amount_cents=CENTS,
        state="released",
        accepted_by=cast.buyer,
        released_by=cast.finance,
    )
    return PaymentAttempt(
        milestone=milestone, number=1, state="ordered", amount_cents=CENTS, tax_cents=0, provider="stripe",
        method=CARD, ordered_by=cast.finance, ordered_at=at, due_at=at, **named,
    )  # fmt: skip


def carry() -> None:
    """Carry out what is due until nothing is, as a worker does."""
    with inside(os.environ):
        gateway = current_app.extensions["gateway"]
        ready()
        while actions.carry_out_due(gateway):
            pass


def call(first: int) -> None:
    """Make a worker's share of the same charges by the library alone."""
    client = stripe.StripeClient(
        SETTINGS["STRIPE_SECRET_KEY"],
        base_addresses={"api": os.environ["STRIPE_API_BASE"]},
        http_client=stripe.RequestsClient(timeout=20),
    )
    ready()
    for number in range(first, first + RELEASES // WORKERS):
        client.v1.payment_intents.create(
            {
                "amount": CENTS,
                "currency": "cad",
                "customer": os.environ["BENCH_PAYER"],
                "payment_method": CARD,
                "confirm": True,
                "off_session": True,
                "description": "Contract 1, milestone 1",
                "metadata": {"devex_key": f"bare-{number}"},
                "transfer_data": {"destination": os.environ["BENCH_PAYEE"]},
            },
            {"idempotency_key": f"bare-{number}"},
        )


def ready() -> None:
    """Say so, and wait to be let go with the others."""
    print("ready", flush=True)
    sys.stdin.readline()


def rate(*acts: list[str], environment: Mapping[str, str]) -> float:
    """Start processes, let them go together, and give how many charges a second they made."""
    command = [sys.executable, "-m", "scripts.bench_pay"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    started = [
        subprocess.Popen([*command, *act], cwd=ROOT, env=dict(environment), text=True, **pipes)  # type: ignore[call-overload]
        for act in acts
    ]
    for one in started:
        line_of(one)
    begun = time.perf_counter()
    for one in started:
        one.communicate("go\n")
    return RELEASES / (time.perf_counter() - begun)


def figure(settings: Mapping[str, str]) -> tuple[float, float, float]:
    """Give our rate over the library's, and both rates."""
    with stand_in() as base:
        environment = {**settings, **SETTINGS, "STRIPE_API_BASE": base}
        environment |= prepare(environment)
        shares = [["call", str(place * RELEASES // WORKERS)] for place in range(WORKERS)]
        bare = rate(*shares, environment=environment)
        ours = rate(*[["carry"]] * WORKERS, environment=environment)
        with inside(environment):
            settled = select(func.count()).select_from(PaymentAttempt).where(PaymentAttempt.state == "settled")
            if db.session.scalar(settled) != RELEASES:
                message = "not every release was carried out"
                raise RuntimeError(message)
    return ours / bare, ours, bare


if __name__ == "__main__":
    if sys.argv[1] == "carry":
        carry()
    else:
        call(int(sys.argv[2]))
