"""Closings on a Friday afternoon, a weekend or a holiday are warned of."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.bilingual import Bilingual
from opportunities.calendar import Advice, Along, Caution, advice, along, holiday, suggestions

EASTERN = ZoneInfo("America/Toronto")
PACIFIC = ZoneInfo("America/Vancouver")


@pytest.mark.parametrize(
    ("closing", "cautions"),
    [
        (datetime(2026, 11, 26, 14, tzinfo=EASTERN), []),
        (datetime(2026, 11, 27, 12, tzinfo=EASTERN), []),
        (datetime(2026, 11, 27, 12, 1, tzinfo=EASTERN), [Caution.FRIDAY_AFTERNOON]),
        (datetime(2026, 11, 28, 9, tzinfo=EASTERN), [Caution.WEEKEND]),
        (datetime(2026, 11, 29, 9, tzinfo=EASTERN), [Caution.WEEKEND]),
        (datetime(2026, 7, 1, 9, tzinfo=EASTERN), [Caution.HOLIDAY]),
        (datetime(2026, 12, 25, 14, tzinfo=EASTERN), [Caution.FRIDAY_AFTERNOON, Caution.HOLIDAY]),
        (datetime(2026, 12, 26, 14, tzinfo=EASTERN), [Caution.WEEKEND, Caution.HOLIDAY]),
    ],
)
def test_ill_chosen_closings_are_warned_of(closing: datetime, cautions: list[Caution]) -> None:
    assert [one.code for one in advice(closing, EASTERN)] == cautions


def test_the_zone_of_the_opportunity_decides() -> None:
    closing = datetime(2026, 11, 28, 6, tzinfo=UTC)
    assert [one.code for one in advice(closing, EASTERN)] == [Caution.WEEKEND]
    assert [one.code for one in advice(closing, PACIFIC)] == [Caution.FRIDAY_AFTERNOON]


def test_a_holiday_is_named_in_both_languages() -> None:
    canada_day = Bilingual("Canada Day", "Fête du Canada")
    assert advice(datetime(2026, 7, 1, 9, tzinfo=EASTERN), EASTERN) == (Advice(Caution.HOLIDAY, canada_day),)
    assert holiday(date(2026, 9, 30)) == Bilingual(
        "National Day for Truth and Reconciliation", "Journée nationale de la vérité et de la réconciliation"
    )
    assert holiday(date(2026, 12, 26)) == Bilingual("Boxing Day", "Lendemain de Noël")
    assert holiday(date(2026, 11, 23)) is None


def test_the_usual_lengths_end_on_well_chosen_days() -> None:
    opens = datetime(2026, 12, 11, 15, tzinfo=UTC)
    found = [(one.days, one.closing.date()) for one in suggestions(opens, EASTERN)]
    assert found == [(14, date(2026, 12, 29)), (21, date(2027, 1, 4)), (28, date(2027, 1, 11))]


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  zone follows
def test_a_suggestion_is_never_warned_of_nor_shorter_than_said(opens: datetime) -> None:
    for one in suggestions(opens, EASTERN):
        assert advice(one.closing, EASTERN) == ()
        assert one.closing.time() == time(14)
        assert (one.closing.date() - opens.astimezone(EASTERN).date()).days >= one.days


@pytest.mark.parametrize(
    ("after", "questions", "decision"),
    [
        (datetime(2026, 11, 5, 19, 0, tzinfo=UTC), datetime(2026, 11, 2, 21, 0, tzinfo=UTC), date(2026, 11, 14)),
        (datetime(2026, 10, 29, 20, 0, tzinfo=UTC), datetime(2026, 10, 26, 20, 0, tzinfo=UTC), date(2026, 11, 7)),
    ],
)
def test_what_moves_with_a_closing_keeps_its_hour_also_when_the_clocks_change(
    after: datetime, questions: datetime, decision: date
) -> None:
    before, until = datetime(2026, 10, 29, 18, 0, tzinfo=UTC), datetime(2026, 10, 26, 20, 0, tzinfo=UTC)
    moved = along(before, after, ZoneInfo("America/Toronto"), until, date(2026, 11, 7))
    assert (moved.questions_until, moved.decision_on) == (questions, decision)


def test_questions_never_outlast_the_closing_they_move_with() -> None:
    before, after = datetime(2026, 6, 24, 18, 0, tzinfo=UTC), datetime(2026, 6, 25, 14, 0, tzinfo=UTC)
    assert along(before, after, ZoneInfo("America/Toronto"), before, None) == Along(after, None)
