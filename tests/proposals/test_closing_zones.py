"""A closing typed in local time holds to the microsecond, whatever the clocks do there and wherever we are."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.db import db
from auth.models import User
from proposals import queries
from tests.conftest import NOON, Travel
from tests.factories import make_staff
from tests.proposals.closing import MICROSECOND
from tests.proposals.story import Story, make_story

SignIn = Callable[[User], FlaskClient]
EASTERN, NEWFOUNDLAND, SASKATCHEWAN = "America/Toronto", "America/St_Johns", "America/Regina"
CLOSINGS = [
    (EASTERN, "2026-11-01T00:59", "2026-11-01T04:59:00+00:00"),
    (EASTERN, "2026-11-01T02:00", "2026-11-01T07:00:00+00:00"),
    (EASTERN, "2027-03-14T03:00", "2027-03-14T07:00:00+00:00"),
    (NEWFOUNDLAND, "2026-11-01T02:00", "2026-11-01T05:30:00+00:00"),
    (NEWFOUNDLAND, "2027-03-14T03:00", "2027-03-14T05:30:00+00:00"),
    (SASKATCHEWAN, "2026-11-01T01:30", "2026-11-01T07:30:00+00:00"),
    (SASKATCHEWAN, "2027-03-14T02:30", "2027-03-14T08:30:00+00:00"),
]
"""Both days on which the clocks change, around the hour that they do; in Saskatchewan they do not."""
TWICE = "The clocks go back here: this time comes twice. Choose another."
NEVER = "Les horloges avancent ici\u00a0: cette heure n’existe pas. Choisissez-en une autre."


@pytest.fixture
def somewhere(monkeypatch: pytest.MonkeyPatch, app: Flask) -> Iterator[Callable[[str], None]]:
    """Move this process, and its connections to the database, into a time zone."""

    def move(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        monkeypatch.setenv("PGTZ", zone)
        time.tzset()
        db.session.rollback()
        db.engine.dispose()

    before = os.environ.get("TZ")
    yield move
    monkeypatch.undo()
    assert os.environ.get("TZ") == before
    time.tzset()
    db.session.rollback()
    db.engine.dispose()


@pytest.fixture
def story(client: FlaskClient) -> Story:
    return make_story()


def extend(story: Story, browser: FlaskClient, zone: str, local: str, lang: str = "en") -> tuple[int, str]:
    """Let the buyer move the closing to a local time."""
    page = {"en": "opportunities/{}/manage/extend", "fr": "defis/{}/gestion/prolongation"}[lang]
    words = {"body_en": "More", "body_fr": "Plus", "zone": zone, "closing_at": local}
    answer = browser.post(f"/{lang}/{page.format(story.opportunity.number)}", data=words)
    return answer.status_code, unescape(answer.text)


def test_a_local_closing_is_kept_on_both_days_on_which_the_clocks_change(
    story: Story, sign_in: SignIn, travel: Travel, somewhere: Callable[[str], None]
) -> None:
    buyer, proposal = make_staff("buyer", story.opportunity.department), story.submitted()
    where = f"/en/proposals/{proposal.key}/check"
    somewhere("Pacific/Chatham")
    found, expected = [], []
    for zone, local, moment in sorted(CLOSINGS, key=lambda one: (one[2], one[0])):
        travel(NOON)
        story.opportunity.zone = zone
        db.session.commit()
        status, _page = extend(story, sign_in(buyer), zone, local)
        closing = datetime.fromisoformat(moment)
        expected.append((303, closing, local, 303, closing - MICROSECOND, 409))
        travel(closing - MICROSECOND, tick=False)
        in_time = sign_in(story.robin).post(where).status_code
        travel(closing, tick=False)
        late = sign_in(story.robin).post(where).status_code
        stands = queries.get_own(proposal.key, story.robin)
        given = stands.opportunity.closing_at
        assert given is not None
        shown = given.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")
        found.append((status, given, shown, in_time, stands.submissions[-1].received_at, late))
    assert found == expected


@pytest.mark.parametrize("zone", [EASTERN, NEWFOUNDLAND])
def test_a_local_time_that_comes_twice_or_never_is_no_closing(story: Story, sign_in: SignIn, zone: str) -> None:
    browser, before = sign_in(make_staff("buyer", story.opportunity.department)), story.opportunity.closing_at
    for local, lang, said in (("2026-11-01T01:30", "en", TWICE), ("2027-03-14T02:30", "fr", NEVER)):
        status, page = extend(story, browser, zone, local, lang)
        assert (status, said in page, local in page) == (422, True, True)
    db.session.rollback()
    assert story.opportunity.closing_at == before


def test_a_receipt_is_numbered_by_what_came_later_though_the_clock_went_back(
    story: Story, sign_in: SignIn, travel: Travel
) -> None:
    proposal = story.submitted()
    where = f"/en/proposals/{proposal.key}"
    for text, moment in (("Second", NOON + timedelta(hours=2)), ("Third", NOON + timedelta(hours=1))):
        travel(moment, tick=False)
        browser = sign_in(story.robin)
        answers = {f"answer-{one.key}": text for one in queries.ask_of(story.opportunity).criteria}
        sent = browser.post(f"{where}/approach", data=answers), browser.post(f"{where}/check")
        assert [one.status_code for one in sent] == [303, 303]
    last = queries.last_submission(queries.get_own(proposal.key, story.robin))
    assert last is not None
    kept = set(queries.received_content(last, story.robin).answers.values())
    assert (last.number, last.received_at, kept) == (3, NOON + timedelta(hours=1), {"Third"})
