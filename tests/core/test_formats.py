"""How far off a moment is, in words."""

from datetime import timedelta

import pytest

from app.core.formats import distance


@pytest.mark.parametrize(
    ("delta", "english", "french"),
    [
        (timedelta(hours=3), "in 3 hours", "dans 3 heures"),
        (timedelta(days=6), "in 6 days", "dans 6 jours"),
        (timedelta(days=10, hours=3), "in 10 days", "dans 10 jours"),
        (timedelta(days=-21), "21 days ago", "il y a 21 jours"),
        (timedelta(days=45), "in 45 days", "dans 45 jours"),
    ],
)
def test_a_distance_is_told_in_days_and_never_in_rounded_weeks(delta: timedelta, english: str, french: str) -> None:
    assert [distance(delta, "en"), distance(delta, "fr")] == [english, french]
