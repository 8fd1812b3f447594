"""Whatever people, the provider and the wire between do, in any order: the sums hold, and nothing is paid twice.

The provider is Stripe's gateway, by Stripe's library, on a stand-in whose books are compared with ours after each step.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.errors import Refusal
from app.factory import equip
from contracts import actions, queries
from contracts.changes import Changed, Changes
from contracts.models import Contract, Milestone, PaymentAttempt, Reconciliation
from contracts.provider import Provider, in_use
from tests.conftest import empty_tables
from tests.contracts.people import LINK, Cast, accepted, active
from tests.journeys.paying import gateway_on, pay_by, settled_in
from tests.verification.stripe_fake import Fake, Fault, serving
from tests.verification.stripe_ledger import SLOW

Travel = Callable[[datetime | timedelta], datetime]
ACCEPTED = ("accepted", "released", "paid")
POSITIONS = st.integers(1, 2)
METHODS = st.sampled_from(["pm_card_visa", SLOW, "pm_card_chargeDeclined", "pm_card_authenticationRequired"])
FAULTS = st.sampled_from(["drop_before", "drop_after", "500", "500_after", "429"])
BANKS = st.sampled_from(["needs_response", "won", "lost"])
ALWAYS = timedelta(days=900)


class Sums(RuleBasedStateMachine):
    """Two milestones, one of them accepted; one provider; every act, fault and notice at any moment."""

    travel: Travel
    application: Flask
    fake: Fake

    @initialize()
    def begin(self) -> None:
        db.session.remove()
        empty_tables()
        self.fake.__init__(base=self.fake.base)  # type: ignore[misc]  # books as new, at the same address
        self.gateway = gateway_on(self.fake)
        self.cast = Cast()
        contract = active(self.cast, connected=False)
        settled_in(self.cast, self.gateway, self.fake)
        accepted(self.cast, contract.milestones[0])
        self.notices: list[dict[str, Any]] = []

    def contract(self) -> Contract:
        db.session.rollback()
        return queries.get_contract(1)

    def milestone(self, position: int) -> Milestone:
        return queries.get_milestone(self.contract(), position)

    def attempt_to(self, act: Callable[[], object]) -> None:
        """Do it as a page does: all or nothing."""
        try:
            act()
            db.session.commit()
        except Refusal:
            db.session.rollback()

    @rule(position=POSITIONS)
    def deliver(self, position: int) -> None:
        milestone = self.milestone(position)
        by, at = self.cast.developer, clock.now()
        self.attempt_to(lambda: actions.deliver(milestone, "Done.", [LINK], [], by=by, at=at))

    @rule(position=POSITIONS)
    def accept(self, position: int) -> None:
        milestone = self.milestone(position)
        self.attempt_to(lambda: actions.accept_delivery(milestone, by=self.cast.buyer, at=clock.now()))

    @rule(position=POSITIONS)
    def send_back(self, position: int) -> None:
        milestone = self.milestone(position)
        self.attempt_to(lambda: actions.return_delivery(milestone, "No.", by=self.cast.buyer, at=clock.now()))

    @rule(position=POSITIONS)
    def release_twice(self, position: int) -> None:
        for _click in range(2):
            self.attempt_to(lambda: actions.release(self.milestone(position), by=self.cast.finance, at=clock.now()))

    @rule(position=POSITIONS)
    def pay_again(self, position: int) -> None:
        milestone = self.milestone(position)
        self.attempt_to(lambda: actions.pay_again(milestone, by=self.cast.finance, at=clock.now()))

    @rule()
    def carry_out(self) -> None:
        self.travel(timedelta(minutes=5))
        db.session.rollback()
        actions.carry_out_due(self.gateway)
        actions.give_back_due(self.gateway)

    @rule(method=METHODS)
    def pay_by(self, method: str) -> None:
        pay_by(self.cast, self.gateway, method)

    @rule(fault=FAULTS)
    def goes_wrong(self, fault: str) -> None:
        """With the next charge or refund, between it and us."""
        self.fake.faults[:] = [Fault(fault)]

    @rule(position=POSITIONS)
    def refund_twice(self, position: int) -> None:
        for _click in range(2):
            for attempt in self.milestone(position).attempts[-1:]:
                self.attempt_to(partial(actions.order_refund, attempt, "Why.", by=self.cast.finance, at=clock.now()))

    @rule(bank=BANKS)
    def dispute(self, bank: str) -> None:
        for intent in [one for one in self.intents() if self.keeps(one)][-1:]:
            self.fake.ledger.dispute(intent["id"], bank)
            self.happens("charge.dispute.updated", intent)

    @rule()
    def arrives(self) -> None:
        """What was on its way, and what waits on a page."""
        self.fake.ledger.settle()
        for page in list(self.fake.ledger.of("checkout.session")):
            self.fake.ledger.pay(page)
        for intent in self.intents():
            self.happens("payment_intent.succeeded", intent)

    def happens(self, what: str, intent: dict[str, Any]) -> None:
        self.notices.append(self.fake.ledger.event(what, "payment_intent", intent["id"]))

    @rule(which=st.integers(0, 9), times=st.integers(1, 2), forged=st.booleans())
    def a_notice_comes(self, which: int, times: int, *, forged: bool) -> None:
        """Any that was sent, in any order, several times, or changed on the way; others never come."""
        for notice in self.notices[which : which + 1]:
            body = notice["body"].replace("succeeded", "failed") if forged else notice["body"]
            for _time in range(times):
                signed = {"Stripe-Signature": notice["signature"]}
                answer = self.application.test_client().post("/webhooks/stripe", data=body, headers=signed)
                fresh = not forged or body == notice["body"]
                assert answer.status_code in ((200, 400) if fresh else (400, 429))
        db.session.rollback()
        actions.read_notices(self.gateway)

    def intents(self) -> list[dict[str, Any]]:
        return list(self.fake.books()["intents"])

    def keeps(self, intent: dict[str, Any]) -> bool:
        """The stand-in took the money and neither gave it back nor lost it to the payer's bank."""
        lost = {one["payment_intent"] for one in self.fake.ledger.of("dispute").values() if one["status"] == "lost"}
        took = intent["status"] == "succeeded" and not intent["latest_charge"]["refunded"]
        return bool(took and intent["id"] not in lost)

    @rule(position=POSITIONS, cents=st.sampled_from([0, 1, 5_000_00]), accepts=st.booleans())
    def amend(self, position: int, cents: int, *, accepts: bool) -> None:
        contract = self.contract()
        milestone = queries.get_milestone(contract, position)
        due = milestone.due_on
        changes = Changes((Changed(position, cents, milestone.amount_cents, due, due),))
        answer = actions.accept_amendment if accepts else actions.decline_amendment
        at = clock.now()

        def act() -> None:
            amendment = actions.propose_amendment(contract, changes, "Why.", by=self.cast.officer, at=at)
            if accepts and amendment.uncertified_cents:
                short = amendment.uncertified_cents
                actions.certify_amendment(amendment, short, "F-100", by=self.cast.finance, at=at)
            answer(amendment, by=self.cast.developer, at=at)

        self.attempt_to(act)

    @rule()
    def terminate(self) -> None:
        contract = self.contract()
        if clock.now().minute % 4 == 0:
            self.attempt_to(lambda: actions.terminate(contract, "Why.", by=self.cast.officer, at=clock.now()))

    @invariant()
    def the_sums_hold(self) -> None:
        contract = self.contract()
        counted = sum(one.amount_cents for one in contract.milestones if one.state != "cancelled")
        accepted = sum(one.amount_cents for one in contract.milestones if one.state in ACCEPTED)
        paid = sum(one.amount_cents for one in contract.milestones if one.state == "paid")
        assert paid <= accepted <= counted <= contract.current_cents
        if contract.state == "active":
            assert counted == contract.current_cents

    @invariant()
    def the_books_agree_with_the_provider(self) -> None:
        attempts = {one.key: one for one in db.session.scalars(select(PaymentAttempt))}
        theirs = {one["metadata"]["devex_key"]: one for one in self.intents() if one["status"] == "succeeded"}
        paid = [attempts[key].milestone_id for key, one in theirs.items() if self.keeps(one)]
        assert len(set(paid)) == len(paid)
        for key, one in theirs.items():
            assert one["amount"] == attempts[key].amount_cents + attempts[key].tax_cents
            assert one["transfer_data"]["destination"] == attempts[key].payee
            assert attempts[key].state not in ("ordered", "failed")
        for key, mine in attempts.items():
            if mine.state in ("settled", "disputed"):
                assert mine.milestone.state == "paid"
                assert key in theirs
            elif mine.state == "refunded":
                assert not self.keeps(theirs[key])

    def teardown(self) -> None:
        """Whatever was lost on the way: one comparison of the books finds it, and then they are the same."""
        if not hasattr(self, "cast"):
            return
        self.fake.faults.clear()
        self.travel(timedelta(hours=3))
        db.session.rollback()
        actions.carry_out_due(self.gateway)
        actions.give_back_due(self.gateway)
        number = actions.reconcile(self.gateway, clock.now() - ALWAYS, clock.now() + ALWAYS)
        report = db.session.get_one(Reconciliation, number)
        assert [one for one in report.differences if not one["repaired"]] == []
        self.the_sums_hold()
        self.the_books_agree_with_the_provider()


@pytest.fixture
def fake(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    with serving() as made, monkeypatch.context() as patch:
        patch.setitem(app.extensions, "gateway", gateway_on(made))
        in_use.become(Provider("stripe", "test"))
        yield made
    equip(app)


def test_the_sums_hold_whatever_happens(app: Flask, travel: Travel, fake: Fake) -> None:
    Sums.travel, Sums.application, Sums.fake = staticmethod(travel), app, fake
    few = settings(
        max_examples=6,
        stateful_step_count=22,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    run_state_machine_as_test(Sums, settings=few)
