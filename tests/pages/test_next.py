"""What waits says until when in the clock that counts, and keeps its place."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from flask import Flask

from app.core.awaiting import Awaiting
from app.pages.waiting import precedence, shown

WAITS = Awaiting(datetime(2026, 6, 1, 12, tzinfo=UTC), "Next", "auth.welcome")
CLOSING = datetime(2026, 6, 24, 18, tzinfo=UTC)


BY_HALIFAX = replace(WAITS, due=CLOSING, zone="America/Halifax")
BY_DAY = replace(WAITS, due=CLOSING)


@pytest.mark.parametrize(
    ("address", "one", "said"),
    [
        ("/en/", BY_HALIFAX, "Until 24\u00a0June 2026, 15:00 Atlantic Time"),
        ("/fr/", BY_HALIFAX, "Jusqu’au 24\u00a0juin 2026, 15\u00a0h, heure de l’Atlantique"),
        ("/en/", BY_DAY, "Until 24\u00a0June 2026"),
        ("/fr/", BY_DAY, "Jusqu’au 24\u00a0juin 2026"),
        ("/fr/", WAITS, "Depuis le 1er\u00a0juin 2026"),
    ],
)
def test_a_closing_keeps_its_zone_and_a_due_day_has_no_hour(
    application: Flask, address: str, one: Awaiting, said: str
) -> None:
    with application.test_request_context(address):
        application.preprocess_request()
        assert shown(one).note == said


def test_things_of_one_moment_keep_their_places_however_they_were_found() -> None:
    another_page = replace(WAITS, arguments={"number": 2})
    another_act = replace(another_page, text="Publish")
    later = replace(WAITS, since=WAITS.since + timedelta(microseconds=1))
    urgent = replace(WAITS, due=CLOSING)
    things = [WAITS, another_page, another_act, later, urgent]
    told = [sorted(found, key=precedence) for found in permutations(things)]
    assert all(order == told[0] for order in told)
