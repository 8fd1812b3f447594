"""The provider's books compared with ours: each difference is found, named, and told to whom it concerns."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.core.db import db
from app.core.outbox import Notification
from auth.models import User
from contracts import actions
from contracts.gateway import Refund, State
from contracts.models import PaymentAttempt, Reconciliation
from contracts.sandbox_gateway import SandboxGateway
from tests.contracts.people import NOON, Cast, active, paid, released, sandbox
from tests.factories import make_administrator

Travel = Callable[[datetime | timedelta], datetime]
SignIn = Callable[[User], FlaskClient]
LATER = timedelta(minutes=3)
DAY = timedelta(days=1)


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


def reconciled(gateway: SandboxGateway) -> Reconciliation:
    number = actions.reconcile(gateway, NOON - DAY, NOON + DAY)
    return db.session.get_one(Reconciliation, number)


def test_books_that_agree_are_reported_so(cast: Cast, gateway: SandboxGateway) -> None:
    paid(cast, active(cast).milestones[0], gateway)
    report = reconciled(gateway)
    assert (report.compared, report.open, report.differences) == (1, 0, [])


def test_a_payment_whose_answer_was_lost_is_found_by_comparing(app: Flask, travel: Travel, tmp_path: Path) -> None:
    travel(NOON)
    cast, gateway = Cast(value_cents=3 * 1_066_05), sandbox(tmp_path)
    released(cast, active(cast).milestones[0])
    actions.carry_out_due(gateway)
    assert states() == ("sent", "released")
    report = reconciled(gateway)
    assert (report.open, [(one["kind"], one["repaired"]) for one in report.differences]) == (0, [("other_state", True)])
    assert states() == ("settled", "paid")


def given_up(folder: Path) -> tuple[Cast, SandboxGateway]:
    """A payment that the provider took, whose answer was lost, and that was given up here."""
    cast, gateway = Cast(value_cents=3 * 1_066_05), sandbox(folder)
    released(cast, active(cast).milestones[0])
    actions.carry_out_due(gateway)
    actions.note_answer(attempt(), actions.Answer(State.FAILED, failure="no_answer"), at=NOON)
    db.session.commit()
    return cast, gateway


def test_a_payment_given_up_is_found_settled(app: Flask, travel: Travel, tmp_path: Path) -> None:
    travel(NOON)
    _cast, gateway = given_up(tmp_path)
    assert (reconciled(gateway).open, states(), attempt().failure) == (0, ("settled", "paid"), "")


def test_a_milestone_that_was_paid_twice_is_named(app: Flask, travel: Travel, tmp_path: Path) -> None:
    travel(NOON)
    cast, gateway = given_up(tmp_path)
    actions.pay_again(attempt().milestone, by=cast.finance, at=NOON)
    db.session.commit()
    actions.carry_out_due(gateway)
    travel(NOON + LATER)
    actions.carry_out_due(gateway)
    report = reconciled(gateway)
    assert [(one["kind"], one["here"], one["repaired"]) for one in report.differences] == [
        ("other_state", "failed", False),
        ("paid_twice", "settled", False),
    ]


def test_what_was_done_at_the_provider_alone_is_named(cast: Cast, gateway: SandboxGateway) -> None:
    paid(cast, active(cast).milestones[0], gateway)
    mine = attempt()
    gateway.charge(replace(actions.order_of(mine), key="elsewhere"))
    gateway.refund(Refund("also-elsewhere", mine.reference, 1_00))
    db.session.rollback()
    kinds = sorted((one["kind"], one["contract"], one["there_cents"]) for one in reconciled(gateway).differences)
    assert kinds == [("missing_here", 0, 3_000_00), ("refunded_there", 1, 1_00)]


def test_the_night_compares_once_and_tells_the_administrators_what_is_left(
    cast: Cast, gateway: SandboxGateway, travel: Travel
) -> None:
    administrator = make_administrator()
    paid(cast, active(cast).milestones[0], gateway)
    gateway.refund(Refund("elsewhere", attempt().reference, 3_000_00))
    travel(NOON + DAY)
    assert actions.reconcile_last_night(gateway) > 0
    assert actions.reconcile_last_night(gateway) == 0
    assert administrator.email in told("differences")
    assert db.session.scalar(select(func.count()).select_from(Reconciliation)) == 1


def test_finance_has_a_payment_back_on_its_page(cast: Cast, gateway: SandboxGateway, sign_in: SignIn) -> None:
    paid(cast, active(cast).milestones[0], gateway)
    address = f"/en/contracts/1/payments/{attempt().key}"
    finance, supplier = sign_in(cast.finance), sign_in(cast.developer)
    assert "Have this payment back" in finance.get(address).get_data(as_text=True)
    assert "Have this payment back" not in supplier.get(address).get_data(as_text=True)
    assert sign_in(cast.buyer).get(f"{address}/refund").status_code == 403
    assert "$3,000" in finance.get(f"{address}/refund").get_data(as_text=True)
    refused = finance.post(f"{address}/refund", data={"reason": "Paid by mistake."})
    assert (refused.status_code, "Paid by mistake." in refused.get_data(as_text=True)) == (422, True)
    sent = finance.post(f"{address}/refund", data={"reason": "Paid by mistake.", "sure": "y"})
    assert (sent.status_code, sent.headers["Location"]) == (303, address)
    assert finance.get(f"{address}/refund").status_code == 409
    actions.give_back_due(gateway)
    page = supplier.get(f"/fr/contrats/1/paiements/{attempt().key}").get_data(as_text=True)
    assert ("Paid by mistake." in page, "Ce paiement a été remboursé" in page) == (True, True)
    assert "No money moved" not in finance.get("/en/contracts/1/milestones/1/release").get_data(as_text=True)


def test_a_comparison_is_shown_to_administrators_and_to_the_finance_it_concerns(
    cast: Cast, gateway: SandboxGateway, sign_in: SignIn
) -> None:
    paid(cast, active(cast).milestones[0], gateway)
    gateway.charge(replace(actions.order_of(attempt()), key="elsewhere", amount_cents=77_00))
    gateway.refund(Refund("also-elsewhere", attempt().reference, 1_00))
    report = reconciled(gateway)
    db.session.commit()
    administrator, finance = sign_in(make_administrator()), sign_in(cast.finance)
    for address in ("/en/reconciliation", "/fr/rapprochement", f"/fr/rapprochement/{report.id}"):
        assert (administrator.get(address).status_code, finance.get(address).status_code) == (200, 200)
    page = f"/en/reconciliation/{report.id}"
    seen = [one.get(page).get_data(as_text=True) for one in (administrator, finance)]
    assert ["no contract here asked for" in one for one in seen] == [True, False]
    assert ["gave the payment back" in one for one in seen] == [True, True]
    assert [sign_in(one).get(page).status_code for one in (cast.buyer, cast.developer)] == [403, 403]
    assert administrator.get("/en/reconciliation/999").status_code == 404


def test_the_command_compares_whole_days_and_fails_when_a_difference_is_left(
    app: Flask, cast: Cast, gateway: SandboxGateway
) -> None:
    paid(cast, active(cast).milestones[0], gateway)
    runner = app.test_cli_runner()
    period = ["--from", "2026-07-20", "--to", "2026-07-20"]
    done = runner.invoke(args=["reconcile", *period])
    assert (done.exit_code, done.output) == (0, "1 payments compared, 0 differences left.\n")
    gateway.refund(Refund("elsewhere", attempt().reference, 1_00))
    done = runner.invoke(args=["reconcile", *period])
    assert (done.exit_code, done.output.splitlines()[-1]) == (1, "1 payments compared, 1 differences left.")
    assert runner.invoke(args=["reconcile", "--from", "2026-07-20", "--to", "2026-07-19"]).exit_code == 1
