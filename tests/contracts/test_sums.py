"""Whatever people and the provider do, in any order: the sums hold, and nothing is paid twice."""

import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.errors import Refusal
from contracts import actions, queries
from contracts.changes import Changed, Changes
from contracts.models import Contract, Milestone, PaymentAttempt
from tests.conftest import empty_tables
from tests.contracts.people import LINK, Cast, active, sandbox

Travel = Callable[[datetime | timedelta], datetime]
ACCEPTED = ("accepted", "released", "paid")
POSITIONS = st.integers(1, 2)
VALUES = st.sampled_from([3_000_00, 3 * 1_066_01, 3 * 1_066_04, 3 * 1_066_05])


class Sums(RuleBasedStateMachine):
    """Two milestones, one provider, every act at any moment."""

    travel: Travel
    folder: Path

    @initialize(value=VALUES)
    def begin(self, value: int) -> None:
        db.session.remove()
        empty_tables()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.gateway = sandbox(self.folder)
        self.cast = Cast(value_cents=value)
        active(self.cast)

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
        attempts = list(db.session.scalars(select(PaymentAttempt)))
        settled = [one for one in attempts if one.state == "settled"]
        assert len({one.milestone_id for one in settled}) == len(settled)
        booked = self.gateway.booked(clock.now() - timedelta(days=900), clock.now() + timedelta(days=900))
        entered = {one.key: one.amount_cents for one in booked if one.state == "settled"}
        mine = {one.key: one.amount_cents + one.tax_cents for one in settled}
        assert mine.items() <= entered.items()
        under_way = {one.key for one in attempts if one.state in ("sent", "processing")}
        assert set(entered) - set(mine) <= under_way


@pytest.fixture
def folder() -> Path:
    return Path(tempfile.mkdtemp())


def test_the_sums_hold_whatever_happens(app: Flask, travel: Travel, folder: Path) -> None:
    Sums.travel, Sums.folder = staticmethod(travel), folder
    few = settings(
        max_examples=8,
        stateful_step_count=15,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    run_state_machine_as_test(Sums, settings=few)
