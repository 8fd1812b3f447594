"""Notices, refunds, disputes and the provider's books: whatever comes, in whatever order, ends in the same books."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.core import clock
from app.core.db import db
from app.core.errors import NotAllowed, NotNow, NotValid
from app.core.outbox import Notification
from auth.models import User
from contracts import actions, queries
from contracts.gateway import Dispute, Kind, Refund, Result, Standing
from contracts.models import PayeeAccount, PaymentAttempt, ProviderNotice
from contracts.sandbox_gateway import SandboxGateway
from tests.contracts.people import NOON, Cast, active, paid, released, sandbox
from tests.factories import appoint

Travel = Callable[[datetime | timedelta], datetime]
LATER = timedelta(minutes=3)


@pytest.fixture
def cast(app: Flask, travel: Travel) -> Cast:
    travel(NOON)
    return Cast()


@pytest.fixture
def gateway(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SandboxGateway:
    """The application's own provider for the time of a test."""
    provider = sandbox(tmp_path)
    monkeypatch.setitem(app.extensions, "gateway", provider)
    return provider


def attempt() -> PaymentAttempt:
    db.session.rollback()
    return db.session.scalars(select(PaymentAttempt).order_by(PaymentAttempt.id.desc()).limit(1)).one()


def states() -> tuple[str, str]:
    found = attempt()
    return found.state, found.milestone.state


def told(kind: str) -> list[str]:
    return sorted(db.session.scalars(select(Notification.address).filter_by(kind=f"contracts/{kind}")))


def addresses(*people: User) -> list[str]:
    return sorted(one.email for one in people)


def outcomes() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(ProviderNotice.outcome).order_by(ProviderNotice.id)))


def send(client: FlaskClient, notice: tuple[bytes, str]) -> int:
    body, signature = notice
    return client.post("/webhooks/stripe", data=body, headers={"Stripe-Signature": signature}).status_code


def order_back(cast: Cast, reason: str = "Paid by mistake.") -> None:
    actions.order_refund(attempt(), reason, by=cast.finance, at=clock.now() - timedelta(seconds=1))
    db.session.commit()


def test_a_notice_is_kept_once_and_leads_to_what_the_provider_says(
    cast: Cast, client: FlaskClient, gateway: SandboxGateway
) -> None:
    released(cast, active(cast).milestones[0])
    slow = sandbox(gateway._path.parent, timedelta(hours=1))
    actions.carry_out_due(slow)
    found = attempt()
    assert (states(), bool(found.reference)) == (("processing", "released"), True)
    notice = gateway.notice(Kind.CHARGE, found.reference)
    assert [send(client, notice) for _time in range(3)] == [200, 200, 200]
    assert (actions.read_notices(slow), outcomes()) == (1, ["unchanged"])


def test_a_settlement_is_known_by_its_notice_before_the_worker_asks_again(
    cast: Cast, client: FlaskClient, gateway: SandboxGateway, travel: Travel
) -> None:
    gateway._delay = timedelta(seconds=10)
    released(cast, active(cast).milestones[0])
    actions.carry_out_due(gateway)
    travel(timedelta(seconds=11))
    send(client, gateway.notice(Kind.CHARGE, "", attempt().key))
    assert (actions.read_notices(gateway), outcomes(), states()) == (1, ["recorded"], ("settled", "paid"))
    assert actions.carry_out_due(gateway) == 0


def test_what_is_forged_stale_foreign_or_too_large_is_refused_and_not_kept(
    cast: Cast, client: FlaskClient, gateway: SandboxGateway, travel: Travel
) -> None:
    body, signature = gateway.notice(Kind.CHARGE, "x")
    foreign = gateway.notice(Kind.ACCOUNT, "acct_of_somebody_else")
    refused = [(body + b" ", signature), (body, signature[:-1]), (body, ""), (b"\xff", signature), (b"", ""), foreign]
    assert [send(client, one) for one in refused] == [400] * 6
    assert send(client, (b" " * 300_000, signature)) == 413
    travel(NOON + timedelta(minutes=6))
    assert send(client, (body, signature)) == 400
    assert outcomes() == []


def test_whoever_keeps_forging_is_slowed_down_and_the_provider_is_not(
    cast: Cast, client: FlaskClient, gateway: SandboxGateway
) -> None:
    assert {send(client, gateway.notice(Kind.OTHER, str(number))) for number in range(40)} == {200}
    assert [send(client, (b"{}", "forged")) for _time in range(31)] == [400] * 30 + [429]


def test_notices_of_nothing_here_are_kept_and_change_nothing(
    cast: Cast, client: FlaskClient, gateway: SandboxGateway
) -> None:
    for kind in (Kind.OTHER, Kind.METHOD, Kind.CHARGE):
        assert send(client, gateway.notice(kind, "unknown")) == 200
    assert (actions.read_notices(gateway), outcomes()) == (3, ["not_needed", "not_needed", "not_ours"])


def test_a_notice_of_an_account_leads_to_how_it_stands(
    cast: Cast, client: FlaskClient, gateway: SandboxGateway
) -> None:
    active(cast, connected=False)
    account = gateway.open_account("dev")
    actions.connect_account(cast.developer, account, provider="sandbox", by=cast.developer, at=NOON)
    db.session.commit()
    gateway.judge(account.reference, Standing.READY)
    for _time in range(2):
        assert send(client, gateway.notice(Kind.ACCOUNT, account.reference)) == 200
    assert (actions.read_notices(gateway), outcomes()) == (2, ["recorded", "unchanged"])
    assert db.session.scalars(select(PayeeAccount.standing)).all() == ["ready"]


