"""What we rely on in a payment provider; the sandbox keeps it, and every further gateway must.

To hold another gateway to the same contract, add a `Bench` for it to BENCHES.
"""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from contracts.gateway import (
    Charge,
    Failure,
    GatewayDown,
    KeyReused,
    OrderRefused,
    PaymentGateway,
    Refund,
    Result,
    Standing,
    State,
)
from contracts.sandbox_gateway import DECLINED, DOWN, NEEDS_ACTION, POOR, SILENT, SandboxGateway

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
DELAY = timedelta(minutes=5)


@dataclass(frozen=True)
class Bench:
    """A gateway to judge: how to provoke each course in it, let time pass in it, act as its payer, and restart it."""

    gateway: PaymentGateway
    settle: Callable[[], None]
    act: Callable[[str], None]
    restart: Callable[[], PaymentGateway]
    amounts: dict[str, int]
    judge: Callable[[str, Standing], None]


def sandbox_bench(folder: Path) -> Bench:
    """The sandbox with a clock of its own."""
    moment = [START]

    def settle() -> None:
        moment[0] += DELAY

    def start() -> SandboxGateway:
        return SandboxGateway(folder / "ledger.sqlite3", lambda: moment[0], DELAY)

    gateway = start()
    courses = {"declined": DECLINED, "poor": POOR, "action": NEEDS_ACTION, "down": DOWN, "silent": SILENT}
    amounts = {name: 650_000 + last for name, last in courses.items()}
    return Bench(gateway, settle, gateway.act, start, amounts, gateway.judge)


BENCHES = [sandbox_bench]


@pytest.fixture(params=BENCHES, ids=lambda make: make.__name__)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    """Each gateway in turn, fresh."""
    made: Bench = request.param(tmp_path)
    return made


def order(key: str = "attempt-1", amount: int = 734_500, payee: str = "acct_1") -> Charge:
    """An ordinary order to pay."""
    return Charge(key=key, payer="cus_1", payee=payee, amount_cents=amount, method="pm_1")


