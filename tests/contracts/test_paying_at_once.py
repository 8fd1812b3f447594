"""Two who pay or release at the same moment: it happens once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.core.db import db
from contracts import actions
from contracts.models import PaymentAttempt
from contracts.sandbox_gateway import SandboxGateway
from tests.contracts.people import NOON, Cast, active, released, sandbox

Travel = Callable[[datetime | timedelta], datetime]


@pytest.fixture
def cast(app: Flask, travel: Travel) -> Cast:
    travel(NOON)
    return Cast()


def worth(cents: int) -> Cast:
    """A contract whose first milestone is worth so many cents."""
    return Cast(value_cents=3 * cents)


def order(cast: Cast) -> None:
    released(cast, active(cast).milestones[0])


def attempt() -> PaymentAttempt:
    db.session.rollback()
    return db.session.scalars(select(PaymentAttempt).order_by(PaymentAttempt.id.desc()).limit(1)).one()


def states() -> tuple[str, str]:
    found = attempt()
    return found.state, found.milestone.state


def charges(gateway: SandboxGateway) -> list[int]:
    """Read the sandbox's own books."""
    return [one.amount_cents for one in gateway.booked(NOON - timedelta(days=1), NOON + timedelta(days=365))]


def test_two_workers_pay_once(app: Flask, cast: Cast, tmp_path: Path) -> None:
    order(cast)
    db.session.remove()
    gateway, together, done = sandbox(tmp_path), Barrier(2), []

    def work() -> None:
        with app.app_context():
            together.wait()
            done.append(actions.carry_out_due(gateway))
            db.session.remove()

    workers = [Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (sorted(done), states(), charges(gateway)) == ([0, 1], ("settled", "paid"), [3_000_00])


def test_two_in_finance_release_once(app: Flask, cast: Cast) -> None:
    milestone = released(cast, active(cast).milestones[0])
    second = PaymentAttempt(
        milestone_id=milestone.id,
        number=2,
        state="ordered",
        amount_cents=1,
        tax_cents=0,
        provider="sandbox",
        payee="x",
        ordered_by_id=cast.finance.id,
        ordered_at=NOON,
        due_at=NOON,
    )
    db.session.add(second)
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()