def test_a_refund_is_ordered_with_a_reason_by_who_may_release(cast: Cast, gateway: SandboxGateway) -> None:
    milestone = released(cast, active(cast).milestones[0])
    with pytest.raises(NotNow):
        actions.order_refund(attempt(), "Early.", by=cast.finance, at=NOON)
    actions.carry_out_due(gateway)
    appoint(cast.buyer, "finance", cast.department)
    for person in (cast.buyer, cast.officer, cast.developer, cast.stranger):
        with pytest.raises(NotAllowed):
            actions.order_refund(attempt(), "No.", by=person, at=NOON)
    with pytest.raises(NotValid):
        actions.order_refund(attempt(), " ", by=cast.finance, at=NOON)
    order_back(cast)
    assert told("refund_ordered") == addresses(cast.developer, cast.buyer)
    assert (milestone.state, states()) == ("paid", ("settled", "paid"))


def test_a_refund_gives_the_whole_payment_back_and_the_milestone_can_be_paid_anew(
    cast: Cast, gateway: SandboxGateway
) -> None:
    paid(cast, active(cast).milestones[0], gateway)
    order_back(cast)
    assert (actions.give_back_due(gateway), actions.give_back_due(gateway)) == (1, 0)
    found = attempt()
    assert (states(), found.milestone.paid_at, found.milestone.released_by) == (("refunded", "accepted"), None, None)
    assert told("refund_settled") == addresses(cast.developer, cast.buyer, cast.finance)
    booked = gateway.find_booked(found.reference)
    assert booked is not None
    assert booked.refunded_cents == booked.amount_cents == 3_000_00
    again = actions.release(found.milestone, by=cast.finance, at=clock.now() - timedelta(seconds=1))
    db.session.commit()
    actions.carry_out_due(gateway)
    assert (again.number, states()) == (2, ("settled", "paid"))


class Silent:
    """A provider that takes a refund and whose answer is lost."""

    def __init__(self, inner: SandboxGateway) -> None:
        self.inner, self.asked = inner, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def refund(self, order: Refund) -> Result:
        self.asked += 1
        self.inner.refund(order)
        raise RuntimeError


def test_a_refund_whose_answer_was_lost_is_looked_up_and_not_sent_again(
    cast: Cast, gateway: SandboxGateway, travel: Travel
) -> None:
    paid(cast, active(cast).milestones[0], gateway)
    order_back(cast)
    silent: Any = Silent(gateway)
    with pytest.raises(RuntimeError):
        actions.give_back_due(silent)
    assert (actions.give_back_due(silent), states()) == (0, ("settled", "paid"))
    travel(NOON + LATER)
    assert (actions.give_back_due(silent), silent.asked, states()) == (1, 1, ("refunded", "accepted"))


def test_a_refund_that_the_provider_refuses_leaves_the_payment_and_can_be_ordered_anew(
    cast: Cast, gateway: SandboxGateway
) -> None:
    paid(cast, active(cast).milestones[0], gateway)
    found = attempt()
    gateway.refund(Refund("elsewhere", found.reference, 100))
    order_back(cast)
    actions.give_back_due(gateway)
    assert (states(), [(one.state, one.failure) for one in queries.refunds_of(attempt())]) == (
        ("settled", "paid"),
        [("failed", "refused")],
    )
    assert told("refund_failed") == addresses(cast.developer, cast.buyer, cast.finance)
    order_back(cast)
    assert [one.number for one in queries.refunds_of(attempt())] == [1, 2]


def test_there_is_one_refund_of_a_payment_at_a_time(cast: Cast, gateway: SandboxGateway) -> None:
    paid(cast, active(cast).milestones[0], gateway)
    order_back(cast)
    with pytest.raises(IntegrityError):
        order_back(cast)
    db.session.rollback()


@pytest.mark.parametrize(
    ("ends", "state", "kind"),
    [(Dispute.WON, ("settled", "paid"), "dispute_won"), (Dispute.LOST, ("refunded", "accepted"), "dispute_lost")],
)
def test_a_dispute_is_told_to_both_sides_and_ends_as_the_bank_decides(
    cast: Cast, client: FlaskClient, gateway: SandboxGateway, ends: Dispute, state: tuple[str, str], kind: str
) -> None:
    paid(cast, active(cast).milestones[0], gateway)
    key = attempt().key
    for dispute, expected in ((Dispute.OPEN, ("disputed", "paid")), (ends, state), (ends, state)):
        gateway.dispute(key, dispute)
        send(client, gateway.notice(Kind.DISPUTE, attempt().reference))
        actions.read_notices(gateway)
        assert states() == expected
    assert outcomes() == ["recorded", "recorded", "unchanged"]
    assert told("dispute_open") == told(kind) == addresses(cast.developer, cast.finance, cast.buyer)


def test_while_a_payment_is_disputed_nothing_else_goes_either_way(cast: Cast, gateway: SandboxGateway) -> None:
    paid(cast, active(cast).milestones[0], gateway)
    gateway.dispute(attempt().key)
    actions.look_at_payment(gateway, attempt().id)
    milestone = attempt().milestone
    with pytest.raises(NotNow):
        actions.order_refund(attempt(), "Back.", by=cast.finance, at=NOON)
    with pytest.raises(NotNow):
        actions.release(milestone, by=cast.finance, at=NOON)
    with pytest.raises(NotNow):
        actions.pay_again(milestone, by=cast.finance, at=NOON)
