"""The pages of contracts: each opens in both languages for whom it is; each act is a form that keeps what was typed."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.db import db
from app.core.outbox import Notification
from auth.models import User
from contracts import actions, queries
from contracts.gateway import Standing, State
from contracts.models import Contract, DeliveredFile, PaymentAttempt
from tests.contracts.people import LINK, NOON, Cast, accepted, active, delivered, drawn_up, released, sandbox
from tests.factories import appoint

Travel = Callable[[datetime | timedelta], datetime]
SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def cast(app: Flask, travel: Travel) -> Cast:
    travel(NOON)
    return Cast(tax_number="123456789 RT0001")


def reload_contract() -> Contract:
    db.session.rollback()
    return queries.get_contract(1)


def post(browser: FlaskClient, address: str, **values: object) -> int:
    return browser.post(address, data=values).status_code


def test_a_contract_is_drawn_up_on_its_page(cast: Cast, sign_in: SignIn) -> None:
    address = f"/en/opportunities/{cast.opportunity.number}/contract"
    browser = sign_in(cast.officer)
    page = browser.get(address).get_data(as_text=True)
    assert "$9,000" in page
    assert "Dev Eloper" in page
    assert browser.get(f"/fr/defis/{cast.opportunity.number}/contrat").status_code == 200
    assert sign_in(cast.buyer).get(address).status_code == 403
    assert browser.post(address).headers["Location"] == "/en/contracts/1"
    assert browser.get(address).headers["Location"] == "/en/contracts/1"


def test_the_standstill_is_shown_with_its_date(app: Flask, travel: Travel, sign_in: SignIn) -> None:
    travel(NOON)
    cast = Cast(standstill_days=30)
    address = f"/en/opportunities/{cast.opportunity.number}/contract"
    browser = sign_in(cast.officer)
    page = browser.get(address).get_data(as_text=True)
    assert "30\u00a0July 2026" in page
    assert browser.post(address).status_code == 409


def test_a_contract_is_accepted_with_a_tick(cast: Cast, sign_in: SignIn) -> None:
    contract = drawn_up(cast)
    digest = contract.text_hash
    supplier, officer = sign_in(cast.developer), sign_in(cast.officer)
    assert "Read and accept" in supplier.get("/en/contracts/1").get_data(as_text=True)
    assert supplier.get("/fr/contrats/1/accepter").status_code == 200
    assert supplier.post("/en/contracts/1/accept", data={"digest": digest}).status_code == 422
    assert supplier.post("/en/contracts/1/accept", data={"digest": "x", "agree": "y"}).status_code == 409
    assert supplier.post("/en/contracts/1/accept", data={"digest": digest, "agree": "y"}).status_code == 303
    assert officer.post("/fr/contrats/1/accepter", data={"digest": digest, "agree": "y"}).status_code == 303
    assert reload_contract().state == "active"
    assert sign_in(cast.stranger).get("/en/contracts/1/accept").status_code == 403


def test_a_contract_is_declined_with_a_reason(cast: Cast, sign_in: SignIn) -> None:
    drawn_up(cast)
    supplier = sign_in(cast.developer)
    assert supplier.get("/en/contracts/1/decline").status_code == 200
    assert supplier.get("/fr/contrats/1/refuser").status_code == 200
    assert post(supplier, "/en/contracts/1/decline", reason=" ") == 422
    assert post(supplier, "/en/contracts/1/decline", reason="Too busy.") == 303
    assert reload_contract().state == "declined"
    assert "Too busy." not in supplier.application.test_client().get("/en/contracts/1").get_data(as_text=True)


def test_the_winner_declines_before_there_is_a_contract(cast: Cast, sign_in: SignIn) -> None:
    number = cast.opportunity.number
    address = f"/en/opportunities/{number}/decline-award"
    winner = sign_in(cast.developer)
    assert sign_in(cast.stranger).get(address).status_code == 403
    assert "Decline the award" in winner.get(address).get_data(as_text=True)
    assert "does not answer" in sign_in(cast.officer).get(address).get_data(as_text=True)
    assert post(winner, address, reason=" ") == 422
    assert post(winner, f"/fr/defis/{number}/refuser-attribution", reason="Too busy.") == 303
    db.session.rollback()
    assert (cast.opportunity.state, cast.award.state) == ("evaluation", "declined")
    told = db.session.scalars(select(Notification).where(Notification.kind == "contracts/award_declined")).all()
    assert [(one.recipient_id, "Too busy." in one.body) for one in told] == [(cast.officer.id, True)]
    assert winner.get(address).status_code == 404
    assert sign_in(cast.officer).post(f"/en/opportunities/{number}/contract").status_code == 404


def test_where_there_is_a_contract_the_award_is_declined_with_it(cast: Cast, sign_in: SignIn) -> None:
    drawn_up(cast)
    answer = sign_in(cast.developer).get(f"/en/opportunities/{cast.opportunity.number}/decline-award")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/en/contracts/1")


def test_a_delivery_keeps_what_was_typed_when_it_is_refused(cast: Cast, sign_in: SignIn) -> None:
    active(cast)
    supplier = sign_in(cast.developer)
    address = "/en/contracts/1/milestones/1/deliver"
    assert supplier.get(address).status_code == 200
    answer = supplier.post(address, data={"note": "<b>The map</b>", "links": "javascript:alert(1)"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "&lt;b&gt;The map&lt;/b&gt;" in page
    assert "javascript:alert(1)" in page
    assert 'href="javascript' not in page
    assert post(supplier, address, note="", links=LINK) == 422
    assert post(supplier, address, note="x" * 10_001, links=LINK) == 422
    bad = {"note": "A program.", "files": (io.BytesIO(b"MZ\x00"), "run.exe")}
    assert supplier.post(address, data=bad).status_code == 422
    good = {"note": "A report.", "links": "", "files": (io.BytesIO(b"All pass."), "../../report.txt")}
    assert supplier.post(address, data=good).status_code == 303
    assert post(supplier, address, note="Again.", links=LINK) == 409


def test_files_go_to_the_parties_alone_as_attachments(cast: Cast, sign_in: SignIn, client: FlaskClient) -> None:
    milestone = active(cast).milestones[0]
    address = "/en/contracts/1/milestones/1/deliver"
    good = {"note": "A report.", "links": "", "files": (io.BytesIO(b"All pass."), "report.txt")}
    assert sign_in(cast.developer).post(address, data=good).status_code == 303
    key = db.session.scalar(select(DeliveredFile.key))
    answer = sign_in(cast.buyer).get(f"/en/contracts/1/files/{key}")
    assert (answer.data, answer.headers["Content-Disposition"]) == (b"All pass.", "attachment; filename=report.txt")
    assert sign_in(cast.stranger).get(f"/en/contracts/1/files/{key}").status_code == 403
    assert client.get(f"/en/contracts/1/files/{key}").status_code == 303
    assert sign_in(cast.buyer).get("/en/contracts/1/files/none").status_code == 404
    public = client.get("/en/contracts/1/milestones/1").get_data(as_text=True)
    assert "report.txt" not in public
    assert milestone.deliveries[0].note not in public


def test_a_buyer_returns_and_accepts(cast: Cast, sign_in: SignIn) -> None:
    milestone = active(cast).milestones[0]
    delivered(cast, milestone)
    buyer, here = sign_in(cast.buyer), "/en/contracts/1/milestones/1"
    assert "Accept or return milestone 1" in buyer.get("/en/contracts/1").get_data(as_text=True)
    assert buyer.get(f"{here}/return").status_code == 200
    assert post(buyer, f"{here}/return", reasons="") == 422
    assert post(buyer, f"{here}/return", reasons="The keyboard.") == 303
    assert "The keyboard." in sign_in(cast.developer).get(f"{here}/deliver").get_data(as_text=True)
    delivered(cast, milestone)
    assert "$390" in buyer.get(f"{here}/accept").get_data(as_text=True)
    assert buyer.get("/fr/contrats/1/jalons/1/accepter").status_code == 200
    assert sign_in(cast.finance).post(f"{here}/accept").status_code == 403
    assert buyer.post(f"{here}/accept").status_code == 303
    assert buyer.get(f"{here}/accept").status_code == 409
    assert buyer.get(f"{here}/return").status_code == 409


def test_finance_releases_and_the_receipt_says_it(cast: Cast, sign_in: SignIn, tmp_path: Path) -> None:
    milestone = accepted(cast, active(cast).milestones[0])
    appoint(cast.buyer, "finance", cast.department)
    finance, here = sign_in(cast.finance), "/en/contracts/1/milestones/1"
    assert sign_in(cast.buyer).get(f"{here}/release").status_code == 403
    assert "$3,390" in finance.get(f"{here}/release").get_data(as_text=True)
    assert finance.get("/fr/contrats/1/jalons/1/ordre-de-paiement").status_code == 200
    assert finance.post(f"{here}/release").status_code == 303
    assert finance.post(f"{here}/release").status_code == 409
    assert finance.get(f"{here}/release").status_code == 409
    db.session.rollback()
    actions.carry_out_due(sandbox(tmp_path))
    key = db.session.scalar(select(PaymentAttempt.key))
    for address in (f"/en/contracts/1/payments/{key}", f"/fr/contrats/1/paiements/{key}"):
        assert sign_in(cast.developer).get(address).status_code == 200
        assert sign_in(cast.stranger).get(address).status_code == 403
    assert "sandbox_" in sign_in(cast.developer).get(f"/en/contracts/1/payments/{key}").get_data(as_text=True)
    assert milestone.position == 1


@pytest.mark.parametrize(
    "course", ["declined", "insufficient_funds", "account_not_ready", "no_answer", "refused", "other"]
)
def test_a_failed_payment_says_why_and_offers_to_try_again(cast: Cast, sign_in: SignIn, course: str) -> None:
    milestone = released(cast, active(cast).milestones[0])
    attempt = milestone.attempts[0]
    actions.note_sent(attempt, at=NOON)
    actions.note_answer(attempt, actions.Answer(State.FAILED, failure=course), at=NOON)
    db.session.commit()
    finance, here = sign_in(cast.finance), "/en/contracts/1/milestones/1"
    assert "No money moved" in finance.get(f"{here}/release").get_data(as_text=True)
    assert "The payment failed" in sign_in(cast.developer).get(here).get_data(as_text=True)
    assert finance.get(f"/fr/contrats/1/paiements/{attempt.key}").status_code == 200
    assert finance.post(f"{here}/release").status_code == 303
    assert [one.state for one in reload_contract().milestones[0].attempts] == ["failed", "ordered"]


def test_finance_gives_the_confirmation_that_the_provider_asks_for(app: Flask, travel: Travel, sign_in: SignIn) -> None:
    travel(NOON)
    cast = Cast(value_cents=3 * 1_066_03)
    milestone = released(cast, active(cast).milestones[0])
    attempt, here = milestone.attempts[0], "/en/contracts/1"
    gateway = app.extensions["gateway"]
    assert (attempt.amount_cents + attempt.tax_cents) % 10_000 == 6603
    actions.carry_out_due(gateway)
    db.session.rollback()
    finance, confirm = sign_in(cast.finance), f"/en/sandbox/payments/{attempt.key}"
    assert confirm in finance.get(f"{here}/milestones/1").get_data(as_text=True)
    assert confirm not in sign_in(cast.buyer).get(f"{here}/milestones/1").get_data(as_text=True)
    assert finance.get(confirm).status_code == 200
    assert finance.post(confirm).headers["Location"] == f"{here}/milestones/1"
    travel(NOON + timedelta(hours=2))
    actions.carry_out_due(gateway)
    travel(NOON + timedelta(hours=4))
    actions.carry_out_due(gateway)
    assert reload_contract().milestones[0].state == "paid"
    assert finance.get(confirm).status_code == 409


def test_payment_waits_for_an_account_and_says_so(cast: Cast, sign_in: SignIn) -> None:
    accepted(cast, active(cast, connected=False).milestones[0])
    here = "/en/contracts/1/milestones/1/release"
    assert "has not connected an account" in sign_in(cast.finance).get(here).get_data(as_text=True)
    assert sign_in(cast.finance).post(here).status_code == 409


def test_a_supplier_connects_an_account(app: Flask, travel: Travel, sign_in: SignIn) -> None:
    travel(NOON)
    cast = Cast(organization=True)
    active(cast, connected=False)
    browser = sign_in(cast.developer)
    assert "Three Pines Software" in browser.get("/en/account/payment").get_data(as_text=True)
    assert browser.get("/fr/compte/paiement").status_code == 200
    organization = cast.organization
    assert organization is not None
    key = organization.key
    for owner in ({}, {"owner": ""}, {"owner": cast.stranger.key}):
        refused = browser.post("/en/account/payment", data=owner)
        assert (refused.status_code, "Choose who is paid." in refused.get_data(as_text=True)) == (422, True)
    assert post(browser, "/en/account/payment", owner=key) == 303
    assert "the bank account to pay to" in browser.get("/en/account/payment").get_data(as_text=True)
    assert "Your account cannot be paid on yet." in browser.get("/en/contracts/1").get_data(as_text=True)
    there = browser.get(f"/en/account/payment/{key}/provider").headers["Location"]
    assert browser.get(there).status_code == 200
    assert browser.post(there).status_code == 422
    for standing, words in (("refused", "does not pay this account"), ("under_review", "looks at what you sent")):
        back = browser.post(there, data={"standing": standing}).headers["Location"]
        assert back == f"/en/account/payment/{key}/back"
        assert browser.get(back).headers["Location"] == "/en/account/payment"
        assert words in browser.get("/en/account/payment").get_data(as_text=True)
    browser.get(browser.post(there, data={"standing": "ready"}).headers["Location"])
    account = queries.find_account_of(reload_contract())
    assert account is not None
    assert (account.ready, account.reference, account.requirements) == (True, f"sandbox-{key}", [])


def test_an_account_at_the_provider_is_its_owners_alone(cast: Cast, sign_in: SignIn) -> None:
    active(cast)
    key, reference = cast.developer.key, f"acct-{cast.developer.key}"
    owner, stranger = sign_in(cast.developer), sign_in(cast.stranger)
    for address in (f"account/payment/{key}/provider", f"account/payment/{key}/back"):
        assert owner.get(f"/en/{address}").status_code == 303
        assert stranger.get(f"/en/{address}").status_code == 404
    assert owner.get(owner.get(f"/fr/compte/paiement/{key}/prestataire").headers["Location"]).status_code == 200
    assert stranger.get(f"/en/sandbox/accounts/{reference}").status_code == 404
    gone = owner.post(f"/en/sandbox/accounts/{reference}?back=//evil.example/x", data={"standing": "ready"})
    assert gone.headers["Location"] in ("/x", "/en/account/payment")


def test_a_form_answers_in_each_state_as_its_action_would(cast: Cast, sign_in: SignIn) -> None:
    drawn_up(cast)
    supplier, officer, buyer = sign_in(cast.developer), sign_in(cast.officer), sign_in(cast.buyer)
    early = {"deliver": supplier, "accept": buyer, "return": buyer}
    for act, browser in early.items():
        assert browser.get(f"/en/contracts/1/milestones/1/{act}").status_code == 409
    whole = {"amend": officer, "terminate": officer, "complete": buyer, "report": supplier}
    for act, browser in whole.items():
        assert browser.get(f"/en/contracts/1/{act}").status_code == 409
    actions.decline(queries.get_contract(1), "Too busy.", by=cast.developer, at=NOON)
    db.session.commit()
    for act in ("accept", "decline"):
        page = supplier.get(f"/en/contracts/1/{act}")
        assert page.status_code == 409
        assert '<a href="/en/contracts/1">See what stands now</a>' in page.get_data(as_text=True)


def test_an_account_not_ready_is_refused_by_the_gateway_that_runs(app: Flask) -> None:
    gateway = app.extensions["gateway"]
    assert gateway.open_account("x").standing == Standing.INCOMPLETE
