"""Payments: carried out once whatever breaks in between; every course of a provider ends where it should."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, select

from app.core.db import db
from app.core.errors import NotNow
from app.core.outbox import Notification
from contracts import actions, queries
from contracts.actions import asking, carrying_out
from contracts.gateway import Account, Charge, Order, Payments, Refund, Result, State
from contracts.models import Milestone, PaymentAttempt
from contracts.sandbox_gateway import SandboxGateway
from tests.contracts.people import NOON, Cast, active, released, sandbox

Travel = Callable[[datetime | timedelta], datetime]
LATER = timedelta(minutes=3)
"""Longer than a lease, and than the first wait."""


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


def told(kind: str) -> list[str]:
    return sorted(db.session.scalars(select(Notification.address).filter_by(kind=f"contracts/{kind}")))


def test_a_payment_settles_and_both_sides_are_told(cast: Cast, tmp_path: Path) -> None:
    order(cast)
    assert actions.carry_out_due(sandbox(tmp_path)) == 1
    assert states() == ("settled", "paid")
    assert told("payment_settled") == sorted([cast.developer.email, cast.finance.email, cast.buyer.email])
    assert actions.carry_out_due(sandbox(tmp_path)) == 0


def test_a_payment_on_its_way_is_looked_up_until_it_settles(cast: Cast, travel: Travel, tmp_path: Path) -> None:
    order(cast)
    gateway = sandbox(tmp_path, timedelta(days=2))
    actions.carry_out_due(gateway)
    assert (states(), told("payment_sent")) == (
        ("processing", "released"),
        sorted([cast.developer.email, cast.finance.email]),
    )
    travel(timedelta(days=1))
    assert (actions.carry_out_due(gateway), states()) == (1, ("processing", "released"))
    travel(timedelta(days=3))
    assert (actions.carry_out_due(gateway), states()) == (1, ("settled", "paid"))
    assert charges(gateway) == [3_000_00]


@pytest.mark.parametrize(("cents", "failure"), [(1_066_01, "declined"), (1_066_02, "insufficient_funds")])
def test_a_failed_payment_is_told_and_tried_anew(
    app: Flask, travel: Travel, tmp_path: Path, cents: int, failure: str
) -> None:
    travel(NOON)
    cast = worth(cents)
    order(cast)
    actions.carry_out_due(sandbox(tmp_path))
    assert (states(), attempt().failure) == (("failed", "released"), failure)
    assert told("payment_failed") == sorted([cast.developer.email, cast.finance.email])
    again = actions.pay_again(attempt().milestone, by=cast.finance, at=NOON)
    db.session.commit()
    assert (again.number, again.state) == (2, "ordered")
    with pytest.raises(NotNow):
        actions.pay_again(again.milestone, by=cast.finance, at=NOON)


def test_a_payment_that_needs_the_payer_settles_once_they_acted(app: Flask, travel: Travel, tmp_path: Path) -> None:
    travel(NOON)
    cast, gateway = worth(1_066_03), sandbox(tmp_path)
    order(cast)
    actions.carry_out_due(gateway)
    assert (states(), told("needs_action")) == (("needs_action", "released"), [cast.finance.email])
    gateway.act(attempt().key)
    travel(NOON + LATER)
    actions.carry_out_due(gateway)
    assert states() == ("settled", "paid")


@pytest.mark.parametrize("cents", [1_066_04, 1_066_05])
def test_a_provider_that_does_not_answer_is_asked_again_and_pays_once(
    app: Flask, travel: Travel, tmp_path: Path, cents: int
) -> None:
    travel(NOON)
    cast, gateway = worth(cents), sandbox(tmp_path)
    order(cast)
    actions.carry_out_due(gateway)
    assert states() == ("sent", "released")
    assert actions.carry_out_due(gateway) == 0
    travel(NOON + LATER)
    assert (actions.carry_out_due(gateway), states()) == (1, ("settled", "paid"))
    assert charges(gateway) == [cents]


def test_an_account_that_is_no_longer_ready_fails_the_payment(cast: Cast, tmp_path: Path) -> None:
    contract = active(cast)
    gateway = sandbox(tmp_path)
    account = Account(gateway.open_account("1").reference)
    actions.connect_account(cast.developer, account, provider="sandbox", by=cast.developer, at=NOON)
    released(cast, contract.milestones[0])
    actions.carry_out_due(gateway)
    assert (states(), attempt().failure) == (("failed", "released"), "account_not_ready")


def test_an_order_is_never_sent_again_once_its_key_is_old(app: Flask, travel: Travel, tmp_path: Path) -> None:
    travel(NOON)
    cast, gateway = worth(1_066_04), sandbox(tmp_path)
    order(cast)
    actions.carry_out_due(gateway)
    travel(NOON + asking.KEY_LIFE + LATER)
    actions.carry_out_due(gateway)
    assert (states(), attempt().failure, charges(gateway)) == (("failed", "released"), "no_answer", [])


def test_a_provider_that_forgets_what_it_had_is_neither_sent_it_again_nor_given_up(
    cast: Cast, travel: Travel, tmp_path: Path
) -> None:
    order(cast)
    actions.carry_out_due(sandbox(tmp_path, timedelta(days=2)))
    forgetful = sandbox(tmp_path / "anew")
    travel(NOON + timedelta(days=3))
    assert (actions.carry_out_due(forgetful), states(), charges(forgetful)) == (1, ("processing", "released"), [])


class Crash(BaseException):
    """The process dies here."""


class Crashing:
    """A gateway at whose door the process dies, before or after the provider has acted."""

    def __init__(self, inner: Payments, *, after: bool) -> None:
        self.inner, self.after = inner, after

    def charge(self, order: Charge) -> Result:
        if self.after:
            self.inner.charge(order)
        raise Crash

    def look_up(self, order: Order, reference: str = "", sent_at: datetime | None = None) -> Result | None:
        raise Crash

    def withdraw(self, order: Charge, reference: str = "", sent_at: datetime | None = None) -> Result | None:
        raise Crash

    def refund(self, order: Refund) -> Result:
        raise Crash


@pytest.mark.parametrize("after", [False, True])
def test_a_crash_around_the_providers_act_pays_once(cast: Cast, travel: Travel, tmp_path: Path, *, after: bool) -> None:
    order(cast)
    gateway = sandbox(tmp_path)
    with pytest.raises(Crash):
        actions.carry_out_due(Crashing(gateway, after=after))
    assert states() == ("sent", "released")
    assert actions.carry_out_due(gateway) == 0
    travel(NOON + LATER)
    with pytest.raises(Crash):
        actions.carry_out_due(Crashing(gateway, after=after))
    travel(NOON + 2 * LATER)
    actions.carry_out_due(gateway)
    assert (states(), charges(gateway)) == (("settled", "paid"), [3_000_00])


@pytest.fixture
def crash_at() -> Iterator[Callable[[int], None]]:
    """Let the process die just before the nth commit from now on."""
    left = [-1]

    def die(_session: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Crash

    def begin(number: int) -> None:
        left[0] = number

    event.listen(db.session, "before_commit", die)
    yield begin
    event.remove(db.session, "before_commit", die)


@pytest.mark.parametrize("number", [1, 2])
def test_a_crash_before_any_commit_pays_once(
    cast: Cast, travel: Travel, tmp_path: Path, crash_at: Callable[[int], None], number: int
) -> None:
    order(cast)
    gateway = sandbox(tmp_path)
    crash_at(number)
    with pytest.raises(Crash):
        actions.carry_out_due(gateway)
    assert states() == (("ordered", "released") if number == 1 else ("sent", "released"))
    travel(NOON + LATER)
    actions.carry_out_due(gateway)
    assert (states(), charges(gateway)) == (("settled", "paid"), [3_000_00])
    assert len(told("payment_settled")) == 3


def test_a_crash_while_ordering_orders_nothing(cast: Cast, tmp_path: Path, crash_at: Callable[[int], None]) -> None:
    contract = active(cast)
    crash_at(3)
    with pytest.raises(Crash):
        released(cast, contract.milestones[0])
    db.session.rollback()
    assert queries.get_contract(1).milestones[0].state == "accepted"
    assert (actions.carry_out_due(sandbox(tmp_path)), charges(sandbox(tmp_path))) == (0, [])


def test_a_late_answer_changes_nothing_that_is_settled(cast: Cast, tmp_path: Path) -> None:
    order(cast)
    actions.carry_out_due(sandbox(tmp_path))
    found = attempt()
    carrying_out.record_answer(found.id, None)
    milestone = db.session.get_one(Milestone, found.milestone_id)
    assert (states(), milestone.state) == (("settled", "paid"), "paid")
    with pytest.raises(NotNow):
        actions.note_answer(attempt(), actions.Answer(State.FAILED, failure="declined"), at=NOON + timedelta(days=1))


def test_longer_and_longer_waits_end_at_an_hour() -> None:
    waits = [asking.wait_after(tries) for tries in (1, 2, 3, 8, 9, 50)]
    assert waits == [
        timedelta(seconds=15),
        timedelta(seconds=30),
        timedelta(seconds=60),
        timedelta(seconds=1920),
        timedelta(hours=1),
        timedelta(hours=1),
    ]
