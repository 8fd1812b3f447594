"""Statements and figures: every invoice once, sums to the cent, years from April."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from app.core.db import db
from auth.models import User
from contracts import actions, queries
from contracts.fiscal import FiscalYear, years
from contracts.ledger import add_up
from contracts.queries import Figures
from tests.contracts.people import LINK, NOON, Cast, accepted, active, paid, sandbox

Travel = Callable[[datetime | timedelta], datetime]
SignIn = Callable[[User], FlaskClient]
YEAR = FiscalYear(2026)


@pytest.fixture
def cast(app: Flask, travel: Travel) -> Cast:
    travel(NOON)
    return Cast(tax_number="123456789 RT0001")


@given(st.integers(0, 20 * 365 * 24 * 60))
def test_every_moment_lies_in_one_quarter_of_one_fiscal_year(minutes: int) -> None:
    moment = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    year = FiscalYear.of(moment)
    beside = FiscalYear(year.start - 1), FiscalYear(year.start + 1)
    assert [one.holds(moment) for one in year.quarters].count(True) == 1
    assert [one.whole.holds(moment) for one in beside] == [False, False]


def test_a_fiscal_year_begins_in_april_by_the_capitals_clock() -> None:
    turn = datetime(2027, 4, 1, 4, 0, tzinfo=UTC)
    assert [FiscalYear.of(turn - timedelta(microseconds=1)).label, FiscalYear.of(turn).label] == [
        "2026–2027",
        "2027–2028",
    ]
    assert [one.start for one in years(datetime(2025, 3, 1, tzinfo=UTC), turn)] == [2027, 2026, 2025, 2024]
    assert years(None, turn) == (FiscalYear(2027),)


def test_a_statement_lists_each_invoice_once_and_adds_up(cast: Cast, tmp_path: Path) -> None:
    contract = active(cast)
    first, second = contract.milestones
    actions.deliver(first, "A first try.", [LINK], [], by=cast.developer, at=NOON)
    actions.return_delivery(first, "Not yet.", by=cast.buyer, at=NOON)
    db.session.commit()
    paid(cast, first, sandbox(tmp_path))
    accepted(cast, second)
    lines = queries.invoices_of(cast.department, YEAR.whole, NOON + timedelta(days=40))
    assert [(one.invoice.number, one.invoice.total_cents, one.unpaid_cents, one.days_late) for one in lines] == [
        ("1-1-2", 3_390_00, 0, 0),
        ("1-2-1", 6_780_00, 6_780_00, 10),
    ]
    sums = add_up(lines)
    assert (sums.amount_cents, sums.taxes) == (9_000_00, {"GST": 0, "HST": 1_170_00, "QST": 0})
    assert sums.total_cents == sums.paid_cents - sums.refunded_cents + sums.unpaid_cents == 10_170_00
    assert (sums.late, sums.interest_cents) == (1, 6_780_00 * 550 * 10 // 3_650_000 + 1)
    assert queries.invoices_of(cast.developer, YEAR.whole, NOON) == queries.invoices_of(
        cast.department, YEAR.whole, NOON
    )
    assert queries.invoices_of(cast.department, FiscalYear(2025).whole, NOON) == []
    assert queries.invoices_of(cast.stranger, YEAR.whole, NOON) == []


def test_a_statement_asks_once_however_many_invoices_there_are(cast: Cast) -> None:
    contract = active(cast)
    asked: list[str] = []
    listen = ("before_cursor_execute", lambda *arguments: asked.append(arguments[2]))
    counts = []
    for milestone in contract.milestones:
        accepted(cast, milestone)
        department = cast.department
        assert department.code == "rivers"
        event.listen(db.engine, *listen)
        asked.clear()
        queries.invoices_of(department, YEAR.whole, NOON)
        queries.figures_of(department, YEAR, NOON)
        counts.append(len(asked))
        event.remove(db.engine, *listen)
    assert counts == [9, 9]


def test_figures_follow_a_contract_to_its_early_end(cast: Cast, tmp_path: Path) -> None:
    contract = active(cast)
    paid(cast, contract.milestones[0], sandbox(tmp_path))
    actions.terminate(queries.get_contract(1), "No longer needed.", by=cast.officer, at=NOON + timedelta(days=90))
    db.session.commit()
    quarters, whole = queries.figures_of(cast.department, YEAR, NOON + timedelta(days=91))
    assert [(one.committed, one.accepted, one.paid, one.remaining) for one in quarters] == [
        (0, 0, 0, 0),
        (9_000_00, 3_000_00, 3_000_00, 6_000_00),
        (-6_000_00, 0, 0, 0),
    ]
    assert (whole.committed, whole.paid, whole.remaining) == (3_000_00, 3_000_00, 0)


def test_quarters_make_up_the_year(cast: Cast) -> None:
    accepted(cast, active(cast).milestones[0])
    quarters, whole = queries.figures_of(cast.department, YEAR, NOON + timedelta(days=60))
    names = ("certified", "committed", "amended", "accepted", "paid", "late", "interest")
    assert {name: sum(getattr(one, name) for one in quarters) for name in names} == {
        name: getattr(whole, name) for name in names
    }
    assert (whole.late, whole.interest > 0, quarters[0]) == (1, True, Figures())


def test_statement_and_figures_in_both_languages_as_page_sheet_and_document(cast: Cast, sign_in: SignIn) -> None:
    accepted(cast, active(cast).milestones[0])
    browser = sign_in(cast.finance)
    page = browser.get("/en/departments/rivers/statement").get_data(as_text=True)
    assert ("$3,390" in page, "1-1-1" in page) == (True, True)
    assert browser.get("/fr/ministeres/rivers/releve?year=1999").status_code == 200
    sheet = browser.get("/fr/ministeres/rivers/releve.csv")
    assert sheet.headers["Content-Disposition"] == 'attachment; filename="releve-2026-2027.csv"'
    heads, line = csv.reader(io.StringIO(sheet.data.decode("utf-8-sig"), newline=""))
    assert (heads[0], line[0], line[12:18]) == (
        "Facture",
        "1-1-1",
        ["3000.00", "0.00", "390.00", "0.00", "3390.00", "0.00"],
    )
    own = f"/en/statements/{cast.developer.key}"
    assert sign_in(cast.developer).get(f"{own}.pdf").data[:5] == b"%PDF-"
    assert "$3,390" in sign_in(cast.developer).get(own).get_data(as_text=True)
    assert sign_in(cast.stranger).get(own).status_code == 404
    assert sign_in(cast.stranger).get("/en/departments/rivers/statement.csv").status_code == 403


def test_figures_are_public_without_what_was_certified(cast: Cast, client: FlaskClient, sign_in: SignIn) -> None:
    accepted(cast, active(cast).milestones[0])
    public = client.get("/en/departments/rivers/figures").get_data(as_text=True)
    staff = sign_in(cast.officer).get("/fr/ministeres/rivers/chiffres").get_data(as_text=True)
    assert ("$9,000" in public, "Certified" in public, "art. 32" in staff) == (True, False, True)
