"""What we rely on in a payment provider: the sandbox keeps it, Stripe's gateway on our stand-in, and Stripe itself.

`TestOrders` needs nobody to be played and so runs against Stripe's test mode too (`make test-stripe`).
"""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from contracts.gateway import (
    Charge,
    Dispute,
    Failure,
    Forged,
    GatewayDown,
    KeyReused,
    Kind,
    Notice,
    OrderRefused,
    Refund,
    Result,
    Standing,
    State,
)
from contracts.sandbox_gateway import SandboxGateway
from tests.verification.benches import BACK, DELAY, EVERY, LIVE, PLAIN, PLAYED, START, Bench

WHOLE = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


@pytest.fixture(params=EVERY, ids=lambda make: make.__name__)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """Each gateway in turn, fresh."""
    with request.param(tmp_path) as made:
        yield made


def state_of(result: Result | None) -> State | None:
    """The state, or None when nothing was found."""
    return None if result is None else result.state


class TestOrders:
    """What any gateway must do, Stripe itself included."""

    def test_a_charge_is_taken_and_settles(self, bench: Bench) -> None:
        order = bench.order()
        taken = bench.gateway.charge(order)
        assert (taken.key, taken.state, taken.failure) == (order.key, bench.taken, None)
        assert bench.gateway.look_up(order) == taken
        bench.settle()
        settled = replace(taken, state=State.SETTLED)
        assert (bench.gateway.look_up(order), bench.gateway.look_up(order, taken.reference)) == (settled, settled)

    def test_the_same_key_pays_once_also_after_a_restart(self, bench: Bench) -> None:
        order = bench.order()
        first = bench.gateway.charge(order)
        assert bench.gateway.charge(order) == first
        assert bench.restart().charge(order) == first

    def test_two_keys_are_two_payments(self, bench: Bench) -> None:
        charged = [bench.gateway.charge(bench.order(key=key)).reference for key in ("a", "b")]
        assert charged[0] != charged[1]

    def test_a_key_used_for_another_order_is_refused(self, bench: Bench) -> None:
        first = bench.gateway.charge(bench.order())
        with pytest.raises(KeyReused):
            bench.gateway.charge(bench.order(amount_cents=PLAIN + 1))
        assert bench.gateway.charge(bench.order()) == first

    def test_what_was_never_sent_is_not_found(self, bench: Bench) -> None:
        order = bench.order(key="never")
        assert (bench.gateway.look_up(order), bench.gateway.withdraw(order)) == (None, None)

    @pytest.mark.parametrize("amount", [0, -1])
    def test_an_amount_of_nothing_is_refused(self, bench: Bench, amount: int) -> None:
        with pytest.raises(OrderRefused):
            bench.gateway.charge(bench.order(amount_cents=amount))
        assert bench.gateway.look_up(bench.order()) is None

    def test_a_declined_charge_fails_at_once(self, bench: Bench) -> None:
        order = bench.order("declined")
        result = bench.gateway.charge(order)
        assert (result.state, result.failure) == (State.FAILED, Failure.DECLINED)
        assert bench.gateway.look_up(order) == result

    @pytest.mark.parametrize("course", ["action", "page"])
    def test_a_charge_that_needs_the_payer_names_a_page_until_it_is_withdrawn(self, bench: Bench, course: str) -> None:
        order = bench.order(course)
        taken = bench.gateway.charge(order)
        assert (taken.state, bool(taken.action_url)) == (State.NEEDS_ACTION, True)
        assert bench.gateway.look_up(order, taken.reference) == taken
        withdrawn = bench.gateway.withdraw(order, taken.reference)
        assert withdrawn == replace(taken, state=State.FAILED, failure=Failure.WITHDRAWN, action_url="")
        assert bench.gateway.withdraw(order, taken.reference) == withdrawn

    def test_a_settled_charge_is_refunded_up_to_its_amount(self, bench: Bench) -> None:
        order = bench.order()
        charge = bench.gateway.charge(order).reference
        bench.settle()
        refunds = [Refund(f"{order.key}-{key}", charge, cents) for key, cents in (("r1", 500_000), ("r2", 234_500))]
        part = bench.gateway.refund(refunds[0])
        assert (bench.gateway.refund(refunds[0]), bench.gateway.look_up(refunds[1])) == (part, None)
        with pytest.raises(OrderRefused):
            bench.gateway.refund(Refund(f"{order.key}-r3", charge, 234_501))
        bench.gateway.refund(refunds[1])
        bench.settle()
        assert [state_of(bench.gateway.look_up(one)) for one in refunds] == [State.SETTLED, State.SETTLED]
        booked = bench.gateway.find_booked(charge)
        assert booked is not None
        assert (booked.key, booked.amount_cents, booked.refunded_cents) == (order.key, PLAIN, PLAIN)

    def test_a_refund_or_an_unknown_charge_cannot_be_refunded(self, bench: Bench) -> None:
        order = bench.order()
        charge = bench.gateway.charge(order).reference
        bench.settle()
        refund = bench.gateway.refund(Refund(f"{order.key}-r1", charge, 100)).reference
        bench.settle()
        for reference in (refund, "unknown"):
            with pytest.raises(OrderRefused):
                bench.gateway.refund(Refund(f"{order.key}-r2", reference, 100))

    def test_the_books_tell_each_charge_of_a_period(self, bench: Bench) -> None:
        order = bench.order()
        charge = bench.gateway.charge(order)
        (booked,) = [one for one in bench.gateway.booked(*WHOLE) if one.key == order.key]
        assert (booked.reference, booked.state, booked.amount_cents) == (charge.reference, bench.taken, PLAIN)
        assert (booked.refunded_cents, booked.dispute, booked.payee) == (0, Dispute.NONE, order.payee)
        assert list(bench.gateway.booked(booked.at - timedelta(days=9), booked.at - timedelta(days=8))) == []
        assert bench.gateway.find_booked("pi_unknown") is None