class TestContract:
    """What any gateway must do."""

    def test_a_charge_is_taken_and_settles_later(self, bench: Bench) -> None:
        taken = bench.gateway.charge(order())
        assert (taken.key, taken.state, taken.failure) == ("attempt-1", State.PROCESSING, None)
        assert bench.gateway.look_up(order()) == taken
        bench.settle()
        assert bench.gateway.look_up(order()) == replace(taken, state=State.SETTLED)

    def test_the_same_key_pays_once_also_after_a_restart(self, bench: Bench) -> None:
        first = bench.gateway.charge(order())
        assert bench.gateway.charge(order()) == first
        assert bench.restart().charge(order()) == first

    def test_two_keys_are_two_payments(self, bench: Bench) -> None:
        assert bench.gateway.charge(order("a")).reference != bench.gateway.charge(order("b")).reference

    def test_a_key_used_for_another_order_is_refused(self, bench: Bench) -> None:
        bench.gateway.charge(order())
        with pytest.raises(KeyReused):
            bench.gateway.charge(order(amount=1))
        assert bench.gateway.charge(order()).key == "attempt-1"

    def test_what_was_never_sent_is_not_found(self, bench: Bench) -> None:
        assert bench.gateway.look_up(order("never")) is None

    def test_an_amount_of_nothing_is_refused(self, bench: Bench) -> None:
        for amount in (0, -1):
            with pytest.raises(OrderRefused):
                bench.gateway.charge(order(amount=amount))
        assert bench.gateway.look_up(order()) is None

    def test_a_declined_charge_fails_at_once(self, bench: Bench) -> None:
        result = bench.gateway.charge(order(amount=bench.amounts["declined"]))
        assert (result.state, result.failure) == (State.FAILED, Failure.DECLINED)

    def test_want_of_funds_shows_later(self, bench: Bench) -> None:
        taken = bench.gateway.charge(order(amount=bench.amounts["poor"]))
        assert taken.state == State.PROCESSING
        bench.settle()
        failed = replace(taken, state=State.FAILED, failure=Failure.INSUFFICIENT_FUNDS)
        assert bench.gateway.look_up(order()) == failed

    def test_a_charge_waits_for_the_payers_action(self, bench: Bench) -> None:
        taken = bench.gateway.charge(order(amount=bench.amounts["action"]))
        bench.settle()
        assert (taken.state, bench.gateway.look_up(order())) == (State.NEEDS_ACTION, taken)
        bench.act("attempt-1")
        bench.settle()
        assert state_of(bench.gateway.look_up(order())) == State.SETTLED

    def test_an_order_lost_on_the_way_can_be_sent_again(self, bench: Bench) -> None:
        lost = order(amount=bench.amounts["down"])
        with pytest.raises(GatewayDown):
            bench.gateway.charge(lost)
        assert bench.gateway.look_up(order()) is None
        assert bench.gateway.charge(lost).state == State.PROCESSING

    def test_an_order_whose_answer_was_lost_is_found_and_paid_once(self, bench: Bench) -> None:
        silent = order(amount=bench.amounts["silent"])
        with pytest.raises(GatewayDown):
            bench.gateway.charge(silent)
        found = bench.gateway.look_up(order())
        assert state_of(found) == State.PROCESSING
        assert bench.gateway.charge(silent) == found

    def test_nobody_is_paid_before_their_account_is_ready(self, bench: Bench) -> None:
        account = bench.gateway.open_account("supplier")
        assert bench.gateway.open_account("supplier") == account
        assert (account.standing, bool(account.requirements)) == (Standing.INCOMPLETE, True)
        result = bench.gateway.charge(order(payee=account.reference))
        assert (result.state, result.failure) == (State.FAILED, Failure.ACCOUNT_NOT_READY)

    @pytest.mark.parametrize("standing", list(Standing))
    def test_the_provider_decides_about_an_account(self, bench: Bench, standing: Standing) -> None:
        account = bench.gateway.open_account("supplier")
        bench.judge(account.reference, standing)
        found = bench.restart().account(account.reference)
        assert (found.reference, found.standing) == (account.reference, standing)
        assert bench.gateway.open_account("supplier") == found

    def test_the_owner_goes_to_the_provider_and_is_led_back(self, bench: Bench) -> None:
        account = bench.gateway.open_account("supplier")
        back = "https://exchange.example/en/account/payment/x/back"
        assert quote(back, safe="") in bench.gateway.onboarding(account.reference, back, "en")

    def test_a_settled_charge_can_be_refunded_up_to_its_amount(self, bench: Bench) -> None:
        charge = bench.gateway.charge(order(amount=100)).reference
        with pytest.raises(OrderRefused):
            bench.gateway.refund(Refund("r0", charge, 100))
        bench.settle()
        part = bench.gateway.refund(Refund("r1", charge, 60))
        assert bench.gateway.refund(Refund("r1", charge, 60)) == part
        with pytest.raises(OrderRefused):
            bench.gateway.refund(Refund("r2", charge, 41))
        bench.gateway.refund(Refund("r2", charge, 40))
        bench.settle()
        assert [state_of(bench.gateway.look_up(Refund(key, charge, 1))) for key in ("r1", "r2")] == [
            State.SETTLED,
            State.SETTLED,
        ]

    def test_a_refund_or_an_unknown_charge_cannot_be_refunded(self, bench: Bench) -> None:
        charge = bench.gateway.charge(order()).reference
        bench.settle()
        refund = bench.gateway.refund(Refund("r1", charge, 1)).reference
        bench.settle()
        for reference in (refund, "unknown"):
            with pytest.raises(OrderRefused):
                bench.gateway.refund(Refund("r2", reference, 1))


def state_of(result: Result | None) -> State | None:
    """The state, or None when nothing was found."""
    return None if result is None else result.state


def _charge_elsewhere(path: Path) -> Result:
    return SandboxGateway(path, lambda: START, DELAY).charge(order())


def test_two_processes_share_the_sandboxs_ledger(tmp_path: Path) -> None:
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        results = list(pool.map(_charge_elsewhere, [tmp_path / "ledger.sqlite3"] * 8))
    assert len(set(results)) == 1


def test_the_sandbox_says_that_it_moves_no_money(tmp_path: Path) -> None:
    assert SandboxGateway(tmp_path / "a" / "ledger.sqlite3", lambda: START).moves_money is False


def test_without_delay_a_charge_settles_at_once(tmp_path: Path) -> None:
    assert SandboxGateway(tmp_path / "ledger.sqlite3", lambda: START).charge(order()).state == State.SETTLED
