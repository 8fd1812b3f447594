"""Shares of a value, dates of the clock, invoices: values in, values out."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import schedule
from contracts.invoicing import Invoice, make_invoice
from contracts.taxes import PROVINCES

DAY = date(2026, 7, 1)
MOMENT = datetime(2026, 7, 1, 12, tzinfo=UTC)


@given(st.integers(1, 10**12), st.lists(st.integers(1, 10**10), min_size=1, max_size=12))
def test_shares_always_add_up_to_the_value(value: int, planned: list[int]) -> None:
    try:
        parts = schedule.shares(value, planned)
    except ValueError:
        assert value < 10**12
        return
    assert sum(parts) == value
    assert min(parts) > 0


def test_what_was_planned_stays_when_the_value_is_as_planned() -> None:
    assert schedule.shares(9_000, [3_001, 5_999]) == (3_001, 5_999)


@pytest.mark.parametrize(("value", "planned"), [(100, []), (100, [0, 0]), (1, [1, 1]), (100, [1, 10_000])])
def test_a_share_of_nothing_is_refused(value: int, planned: list[int]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (which of the two sentences does not matter)
        schedule.shares(value, planned)


def test_a_problem_is_raised_by_day_15_and_payment_made_by_day_30_of_the_later() -> None:
    assert schedule.answer_by(MOMENT) == MOMENT + timedelta(days=15)
    assert schedule.pay_by(MOMENT, None) == MOMENT + timedelta(days=30)
    assert schedule.pay_by(MOMENT, MOMENT + timedelta(days=4)) == MOMENT + timedelta(days=34)


def test_days_late_are_counted_from_the_day_after() -> None:
    assert [schedule.late(MOMENT, MOMENT + timedelta(days=days)) for days in (-1, 0, 1, 9)] == [0, 0, 1, 9]


def test_due_dates_count_from_the_start() -> None:
    assert (schedule.due_on(DAY, 14), schedule.due_on(DAY, None)) == (date(2026, 7, 15), None)


@given(st.integers(1, 10**11), st.sampled_from(PROVINCES))
def test_an_invoice_with_taxes_included_is_what_was_agreed_to_the_cent(cents: int, province: str) -> None:
    invoice = make_invoice("1", cents, "included", province, DAY, "RT1")
    assert invoice.total_cents == cents
    assert Invoice.of(invoice.as_dict()) == invoice


@given(st.integers(1, 10**11), st.sampled_from(PROVINCES))
def test_an_invoice_with_taxes_extra_adds_them(cents: int, province: str) -> None:
    invoice = make_invoice("1", cents, "excluded", province, DAY, "RT1")
    assert (invoice.amount_cents, invoice.total_cents) == (cents, cents + invoice.tax_cents)
    assert invoice.tax_cents > 0 or cents < 20


def test_who_has_no_tax_number_charges_no_tax() -> None:
    for taxes in ("included", "excluded"):
        invoice = make_invoice("1", 1_000, taxes, "QC", DAY, " ")
        assert (invoice.total_cents, invoice.lines) == (1_000, ())
