"""Late payment counts simple interest in whole cents."""

from datetime import date

import pytest

from contracts import interest


@pytest.mark.parametrize(
    ("amount", "rate", "days", "expected"),
    [
        (1_000_000, 550, 30, 4_521),
        (1_000_000, 550, 0, 0),
        (0, 550, 30, 0),
        (36_500, 100, 5, 5),
        (3_650, 100, 5, 1),
    ],
)
def test_interest_is_simple_and_half_a_cent_goes_up(amount: int, rate: int, days: int, expected: int) -> None:
    assert interest.interest_cents(amount, rate, days) == expected


def test_delay_counts_from_the_day_after_the_due_date() -> None:
    due = date(2026, 3, 1)
    days = [interest.days_late(due, paid) for paid in (date(2026, 2, 1), due, date(2026, 3, 2), date(2026, 4, 1))]
    assert days == [0, 0, 1, 31]


@pytest.mark.parametrize("arguments", [(-1, 1, 1), (1, -1, 1), (1, 1, -1)])
def test_negative_figures_are_refused(arguments: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="negative"):
        interest.interest_cents(*arguments)


def test_the_rate_is_the_average_of_the_month_before_payment_plus_three_percent() -> None:
    assert interest.rate_for(date(2025, 9, 1)) == 300 + 300
    assert interest.rate_for(date(2025, 10, 15)) == 300 + (17 * 300 + 13 * 275 + 15) // 30
    assert interest.rate_for(date(2026, 11, 1)) == 250 + 300


def test_interest_counts_from_the_day_after_the_due_date() -> None:
    assert interest.owed_cents(10_000_00, date(2026, 6, 1), date(2026, 6, 1)) == 0
    assert interest.owed_cents(10_000_00, date(2026, 6, 1), date(2026, 6, 11)) == 15_07