@pytest.fixture(params=[] if LIVE else PLAYED, ids=lambda make: make.__name__)
def played(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """Each gateway whose other side can be played."""
    with request.param(tmp_path) as made:
        yield made


class TestPlayed:
    """What any gateway must do when the network breaks, a bank takes its time, or somebody acts on its pages."""

    def test_want_of_funds_shows_later(self, played: Bench) -> None:
        order = played.order("poor")
        taken = played.gateway.charge(order)
        assert taken.state == State.PROCESSING
        played.settle()
        failed = replace(taken, state=State.FAILED, failure=Failure.INSUFFICIENT_FUNDS)
        assert played.gateway.look_up(order, taken.reference) == failed

    @pytest.mark.parametrize("course", ["action", "page"])
    def test_a_charge_settles_once_the_payer_acted_and_is_withdrawn_no_more(self, played: Bench, course: str) -> None:
        order = played.order(course)
        taken = played.gateway.charge(order)
        played.act(order.key)
        assert state_of(played.gateway.withdraw(order, taken.reference)) == State.PROCESSING
        played.settle()
        found = played.gateway.look_up(order, taken.reference)
        assert found is not None
        assert (found.state, played.gateway.look_up(order, found.reference)) == (State.SETTLED, found)

    def test_an_order_lost_on_the_way_can_be_sent_again(self, played: Bench) -> None:
        lost = played.order("down")
        with pytest.raises(GatewayDown):
            played.gateway.charge(lost)
        assert played.gateway.look_up(lost) is None
        assert played.gateway.charge(lost).state == State.PROCESSING

    def test_an_order_whose_answer_was_lost_is_found_and_paid_once(self, played: Bench) -> None:
        silent = played.order("silent")
        with pytest.raises(GatewayDown):
            played.gateway.charge(silent)
        found = played.gateway.look_up(silent)
        assert state_of(found) == State.PROCESSING
        assert played.gateway.charge(silent) == found

    def test_nobody_is_paid_before_their_account_is_ready(self, played: Bench) -> None:
        account = played.gateway.open_account("supplier")
        assert played.gateway.open_account("supplier") == account
        assert (account.standing, bool(account.requirements)) == (Standing.INCOMPLETE, True)
        for course in ("", "page"):
            result = played.gateway.charge(played.order(course, f"attempt{course}", payee=account.reference))
            assert (result.state, result.failure) == (State.FAILED, Failure.ACCOUNT_NOT_READY)

    @pytest.mark.parametrize("standing", list(Standing))
    def test_the_provider_decides_about_an_account(self, played: Bench, standing: Standing) -> None:
        account = played.gateway.open_account("supplier")
        played.judge(account.reference, standing)
        found = played.restart().account(account.reference)
        assert (found.reference, found.standing) == (account.reference, standing)

    def test_the_owner_goes_to_the_provider_and_is_led_back(self, played: Bench) -> None:
        account = played.gateway.open_account("supplier")
        page = played.gateway.onboarding(account.reference, BACK, "en")
        assert quote(BACK, safe="") in page or BACK in page

    def test_a_payer_saves_a_method(self, played: Bench) -> None:
        assert played.gateway.open_payer("d1", "Department of Rivers") == played.payer
        assert played.gateway.saved(played.payer) is None
        assert played.gateway.set_up(played.payer, BACK, "fr")
        played.save(played.payer)
        method = played.gateway.saved(played.payer)
        assert method is not None
        assert method.label == "Visa 4242"

    def test_a_notice_is_believed_while_it_is_fresh_and_signed(self, played: Bench) -> None:
        charge = played.gateway.charge(played.order())
        body, signature = played.notice(Kind.CHARGE, charge.reference, "attempt-1")
        read = played.gateway.read_notice(body, signature)
        assert isinstance(read, Notice)
        assert (read.kind, read.subject, read.key) == (Kind.CHARGE, charge.reference, "attempt-1")
        for forged in ((body + b" ", signature), (body, "t=1,v1=0"), (body, ""), (b"{}", signature)):
            with pytest.raises(Forged):
                played.gateway.read_notice(*forged)

    def test_a_notice_of_an_account_names_it(self, played: Bench) -> None:
        account = played.gateway.open_account("supplier").reference
        read = played.gateway.read_notice(*played.notice(Kind.ACCOUNT, account, ""))
        assert (read.kind, read.subject) == (Kind.ACCOUNT, account)

    def test_a_notice_that_is_too_old_is_not_believed(self, played: Bench) -> None:
        charge = played.gateway.charge(played.order())
        with pytest.raises(Forged):
            played.gateway.read_notice(*played.stale(Kind.CHARGE, charge.reference, ""))


def _charge_elsewhere(path: Path) -> Result:
    order = Charge("attempt-1", "cus_1", "acct_1", PLAIN, method="method")
    return SandboxGateway(path, lambda: START, DELAY).charge(order)


def test_two_processes_share_the_sandboxs_ledger(tmp_path: Path) -> None:
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        results = list(pool.map(_charge_elsewhere, [tmp_path / "ledger.sqlite3"] * 8))
    assert len(set(results)) == 1


def test_the_sandbox_says_that_it_moves_no_money(tmp_path: Path) -> None:
    assert SandboxGateway(tmp_path / "a" / "ledger.sqlite3", lambda: START).moves_money is False
