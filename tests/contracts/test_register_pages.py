"""The pages of what became of contracts: amended, completed, terminated, and open to everybody."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.db import db
from auth.models import User
from contracts import actions, queries
from contracts.changes import Added, Changed, Changes
from contracts.models import Contract
from tests.contracts.people import NOON, Cast, active, delivered, paid, sandbox
from tests.factories import both

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


def test_an_amendment_is_proposed_and_answered(cast: Cast, sign_in: SignIn) -> None:
    active(cast)
    officer, supplier = sign_in(cast.officer), sign_in(cast.developer)
    assert officer.get("/en/contracts/1/amend").status_code == 200
    assert officer.get("/fr/contrats/1/modifier").status_code == 200
    lines = {
        "milestones-0-position": "1",
        "milestones-0-amount": "3500",
        "milestones-0-due_on": "2026-08-20",
        "milestones-1-position": "2",
        "milestones-1-amount": "6000",
        "milestones-1-due_on": "2026-08-17",
    }
    refused = officer.post("/en/contracts/1/amend", data={**lines, "reason": ""})
    assert refused.status_code == 422
    assert 'value="3500"' in refused.get_data(as_text=True)
    half = {**lines, "reason": "More gauges.", "title_en": "Extra"}
    assert officer.post("/en/contracts/1/amend", data=half).status_code == 422
    check = officer.post("/en/contracts/1/amend", data={**lines, "reason": "More gauges."}).headers["Location"]
    assert check == "/en/contracts/1/amend/check"
    page = officer.get(check).get_data(as_text=True).replace("\u00a0", " ")
    assert all(words in page for words in ("$9,500", "5.6% of the first value", "$500 is not certified yet"))
    assert 'value="3500"' in officer.get("/en/contracts/1/amend").get_data(as_text=True)
    assert officer.get("/fr/contrats/1/modifier/verifier").status_code == 200
    assert officer.post(check).status_code == 303
    assert "waits for finance" in officer.get("/en/contracts/1").get_data(as_text=True)
    assert "You can answer once it has" in supplier.get("/en/contracts/1/amendments/1").get_data(as_text=True)
    assert post(supplier, "/en/contracts/1/amendments/1", answer="accept") == 409
    certify, finance = "/en/contracts/1/amendments/1/certify", sign_in(cast.finance)
    assert 'value="500"' in finance.get(certify).get_data(as_text=True)
    assert finance.get("/fr/contrats/1/modifications/1/attester").status_code == 200
    assert post(finance, certify, amount="499.99", fund_code="F-100") == 422
    assert post(finance, certify, amount="500", fund_code="F-100") == 303
    assert post(finance, certify, amount="500", fund_code="F-100") == 409
    assert "waits for the supplier" in officer.get("/en/contracts/1").get_data(as_text=True)
    for browser in (supplier, officer, sign_in(cast.buyer)):
        assert browser.get("/en/contracts/1/amendments/1").status_code == 200
        assert browser.get("/fr/contrats/1/modifications/1").status_code == 200
    assert sign_in(cast.stranger).get("/en/contracts/1/amendments/1").status_code == 403
    assert post(supplier, "/en/contracts/1/amendments/1") == 422
    assert post(supplier, "/en/contracts/1/amendments/1", answer="accept") == 303
    contract = reload_contract()
    assert (contract.current_cents, contract.milestones[0].amount_cents) == (9_500_00, 3_500_00)
    assert "More gauges." in sign_in(cast.stranger).get("/en/contracts/1").get_data(as_text=True)


def test_a_contract_is_reported_completed_and_listed_for_reuse(
    cast: Cast, sign_in: SignIn, client: FlaskClient, tmp_path: Path
) -> None:
    contract = active(cast)
    for milestone in list(contract.milestones):
        paid(cast, milestone, sandbox(tmp_path))
    supplier, buyer = sign_in(cast.developer), sign_in(cast.buyer)
    assert supplier.get("/en/contracts/1/report").status_code == 200
    assert post(supplier, "/en/contracts/1/report", final_report="") == 422
    assert post(supplier, "/fr/contrats/1/rapport", final_report="The map.", lessons="Ask early.") == 303
    assert buyer.get("/en/contracts/1/complete").status_code == 200
    assert buyer.post("/fr/contrats/1/achever").status_code == 303
    page = client.get("/en/contracts/1").get_data(as_text=True)
    assert "Any department may reuse this work" in page
    assert "Ask early." in page


def test_a_contract_is_terminated_with_a_reason(cast: Cast, sign_in: SignIn) -> None:
    active(cast)
    officer = sign_in(cast.officer)
    assert officer.get("/en/contracts/1/terminate").status_code == 200
    assert post(officer, "/en/contracts/1/terminate", reason="") == 422
    assert post(officer, "/fr/contrats/1/resilier", reason="The need is gone.") == 303
    assert reload_contract().state == "terminated"
    assert "$9,000 was cancelled and is not paid" in officer.get("/en/contracts/1").get_data(as_text=True).replace(
        "\u00a0", " "
    )
    address = f"/en/opportunities/{cast.opportunity.number}"
    page = officer.get(address, follow_redirects=True).get_data(as_text=True)
    assert ("The contract ended early" in page, "ended early" in page) == (True, True)


def everything(cast: Cast, folder: Path) -> None:
    """A contract with a bit of everything, so that each page has something to show."""
    contract = active(cast)
    paid(cast, contract.milestones[0], sandbox(folder))
    contract = queries.get_contract(1)
    second = contract.milestones[1]
    changes = Changes(
        (Changed(2, 7_000_00, 6_000_00, None, second.due_on),),
        (Added(both("More"), both("Works"), 1_000_00),),
        both("Wider"),
    )
    amendment = actions.propose_amendment(contract, changes, "More work.", by=cast.officer, at=NOON)
    actions.certify_amendment(amendment, 2_000_00, "F-100", by=cast.finance, at=NOON)
    actions.accept_amendment(amendment, by=cast.developer, at=NOON)
    delivered(cast, second)
    actions.return_delivery(second, "Secret shortcomings.", by=cast.buyer, at=NOON)
    db.session.commit()


@pytest.mark.parametrize(
    "address",
    [
        "/en/contracts",
        "/fr/contrats",
        "/en/contracts/1",
        "/fr/contrats/1",
        "/en/contracts/1/milestones/1",
        "/fr/contrats/1/jalons/2",
        "/en/contracts/1/milestones/3",
    ],
)
def test_public_pages_open_for_everybody_and_keep_private_things(
    cast: Cast, client: FlaskClient, sign_in: SignIn, tmp_path: Path, address: str
) -> None:
    everything(cast, tmp_path)
    page = client.get(address).get_data(as_text=True)
    for secret in ("The map.", "Secret shortcomings.", "acct-", "sandbox_", "RT0001"):
        assert secret not in page
    assert ("No money moves" in page) or ("Aucun argent" in page)
    for person in (cast.developer, cast.buyer, cast.officer, cast.finance, cast.stranger):
        assert sign_in(person).get(address).status_code == 200


def test_what_does_not_exist_is_not_found(client: FlaskClient, cast: Cast) -> None:
    active(cast)
    for address in ("/en/contracts/9", "/en/contracts/1/milestones/9", "/en/contracts/99999999999999999999"):
        assert client.get(address).status_code == 404


def test_the_register_finds_no_fault_with_a_reader_who_asks_for_nothing(cast: Cast, client: FlaskClient) -> None:
    active(cast)
    for address in ("/en/contracts", "/en/contracts?supplier=dev"):
        assert 'class="error"' not in client.get(address).get_data(as_text=True)


def test_the_register_filters_by_supplier_department_state_and_value(cast: Cast, client: FlaskClient) -> None:
    active(cast)
    for query, found in (
        ("supplier=dev+el", True),
        ("supplier=%25", False),
        ("supplier=nobody", False),
        ("department=rivers", True),
        ("department=lakes", False),
        ("state=active", True),
        ("state=proposed", False),
        ("min=9000", True),
        ("min=9000.01", False),
        ("max=8,999", False),
        ("min=much&before=x", True),
    ):
        page = client.get(f"/en/contracts?{query}")
        assert page.status_code == 200
        assert ("River gauges on a map" in page.get_data(as_text=True)) is found, query
