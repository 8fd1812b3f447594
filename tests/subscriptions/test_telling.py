"""Each event of the log reaches whom it concerns: once, in their language, and nobody learns of anybody."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event as hooks
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.audit import CLOCK, Cursor
from app.core.db import db, insert_new, transaction
from app.core.outbox import Notification, Suppression
from opportunities.searching import Search
from subscriptions import actions
from subscriptions.models import Match, SavedSearch, Watch
from tests.conftest import NOON, Travel
from tests.evaluations import story as judging
from tests.factories import CLOSING, both, make_opportunity, make_organization, make_user
from tests.subscriptions.story import (
    Story,
    alert,
    follow,
    happen,
    letters,
    make_proposal,
    make_story,
    tell,
    told,
)

EVERYTHING = Search()


@pytest.fixture
def story(app: Flask, travel: Travel) -> Story:
    return make_story()


def test_a_new_opportunity_reaches_each_alert_that_it_matches(story: Story) -> None:
    alert("gauges@mail.example", Search(words="gauges"))
    alert("jauge@mail.example", Search(words="jauges"), language="fr")
    alert("bridges@mail.example", Search(words="bridges"))
    alert("dear@mail.example", Search(least_cents=20_000_00))
    alert("signs@mail.example", Search(words="%%%"))
    happen("publish", story.opportunity, by=story.buyer)
    assert told() == [("gauges@mail.example", "match"), ("jauge@mail.example", "match")]
    english, french = letters("match")
    assert english.subject == "New opportunity: River gauges on a map"
    assert french.subject == "Nouveau défi\u00a0: Jauges fluviales sur une carte"


def test_two_matching_alerts_of_one_address_make_one_message(story: Story, session: Session) -> None:
    alert("one@mail.example", Search(words="gauges"))
    alert("one@mail.example", Search(words="map"))
    happen("publish", story.opportunity, by=story.buyer)
    (message,) = letters("match")
    assert [match.notification_id for match in session.scalars(select(Match))] == [message.id] * 2


def test_a_daily_alert_waits_for_the_morning_and_counts_every_match(story: Story, travel: Travel) -> None:
    alert("daily@mail.example", EVERYTHING, "daily")
    happen("publish", story.opportunity, by=story.buyer)
    second = make_opportunity(story.department, story.buyer, title=both("Bridges on a map"))
    happen("publish", second, by=story.buyer)
    assert told() == []
    digest_at(travel, timedelta(hours=1))
    assert told() == []
    digest_at(travel, timedelta(hours=23))
    (message,) = letters("digest")
    assert message.subject == "2 new opportunities match your alert"
    assert "River gauges on a map" in message.body
    assert "Bridges on a map" in message.body
    digest_at(travel, timedelta(days=2))
    assert len(letters("digest")) == 1


def test_a_digest_that_could_not_be_delivered_comes_again_with_its_matches(
    story: Story, session: Session, travel: Travel
) -> None:
    saved = alert("weekly@mail.example", EVERYTHING, "weekly")
    happen("publish", story.opportunity, by=story.buyer)
    digest_at(travel, timedelta(days=8))
    (first,) = letters("digest")
    first.failed_at = NOON + timedelta(days=9)
    session.commit()
    digest_at(travel, timedelta(days=2))
    assert [letter.subject for letter in letters("digest")] == ["1 new opportunity matches your alert"] * 2
    assert saved.last_sent_at is not None
    assert saved.last_sent_at > NOON + timedelta(days=9)


def test_a_silenced_address_keeps_its_matches_until_it_listens_again(
    story: Story, session: Session, travel: Travel
) -> None:
    alert("quiet@mail.example", EVERYTHING, "daily")
    session.add(Suppression(address="quiet@mail.example", kind="*", reason="asked", at=NOON))
    session.commit()
    happen("publish", story.opportunity, by=story.buyer)
    digest_at(travel, timedelta(days=2))
    assert told() == []
    session.delete(session.scalars(select(Suppression)).one())
    session.commit()
    digest_at(travel, timedelta(days=2))
    assert told() == [("quiet@mail.example", "digest")]


@pytest.mark.parametrize(
    ("action", "kind", "bidder", "drafter"),
    [
        ("extend", "extended", True, True),
        ("issue_addendum", "addendum", True, True),
        ("answer", "answered", True, True),
        ("close", "closed", True, True),
        ("cancel", "cancelled", True, True),
        ("open_proposals", "opened", False, False),
        ("award", "awarded", False, False),
        ("find_unsuccessful", "unsuccessful", False, False),
    ],
)
def test_followers_and_bidders_are_told_once_each(
    story: Story,
    action: str,
    kind: str,
    bidder: bool,  # noqa: FBT001
    drafter: bool,  # noqa: FBT001
) -> None:
    follower, bids, drafts = (make_user(name, email=f"{name}@mail.example") for name in ("follower", "bids", "drafts"))
    follow(story.opportunity, follower)
    follow(story.opportunity, bids)
    make_proposal(story.opportunity, bids, "submitted")
    make_proposal(story.opportunity, drafts)
    facts = {"reason": {"en": "No money", "fr": "Plus d’argent"}, "addendum": 1}
    happen(action, story.opportunity, by=story.buyer, **facts)
    expected = [("bids", bidder), ("drafts", drafter), ("follower", True)]
    assert told() == [(f"{name}@mail.example", kind) for name, is_told in expected if is_told]
    assert not any("bids" in letter.body for letter in letters(kind) if letter.address != "bids@mail.example")


def test_a_material_change_asks_the_bidder_alone_to_confirm(story: Story) -> None:
    bids, follower = make_user("Bids", email="bids@mail.example"), make_user("Follower", language="fr")
    make_proposal(story.opportunity, bids, "submitted")
    follow(story.opportunity, follower)
    happen("issue_addendum", story.opportunity, by=story.buyer, addendum=2, material=True)
    to_bidder, to_follower = letters("addendum")
    assert "asks to be confirmed" in to_bidder.body
    assert to_bidder.body.startswith("Hello Bids,")
    assert to_follower.subject == "Addenda 2\u00a0: Jauges fluviales sur une carte"
    assert "confirm" not in to_follower.body


def test_everybody_who_speaks_for_an_organization_is_told_of_its_proposal_and_its_members_are_not(story: Story) -> None:
    owner, author, member = (make_user(name, email=f"{name}@mail.example") for name in ("owner", "author", "member"))
    organization = make_organization(owner, "Pines", author, member)
    make_proposal(story.opportunity, author, "submitted", organization=organization)
    happen("answer", story.opportunity, by=story.buyer, question=1)
    assert told() == [("author@mail.example", "answered"), ("owner@mail.example", "answered")]


def test_nobody_is_told_of_their_own_act(story: Story) -> None:
    follow(story.opportunity, story.buyer)
    happen("answer", story.opportunity, by=story.buyer, question=1)
    assert told() == []


def test_reading_the_log_again_tells_nothing_twice(story: Story, session: Session) -> None:
    follow(story.opportunity, make_user())
    happen("answer", story.opportunity, by=story.buyer, question=1)
    tell()
    session.scalars(select(Cursor).where(Cursor.name == "subscriptions")).one().number = 0
    session.commit()
    tell()
    assert len(letters("answered")) == 1


def test_a_fault_before_the_commit_leaves_cursor_and_notifications_as_they_were(story: Story, session: Session) -> None:
    follow(story.opportunity, make_user())
    with transaction() as at:
        audit.record("opportunity.answer", story.opportunity.subject, by=story.buyer, at=at, question=1)
        audit.number_events()
    with pytest.raises(KeyboardInterrupt), transaction():
        actions.tell()
        raise KeyboardInterrupt
    assert told() == []
    tell()
    assert len(letters("answered")) == 1


def test_a_thousand_followers_take_as_many_statements_as_one(story: Story) -> None:
    def statements(followers: int) -> int:
        rows = [
            {
                "key": f"{followers}-{number}",
                "opportunity_id": story.opportunity.id,
                "address": f"{followers}-{number}@mail.example",
                "language": "fr" if number % 2 else "en",
                "created_at": NOON,
                "confirmed_at": NOON,
            }
            for number in range(followers)
        ]
        insert_new(Watch, rows)
        db.session.commit()
        with transaction() as at:
            audit.record("opportunity.answer", story.opportunity.subject, by=CLOCK, at=at, question=1)
            audit.number_events()
        seen: list[str] = []

        def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        hooks.listen(db.engine, "before_cursor_execute", count)
        with transaction():
            actions.tell()
        hooks.remove(db.engine, "before_cursor_execute", count)
        return len(seen)

    first = statements(1)
    assert statements(1000) == first
    assert len(letters("answered")) == 1002


def test_a_closing_is_reminded_of_three_days_and_a_day_before_each_once(story: Story, travel: Travel) -> None:
    drafts, bids = make_user("Drafts", email="drafts@mail.example"), make_user("Bids", email="bids@mail.example")
    make_proposal(story.opportunity, drafts)
    make_proposal(story.opportunity, bids, "submitted")
    seen = []
    for before in (timedelta(days=4), timedelta(days=3), timedelta(days=2), timedelta(hours=24), timedelta(hours=1)):
        remind_at(travel, before)
        remind_at(travel, before - timedelta(minutes=5))
        seen.append(len(letters("closing_soon")))
    assert seen == [0, 1, 1, 2, 2]
    assert {letter.address for letter in letters("closing_soon")} == {"drafts@mail.example"}
    assert [letter.subject.partition(":")[0] for letter in letters("closing_soon")] == [
        "Closes in less than three days",
        "Closes within 24 hours",
    ]


def test_a_proposal_to_be_confirmed_is_reminded_like_a_draft(story: Story, travel: Travel) -> None:
    make_proposal(story.opportunity, make_user(email="late@mail.example"), "submitted", confirmed_edition=0)
    remind_at(travel, timedelta(hours=20))
    assert told() == [("late@mail.example", "closing_soon")]


def test_missed_reminders_are_caught_up_and_a_later_closing_is_reminded_of_again(
    story: Story, session: Session, travel: Travel
) -> None:
    follow(story.opportunity, make_user())
    remind_at(travel, timedelta(days=5))
    remind_at(travel, timedelta(hours=30))
    assert len(letters("closing_soon")) == 1
    story.opportunity.closing_at = CLOSING + timedelta(days=7)
    session.commit()
    remind_at(travel, timedelta(hours=-6 * 24))
    assert len(letters("closing_soon")) == 2


def test_evaluators_who_have_not_scored_are_reminded_before_the_day_of_the_decision(app: Flask, travel: Travel) -> None:
    panel = judging.make_opened(decision_on=CLOSING.date() + timedelta(days=9))
    for author in range(2):
        judging.judge(panel, author, panel.member, [3, 3])
    for days in (5, 6, 7, 20):
        remind_at(travel, -timedelta(days=days))
    assert told("scoring_due") == [(panel.chair.email, "scoring_due")]
    assert letters("scoring_due")[0].subject == "Encore à noter\u00a0: Jauges fluviales sur une carte"


def test_a_stopped_alert_hears_nothing_more(story: Story, session: Session) -> None:
    saved = alert("stop@mail.example", EVERYTHING)
    with transaction() as at:
        actions.stop(saved.key, at=at)
    happen("publish", story.opportunity, by=story.buyer)
    assert told() == []
    assert session.scalars(select(SavedSearch)).one().stopped_at is not None


def test_what_was_switched_off_is_written_but_not_sent(story: Story, session: Session) -> None:
    person = make_user()
    follow(story.opportunity, person)
    with transaction() as at:
        actions.switch(frozenset({"alerts"}), by=person, at=at)
    happen("answer", story.opportunity, by=story.buyer, question=1)
    assert [one.withheld_at is not None for one in session.scalars(select(Notification))] == [True]


def digest_at(travel: Travel, later: timedelta) -> None:
    travel(later)
    with transaction() as at:
        actions.send_digests(at=at)


def remind_at(travel: Travel, before: timedelta) -> None:
    travel(CLOSING - before)
    with transaction() as at:
        actions.remind(at=at)
    tell()
