"""Sales taxes come from dated rows and add up in whole cents."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import taxes
from contracts.taxes import TaxLine

DAY = date(2026, 11, 23)


def test_ontario_has_one_harmonized_tax() -> None:
    assert taxes.tax_lines(650_000, "ON", DAY) == (TaxLine("HST", 13_000, 84_500),)


def test_quebec_has_two_taxes_on_the_same_base() -> None:
    assert taxes.tax_lines(650_000, "QC", DAY) == (
        TaxLine("GST", 5_000, 32_500),
        TaxLine("QST", 9_975, 64_838),
    )


@pytest.mark.parametrize(
    ("province", "total"),
    [
        ("AB", 5_000),
        ("BC", 5_000),
        ("MB", 5_000),
        ("NB", 15_000),
        ("NL", 15_000),
        ("NS", 14_000),
        ("NT", 5_000),
        ("NU", 5_000),
        ("ON", 13_000),
        ("PE", 15_000),
        ("QC", 14_975),
        ("SK", 5_000),
        ("YT", 5_000),
    ],
)
def test_each_province_has_its_rate_today(province: str, total: int) -> None:
    assert sum(rate.thousandths for rate in taxes.rates(province, DAY)) == total


def test_nova_scotias_rate_fell_on_1_april_2025() -> None:
    assert [taxes.rates("NS", day)[0].thousandths for day in (date(2025, 3, 31), date(2025, 4, 1))] == [
        15_000,
        14_000,
    ]


@pytest.mark.parametrize(("province", "day"), [("ZZ", DAY), ("ON", date(2001, 1, 1))])
def test_an_unknown_rate_is_refused_not_taken_for_nothing(province: str, day: date) -> None:
    with pytest.raises(taxes.NoRate, match=province):
        taxes.tax_lines(100, province, day)


def test_half_a_cent_goes_up() -> None:
    assert taxes.tax_lines(10, "AB", DAY)[0].amount_cents == 1
    assert taxes.tax_lines(9, "AB", DAY)[0].amount_cents == 0


@given(st.integers(0, 10**9), st.sampled_from(taxes.PROVINCES))
def test_the_amount_before_tax_is_the_largest_that_fits(total: int, province: str) -> None:
    def with_tax(amount: int) -> int:
        return amount + sum(line.amount_cents for line in taxes.tax_lines(amount, province, DAY))

    amount = taxes.before_tax(total, province, DAY)
    assert with_tax(amount) <= total < with_tax(amount + 1)
