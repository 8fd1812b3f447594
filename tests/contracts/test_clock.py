"""Day 15 and day 30: each reminder once, late payments with their interest, also after the worker was away."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.outbox import Notification
from contracts import actions, queries
from contracts.interest import owed_cents
from tests.contracts.people import NOON, Cast, accepted, active, delivered

Travel = Callable[[datetime | timedelta], datetime]
KINDS = ("contracts/answer_due", "contracts/payment_due", "contracts/payment_late")


@pytest.fixture
def cast(app: Flask, travel: Travel) -> Cast:
    travel(NOON)
    return Cast(tax_number="123456789 RT0001")


def told(at: datetime) -> list[tuple[str, int | None]]:
    """Remind twice at a moment and give who was told what, in all."""
    for _twice in range(2):
        actions.remind_due(at=at)
        db.session.commit()
    rows = select(Notification.kind, Notification.recipient_id).where(Notification.kind.in_(KINDS))
    found = db.session.execute(rows.order_by(Notification.id))
    return [(kind.removeprefix("contracts/"), number) for kind, number in found]


def test_the_buyer_is_reminded_on_day_15_once(cast: Cast) -> None:
    delivered(cast, active(cast).milestones[0])
    assert told(NOON + timedelta(days=13, hours=23)) == []
    assert told(NOON + timedelta(days=14)) == [("answer_due", cast.buyer.id)]
    assert told(NOON + timedelta(days=40)) == [("answer_due", cast.buyer.id)]


def test_an_answered_delivery_and_an_older_one_remind_of_nothing(cast: Cast) -> None:
    milestone = delivered(cast, active(cast).milestones[0])
    actions.return_delivery(milestone, "The legend.", by=cast.buyer, at=NOON)
    assert told(NOON + timedelta(days=20)) == []
    actions.deliver(milestone, "Again.", ["https://example.org"], [], by=cast.developer, at=NOON + timedelta(days=20))
    assert told(NOON + timedelta(days=30)) == []
    assert told(NOON + timedelta(days=34)) == [("answer_due", cast.buyer.id)]


def test_finance_is_reminded_on_day_30_and_both_sides_told_when_it_is_late(cast: Cast) -> None:
    accepted(cast, active(cast).milestones[0])
    assert told(NOON + timedelta(days=28, hours=23)) == []
    due = ("payment_due", cast.finance.id)
    late = [("payment_late", cast.finance.id), ("payment_late", cast.developer.id)]
    assert told(NOON + timedelta(days=29)) == [due]
    assert told(NOON + timedelta(days=30)) == [due]
    assert told(NOON + timedelta(days=31)) == [due, *late]
    assert told(NOON + timedelta(days=99)) == [due, *late]


def test_a_worker_that_was_away_tells_only_what_still_matters(cast: Cast) -> None:
    accepted(cast, active(cast).milestones[0])
    assert told(NOON + timedelta(days=60)) == [("payment_late", cast.finance.id), ("payment_late", cast.developer.id)]


def test_late_payment_costs_interest_on_the_whole_invoice_shown_to_everybody(
    cast: Cast, client: FlaskClient, travel: Travel
) -> None:
    milestone = accepted(cast, active(cast).milestones[0])
    assert queries.late_of(milestone.contract, NOON + timedelta(days=30)) == {}
    late = queries.late_of(milestone.contract, NOON + timedelta(days=40))[milestone.id]
    due, paid = (NOON + timedelta(days=30)).date(), (NOON + timedelta(days=40)).date()
    assert (late.pay_late, late.interest_cents) == (10, owed_cents(3_390_00, due, paid))
    travel(NOON + timedelta(days=40))
    assert clock.now() > NOON
    for address in ("/en/contracts/1", "/en/contracts/1/milestones/1"):
        assert "The payment is 10 days late; interest so far: $5.11." in client.get(address).get_data(as_text=True)
    assert "10 jours de retard" in client.get("/fr/contrats/1").get_data(as_text=True)
    milestone.paid_at = NOON + timedelta(days=33)
    milestone.state = "paid"
    db.session.commit()
    assert "Paid 3 days late; interest owed: $1.53." in client.get("/en/contracts/1").get_data(as_text=True)


def test_reminders_stand_in_the_story_of_the_procurement(cast: Cast, client: FlaskClient) -> None:
    delivered(cast, active(cast).milestones[0])
    told(NOON + timedelta(days=15))
    actions.accept_delivery(queries.get_contract(1).milestones[0], by=cast.buyer, at=NOON + timedelta(days=15))
    told(NOON + timedelta(days=50))
    page = client.get(f"/en/opportunities/{cast.opportunity.number}/story").get_data(as_text=True)
    assert "The payment of milestone 1 is late; interest counts" in page
    assert "The buyer reminded" not in page
