"""A proposal's way from draft to receipt, and what refuses it."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.audit import Event
from app.core.db import db, transaction
from app.core.errors import NotAllowed, NotNow, NotValid
from app.core.files import check_upload
from app.core.outbox import Notification
from auth.models import Terms
from proposals import actions, queries, seal
from proposals.content import TeamMember
from proposals.models import AuthorKey, ProcurementKey, Submission, TermsOnProposal
from tests.conftest import NOON, Travel
from tests.factories import CLOSING, both, make_user, save
from tests.proposals.story import Story, make_story, priced_plan

LAST = CLOSING - timedelta(microseconds=1)


@pytest.fixture
def story(app: Flask) -> Story:
    return make_story()


def test_a_draft_begins_with_the_authors_profile_and_lies_in_ciphertext(story: Story) -> None:
    proposal = story.start()
    content = queries.content_for_author(proposal, story.robin)
    assert content.team == (TeamMember("Robin Tremblay", "Maps", ""),)
    assert proposal.state == "draft"
    assert b"Tremblay" not in proposal.content
    assert queries.progress(proposal, story.robin) == (2, 4)


def test_one_person_has_one_proposal_for_an_opportunity(story: Story) -> None:
    story.start()
    with pytest.raises(NotNow, match="already have"):
        story.start()


def test_keys_are_made_once(story: Story) -> None:
    story.start()
    story.start(make_user("Sam"))
    assert db.session.scalar(select(func.count(ProcurementKey.id))) == 1
    assert db.session.scalar(select(func.count(AuthorKey.id))) == 2


def test_staff_of_the_department_do_not_propose_there(story: Story) -> None:
    with pytest.raises(NotAllowed):
        story.start(story.officer)


def test_a_draft_keeps_what_is_typed_also_when_it_is_too_long(story: Story) -> None:
    proposal = story.start()
    criterion = queries.ask_of(story.opportunity).criteria[0]
    long = "mot " * 150 + "\r\n<script>alert('ž')</script>\x00"
    actions.save_approach(proposal, {criterion.key: long}, by=story.robin, at=NOON)
    kept = queries.content_for_author(proposal, story.robin).answers[criterion.key]
    assert kept == "mot " * 150 + "\n<script>alert('ž')</script>"
    for other in queries.ask_of(story.opportunity).criteria[1:]:
        actions.save_approach(proposal, {other.key: "Short"}, by=story.robin, at=NOON)
    with pytest.raises(NotValid, match="words too many") as refusal:
        actions.submit(proposal, accepted=(), by=story.robin, at=NOON)
    assert refusal.value.values == {"over": 52, "limit": 100}


def test_what_is_incomplete_is_not_submitted(story: Story) -> None:
    proposal = story.start()
    with pytest.raises(NotValid, match="Write an answer"):
        actions.submit(proposal, accepted=(), by=story.robin, at=NOON)
    assert proposal.state == "draft"


def test_a_priced_plan_wants_a_price(app: Flask) -> None:
    story = make_story(**priced_plan())
    proposal = story.start()
    ask = queries.ask_of(story.opportunity)
    actions.save_approach(proposal, {one.key: "A" for one in ask.criteria}, by=story.robin, at=NOON)
    with pytest.raises(NotValid, match="Write your price"):
        actions.submit(proposal, accepted=(), by=story.robin, at=NOON)
    actions.save_plan(proposal, 0, by=story.robin, at=NOON)
    received = actions.submit(proposal, accepted=(), by=story.robin, at=NOON)
    assert queries.received_content(received, story.robin).price_cents == 0


def test_a_receipt_can_be_checked_by_anyone_who_has_the_download(story: Story) -> None:
    proposal = story.start()
    story.write(proposal, story.robin)
    upload = check_upload("plan.txt", b"Our plan")
    entry = actions.add_file(proposal, upload, by=story.robin, at=NOON)
    actions.submit(proposal, accepted=(), by=story.robin, at=NOON)
    copy = queries.own_copy(proposal, story.robin)["received"]
    _, data = queries.file_for_author(proposal, entry.key, story.robin)
    assert data == b"Our plan"
    digest, salt = bytes.fromhex(copy["digest"]), bytes.fromhex(copy["salt"])
    assert seal.verify(digest, salt, copy["content"], [seal.file_digest(data)])
    assert not seal.verify(digest, salt, {**copy["content"], "price_cents": 1}, [seal.file_digest(data)])
    assert [bytes.fromhex(one) for one in copy["file_digests"]] == [seal.file_digest(data)]


def test_submitting_writes_one_event_for_the_authors_side_and_one_receipt(story: Story) -> None:
    proposal = story.submitted()
    received = queries.last_submission(proposal)
    assert received is not None
    events = db.session.scalars(select(Event).where(Event.kind == "proposal").order_by(Event.id)).all()
    assert [(one.action, one.audience, one.department_id, one.person_id) for one in events] == [
        ("proposal.start", "parties", None, story.robin.id),
        ("proposal.submit", "parties", None, story.robin.id),
    ]
    assert events[1].facts == {"number": 1, "digest": received.digest}
    letter = db.session.scalars(select(Notification)).one()
    assert (letter.kind, letter.recipient_id) == ("proposals/receipt", story.robin.id)
    assert received.digest in letter.body
    assert "2026-06-10T16:00:00.000000Z" in letter.body
    assert queries.salt_of(received, story.robin) not in letter.body


def test_terms_are_accepted_by_version_with_each_submission(story: Story) -> None:
    old = save(Terms(kind="terms", number=1, body=both("Old"), published_at=NOON - timedelta(days=9)))
    new = save(Terms(kind="terms", number=2, body=both("New"), published_at=NOON - timedelta(days=1)))
    fit = save(Terms(kind="eligibility", number=1, body=both("Fit"), published_at=NOON - timedelta(days=1)))
    save(Terms(kind="terms", number=3, body=both("Later"), published_at=NOON + timedelta(days=1)))
    proposal = story.start()
    story.write(proposal, story.robin)
    assert queries.terms_to_accept(NOON) == [new, fit]
    with pytest.raises(NotValid, match="Tick"):
        actions.submit(proposal, accepted={old.id, fit.id}, by=story.robin, at=NOON)
    db.session.rollback()
    actions.submit(proposal, accepted={new.id, fit.id}, by=story.robin, at=NOON)
    assert sorted(db.session.scalars(select(TermsOnProposal.terms_id))) == sorted((new.id, fit.id))


def test_changes_after_submitting_wait_in_the_draft_until_submitted_again(story: Story) -> None:
    proposal = story.submitted()
    first = queries.ask_of(story.opportunity).criteria[0].key
    actions.save_approach(proposal, {first: "Better"}, by=story.robin, at=NOON)
    received = queries.last_submission(proposal)
    assert received is not None
    assert queries.received_content(received, story.robin).answers[first] == f"Answer {first}"
    assert queries.content_for_author(proposal, story.robin).answers[first] == "Better"
    actions.discard_changes(proposal, by=story.robin, at=NOON)
    assert queries.content_for_author(proposal, story.robin).answers[first] == f"Answer {first}"
    actions.save_approach(proposal, {first: "Best"}, by=story.robin, at=NOON)
    again = actions.submit(proposal, accepted=(), by=story.robin, at=NOON + timedelta(hours=1))
    assert (again.number, proposal.state) == (2, "submitted")
    assert queries.received_content(again, story.robin).answers[first] == "Best"


def test_a_second_click_on_submit_is_told(story: Story) -> None:
    proposal = story.start()
    story.write(proposal, story.robin)
    seen = queries.as_seen(proposal, queries.content_for_author(proposal, story.robin))
    actions.submit(proposal, accepted=(), by=story.robin, at=NOON, seen=seen)
    with pytest.raises(NotNow, match="submitted already"):
        actions.submit(proposal, accepted=(), by=story.robin, at=NOON, seen=seen)
    assert db.session.scalar(select(func.count(Submission.id))) == 1


def test_a_withdrawn_proposal_can_be_submitted_again_until_the_closing(story: Story) -> None:
    proposal = story.submitted()
    actions.withdraw(proposal, by=story.robin, at=NOON)
    assert queries.submitted_for(story.opportunity) == []
    kinds = db.session.scalars(select(Notification.kind).order_by(Notification.id)).all()
    assert kinds == ["proposals/receipt", "proposals/withdrawn"]
    actions.submit(proposal, accepted=(), by=story.robin, at=LAST)
    assert queries.submitted_for(story.opportunity) == [proposal]


def test_a_page_drawn_before_another_save_is_told_and_the_same_text_is_not(story: Story) -> None:
    proposal = story.start()
    first = queries.ask_of(story.opportunity).criteria[0].key
    drawn = queries.content_for_author(proposal, story.robin).mark("approach")
    actions.save_approach(proposal, {first: "One"}, by=story.robin, at=NOON, drawn_from=drawn)
    with pytest.raises(NotNow, match="somewhere else"):
        actions.save_approach(proposal, {first: "Two"}, by=story.robin, at=NOON, drawn_from=drawn)
    actions.save_approach(proposal, {first: "One"}, by=story.robin, at=NOON, drawn_from=drawn)
    assert queries.content_for_author(proposal, story.robin).answers == {first: "One"}


@pytest.mark.parametrize("late", [timedelta(0), timedelta(microseconds=1), timedelta(days=1)])
def test_nothing_comes_in_after_the_closing(story: Story, late: timedelta) -> None:
    draft, sent = story.start(), story.submitted(make_user("Sam"))
    story.write(draft, story.robin, LAST)
    entry = actions.add_file(draft, check_upload("a.txt", b"a"), by=story.robin, at=LAST)
    sam, robin, at = sent.author, story.robin, CLOSING + late
    upload = check_upload("b.txt", b"b")
    ways = (
        lambda: actions.start(story.opportunity, by=make_user("Kim"), at=at),
        lambda: actions.save_approach(draft, {"x": "y"}, by=robin, at=at),
        lambda: actions.save_plan(draft, 1, by=robin, at=at),
        lambda: actions.save_team(draft, (), by=robin, at=at),
        lambda: actions.add_file(draft, upload, by=robin, at=at),
        lambda: actions.remove_file(draft, entry.key, by=robin, at=at),
        lambda: actions.submit(draft, accepted=(), by=robin, at=at),
        lambda: actions.submit(sent, accepted=(), by=sam, at=at),
        lambda: actions.save_approach(sent, {"x": "y"}, by=sam, at=at),
        lambda: actions.discard_changes(sent, by=sam, at=at),
        lambda: actions.withdraw(sent, by=sam, at=at),
    )
    for way in ways:
        with pytest.raises(NotNow, match="closing has passed"):
            way()
        db.session.rollback()
    assert queries.content_for_author(draft, robin).answers != {}
    actions.submit(draft, accepted=(), by=robin, at=LAST)
    actions.withdraw(sent, by=sam, at=LAST)


def test_the_databases_clock_decides_at_the_last_microsecond(story: Story, travel: Travel) -> None:
    proposal = story.start()
    story.write(proposal, story.robin)
    key, robin = proposal.key, story.robin
    travel(CLOSING)
    with pytest.raises(NotNow), transaction(on=story.opportunity) as at:
        actions.submit(queries.get_own(key, robin), accepted=(), by=robin, at=at)
    assert queries.get_own(key, robin).state == "draft"
    travel(CLOSING - timedelta(minutes=1))
    with transaction(on=story.opportunity) as at:
        actions.submit(queries.get_own(key, robin), accepted=(), by=robin, at=at)
    assert queries.get_own(key, robin).state == "submitted"


@pytest.mark.parametrize("state", ["draft", "review", "approved", "closed", "evaluation", "cancelled", "awarded"])
def test_nothing_begins_unless_the_opportunity_is_open(story: Story, state: str) -> None:
    story.opportunity.state = state
    db.session.commit()
    with pytest.raises(NotNow):
        story.start()
