"""How a department pays, and what each side is told when a payment does not go by itself."""

import html
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core.db import db
from app.core.outbox import Notification
from auth.models import User
from contracts import actions, queries
from contracts.gateway import Method, Standing
from contracts.models import PaymentAttempt
from contracts.provider import in_use
from contracts.sandbox_gateway import SandboxGateway
from contracts.views.words import failure_words
from tests.contracts.people import NOON, Cast, accepted, active, released, sandbox
from tests.verification.benches import Bench, stripe_bench_on
from tests.verification.stripe_fake import serving

Travel = Callable[[datetime | timedelta], datetime]
SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def cast(app: Flask, travel: Travel) -> Cast:
    travel(NOON)
    return Cast()


@pytest.fixture
def provider(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SandboxGateway:
    """The sandbox that the pages use, with books of this test's own."""
    made = sandbox(tmp_path)
    monkeypatch.setitem(app.extensions, "gateway", made)
    return made


def attempt() -> PaymentAttempt:
    db.session.rollback()
    return db.session.scalars(select(PaymentAttempt).order_by(PaymentAttempt.id.desc()).limit(1)).one()


def test_finance_saves_a_method_at_the_provider_or_pays_on_a_page(
    cast: Cast, provider: SandboxGateway, sign_in: SignIn
) -> None:
    finance, here = sign_in(cast.finance), f"/en/departments/{cast.department.code}/payment"
    assert "has not said how it pays" in finance.get(here).get_data(as_text=True)
    page = finance.get(f"{here}/provider").headers["Location"]
    assert finance.get(f"{here}/back").headers["Location"] == here
    assert queries.find_payer(cast.department) is None
    assert finance.get(page).status_code == 200
    assert finance.get(finance.post(page).headers["Location"]).headers["Location"] == here
    row = queries.find_payer(cast.department)
    assert row is not None
    assert (row.label, row.on_page, row.saved_by_id) == ("Visa 4242", False, cast.finance.id)
    assert finance.post(here).status_code == 303
    db.session.expire_all()
    assert (row.label, row.on_page) == ("", True)
    french = finance.get(f"/fr/ministeres/{cast.department.code}/paiement").get_data(as_text=True)
    assert "Comment le ministère paie" in french
    for person in (cast.buyer, cast.officer, cast.developer):
        assert sign_in(person).get(here).status_code == 403
        assert sign_in(person).post(here).status_code == 403


def test_nothing_is_released_before_finance_said_how_the_department_pays(
    cast: Cast, provider: SandboxGateway, sign_in: SignIn
) -> None:
    accepted(cast, active(cast).milestones[0])
    row = queries.find_payer(cast.department)
    db.session.delete(row)
    db.session.commit()
    waiting = [item.endpoint for item in queries.awaiting(cast.finance, NOON)]
    assert waiting == ["contracts.payer", "contracts.release"]
    finance, here = sign_in(cast.finance), "/en/contracts/1/milestones/1/release"
    page = finance.get(here).get_data(as_text=True)
    assert f'href="/en/departments/{cast.department.code}/payment"' in page
    assert finance.post(here).status_code == 409
    assert db.session.scalars(select(PaymentAttempt)).all() == []


def test_a_payment_on_a_page_is_paid_there(
    cast: Cast, provider: SandboxGateway, travel: Travel, sign_in: SignIn
) -> None:
    contract = active(cast)
    actions.pay_on_page(cast.department, "payer", by=cast.finance, at=NOON)
    released(cast, contract.milestones[0])
    actions.carry_out_due(provider)
    found = attempt()
    assert (found.state, found.action_url.startswith(f"/en/sandbox/payments/{found.key}?back=")) == (
        "needs_action",
        True,
    )
    finance = sign_in(cast.finance)
    assert found.action_url.split("?")[0] in finance.get("/en/contracts/1/milestones/1").get_data(as_text=True)
    assert finance.post(found.action_url).status_code == 303
    travel(NOON + timedelta(minutes=3))
    actions.carry_out_due(provider)
    assert attempt().state == "settled"


@pytest.mark.parametrize("meanwhile", [False, True])
def test_a_page_is_closed_before_the_payment_is_tried_anew_unless_somebody_paid_on_it(
    cast: Cast, provider: SandboxGateway, sign_in: SignIn, *, meanwhile: bool
) -> None:
    contract = active(cast)
    actions.pay_on_page(cast.department, "payer", by=cast.finance, at=NOON)
    released(cast, contract.milestones[0])
    actions.carry_out_due(provider)
    key = attempt().key
    here = f"/en/contracts/1/payments/{key}/withdraw"
    finance = sign_in(cast.finance)
    assert sign_in(cast.buyer).post(here).status_code == 403
    assert finance.get(here).status_code == 200
    if meanwhile:
        provider.act(key)
    assert finance.post(here).status_code == 303
    found = attempt()
    assert (found.state, found.failure) == (("settled", "") if meanwhile else ("failed", "withdrawn"))
    assert finance.get(here).status_code == 409
    again = finance.post("/en/contracts/1/milestones/1/release").status_code
    assert (again, attempt().number) == ((409, 1) if meanwhile else (303, 2))


COURSES = {
    "declined": "pm_card_chargeDeclined",
    "expired": "pm_card_chargeDeclinedExpiredCard",
    "insufficient_funds": "pm_card_chargeDeclinedInsufficientFunds",
    "account_closed": "pm_debit_accountClosed",
    "account_not_ready": "pm_card_visa",
    "refused": "pm_card_visa",
}
FAULTS = ("drop_before", "drop_after", "429", "500", "500_after")


@pytest.fixture
def stripe(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """Stripe in use, as our stand-in plays it."""
    with serving() as fake:
        bench = stripe_bench_on(fake)
        monkeypatch.setitem(app.extensions, "gateway", bench.gateway)
        monkeypatch.setattr(in_use, "name", "stripe")
        monkeypatch.setattr(in_use, "mode", "test")
        yield bench


def order_at_stripe(cast: Cast, stripe: Bench, method: str) -> None:
    """Release a first milestone to be paid through Stripe by a method."""
    contract = active(cast)
    account = stripe.gateway.account(stripe.order().payee)
    actions.connect_account(cast.developer, account, provider="stripe", by=cast.developer, at=NOON)
    actions.save_method(cast.department, stripe.payer, Method(method, "Visa 4242"), by=cast.finance, at=NOON)
    released(cast, contract.milestones[0])


@pytest.mark.parametrize("failure", sorted(COURSES))
def test_each_failure_tells_each_side_what_happened_and_what_to_do(
    app: Flask, cast: Cast, stripe: Bench, sign_in: SignIn, failure: str
) -> None:
    if failure == "refused":
        cast.award.value_cents = 3 * 100_000_000
    order_at_stripe(cast, stripe, COURSES[failure])
    if failure == "account_not_ready":
        stripe.judge(stripe.order().payee, Standing.INCOMPLETE)
    actions.carry_out_due(stripe.gateway)
    assert (attempt().state, attempt().failure, attempt().milestone.state) == ("failed", failure, "released")
    with app.test_request_context("/en/"):
        happened, to_do, meanwhile = failure_words()[failure]
    here = "/en/contracts/1/milestones/1"
    seen = {who.name: text_of(sign_in(who).get(here)) for who in (cast.finance, cast.developer)}
    assert f"{happened} {to_do}" in seen[cast.finance.name]
    assert f"{happened} {meanwhile}" in seen[cast.developer.name]
    assert f"{happened} {to_do}" in text_of(sign_in(cast.finance).get(f"{here}/release"))
    told = db.session.scalars(select(Notification.address).filter_by(kind="contracts/payment_failed"))
    assert sorted(told) == sorted([cast.developer.email, cast.finance.email])


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_on_the_way_leaves_the_payment_on_its_way_and_pays_once(
    cast: Cast, stripe: Bench, travel: Travel, sign_in: SignIn, fault: str
) -> None:
    order_at_stripe(cast, stripe, "pm_card_visa")
    stripe.fail(fault)
    actions.carry_out_due(stripe.gateway)
    assert (attempt().state, attempt().milestone.state) == ("sent", "released")
    for who in (cast.finance, cast.developer):
        assert "On its way" in text_of(sign_in(who).get("/en/contracts/1/milestones/1"))
    travel(NOON + timedelta(minutes=3))
    actions.carry_out_due(stripe.gateway)
    assert (attempt().state, attempt().milestone.state) == ("settled", "paid")
    assert len(list(stripe.gateway.booked(NOON - timedelta(days=9999), NOON + timedelta(days=9999)))) == 1


def test_a_payment_that_needs_the_cardholder_shows_finance_the_page(cast: Cast, stripe: Bench, sign_in: SignIn) -> None:
    order_at_stripe(cast, stripe, "pm_card_authenticationRequired")
    actions.carry_out_due(stripe.gateway)
    found = attempt()
    assert (found.state, found.action_url.startswith("https://checkout.stripe.test/")) == ("needs_action", True)
    here = "/en/contracts/1/milestones/1"
    assert f'href="{found.action_url}"' in sign_in(cast.finance).get(here).get_data(as_text=True)
    assert found.action_url not in sign_in(cast.developer).get(here).get_data(as_text=True)
    assert "No money moves" in text_of(sign_in(cast.finance).get(here))


def text_of(answer: TestResponse) -> str:
    """A page's text, as it is read."""
    return html.unescape(answer.get_data(as_text=True))
