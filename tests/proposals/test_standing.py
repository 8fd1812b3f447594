"""Who stands for a proposal, and what becomes of it: organizations, material changes, files, what waits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.db import db
from app.core.errors import NotAllowed, NotFound, NotNow, NotValid
from app.core.files import check_upload
from app.core.outbox import Notification
from auth.models import Membership
from proposals import actions, queries
from proposals.content import TeamMember
from proposals.lifecycle import PROPOSAL
from tests.conftest import NOON
from tests.factories import CLOSING, make_organization, make_user
from tests.proposals.story import Story, make_story

LAST = CLOSING - timedelta(microseconds=1)


@pytest.fixture
def story(app: Flask) -> Story:
    return make_story()


def test_a_material_change_leaves_a_proposal_to_be_confirmed(story: Story) -> None:
    proposal, other = story.submitted(), story.submitted(make_user("Sam"))
    story.opportunity.edition = story.opportunity.material_edition = 2
    db.session.commit()
    assert queries.shown_state(proposal, NOON) == "unconfirmed"
    assert (queries.submitted_for(story.opportunity), queries.unconfirmed_for(story.opportunity)) == (
        [],
        [proposal, other],
    )
    actions.submit(proposal, accepted=(), by=story.robin, at=NOON)
    assert queries.submitted_for(story.opportunity) == [proposal]
    assert queries.shown_state(other, CLOSING) == "lapsed"
    with pytest.raises(NotNow):
        actions.lapse(other, by=story.officer, at=LAST)
    actions.lapse(other, by=story.officer, at=CLOSING)
    assert other.state == "lapsed"
    with pytest.raises(NotNow, match="confirmed"):
        actions.lapse(proposal, by=story.officer, at=CLOSING)
    with pytest.raises(NotAllowed):
        actions.lapse(proposal, by=story.robin, at=CLOSING)


def test_owners_and_the_author_write_for_an_organization_and_plain_members_do_not(story: Story) -> None:
    owner, member, author, stranger = (make_user(name) for name in ("Ola", "Mem", "Aut", "Str"))
    organization = make_organization(owner, "Three Pines", member, author)
    proposal = actions.start(story.opportunity, by=author, at=NOON, organization=organization)
    db.session.commit()
    story.write(proposal, owner)
    for other in (member, stranger, story.officer):
        with pytest.raises(NotFound) as refusal:
            queries.get_own(proposal.key, other)
        assert refusal.value.sealed
        with pytest.raises(NotFound):
            actions.save_team(proposal, (), by=other, at=NOON)
    with pytest.raises(NotNow, match="Your organization"):
        actions.start(story.opportunity, by=member, at=NOON, organization=organization)
    actions.submit(proposal, accepted=(), by=owner, at=NOON)
    told = db.session.scalars(select(Notification.recipient_id).order_by(Notification.id)).all()
    assert told == [author.id, owner.id]
    place = db.session.scalars(select(Membership).where(Membership.user_id == author.id)).one()
    place.state = "left"
    db.session.commit()
    with pytest.raises(NotFound):
        queries.get_own(proposal.key, author)
    assert (queries.list_own(author), queries.find_own(story.opportunity, author)) == (([], None), None)
    assert queries.list_own(owner) == ([proposal], None)


def test_nobody_starts_for_an_organization_of_others(story: Story) -> None:
    organization = make_organization(make_user("Ola"))
    with pytest.raises(NotAllowed):
        actions.start(story.opportunity, by=story.robin, at=NOON, organization=organization)


def test_at_most_five_files(story: Story, session: Session) -> None:
    proposal = story.start()
    for number in range(5):
        actions.add_file(proposal, check_upload(f"{number}.txt", b"x"), by=story.robin, at=NOON)
    with pytest.raises(NotValid, match="At most"):
        actions.add_file(proposal, check_upload("6.txt", b"x"), by=story.robin, at=NOON)


def test_a_file_on_a_receipt_outlives_its_removal_from_the_draft(story: Story) -> None:
    proposal = story.start()
    story.write(proposal, story.robin)
    robin = story.robin
    entry = actions.add_file(proposal, check_upload("a.txt", b"abc"), by=robin, at=NOON)
    spare = actions.add_file(proposal, check_upload("b.txt", b"def"), by=robin, at=NOON)
    assert actions.remove_file(proposal, spare.key, by=robin, at=NOON) is not None
    actions.submit(proposal, accepted=(), by=robin, at=NOON)
    assert actions.remove_file(proposal, entry.key, by=robin, at=NOON) is None
    assert queries.content_for_author(proposal, robin).files == ()
    assert queries.file_for_author(proposal, entry.key, robin) == (entry, b"abc")
    with pytest.raises(NotFound):
        queries.file_for_author(proposal, spare.key, robin)


def test_nothing_is_read_for_the_evaluation_before_the_opening(story: Story) -> None:
    proposal = story.start()
    story.write(proposal, story.robin)
    entry = actions.add_file(proposal, check_upload("a.txt", b"abc"), by=story.robin, at=NOON)
    actions.submit(proposal, accepted=(), by=story.robin, at=NOON)
    for reading in (queries.opened_content, queries.opened_files):
        with pytest.raises(NotFound):
            reading(proposal)
    actions.save_team(proposal, [TeamMember("Later")], by=story.robin, at=NOON)
    proposal.state = "opened"
    assert replace(queries.opened_content(proposal), files=()).answers == {
        one.key: f"Answer {one.key}" for one in queries.ask_of(story.opportunity).criteria
    }
    assert queries.opened_content(proposal).team == (TeamMember("Robin Tremblay", "Maps"),)
    assert queries.opened_files(proposal) == [entry]
    assert queries.opened_file(proposal, entry.key) == (entry, b"abc")
    received = queries.last_submission(proposal)
    assert received is not None
    assert queries.digests_of([proposal]) == {proposal.id: received.digest}


def test_what_waits_is_named_with_its_closing(story: Story) -> None:
    proposal = story.start()
    lines = queries.awaiting(story.robin, NOON)
    assert [(line.endpoint, line.arguments, line.due) for line in lines] == [
        ("proposals.show", {"key": proposal.key}, CLOSING)
    ]
    story.write(proposal, story.robin)
    actions.submit(proposal, accepted=(), by=story.robin, at=NOON)
    db.session.commit()
    assert queries.awaiting(story.robin, NOON) == []
    story.opportunity.edition = story.opportunity.material_edition = 2
    db.session.commit()
    assert [line.text for line in queries.awaiting(story.robin, NOON)] == [
        "“%(title)s” changed. Confirm your proposal, or it lapses at the closing."
    ]
    assert queries.awaiting(story.robin, datetime(2027, 1, 1, tzinfo=UTC)) == []


@pytest.mark.parametrize(
    ("name", "page"),
    [("award", "evaluations.debrief"), ("not_award", "evaluations.debrief"), ("disqualify", "proposals.show")],
)
def test_a_result_waits_to_be_read_for_thirty_days(story: Story, name: str, page: str) -> None:
    proposal = story.submitted()
    decided = CLOSING + timedelta(days=3)
    for move, at in (("open", CLOSING), (name, decided)):
        facts = queries.facts(proposal, story.officer, at)
        PROPOSAL.move(proposal, move, by=story.officer, at=at, facts=facts)
    db.session.commit()
    lines = queries.awaiting(story.robin, decided + timedelta(days=29))
    assert [(line.since, line.endpoint, line.arguments) for line in lines] == [(decided, page, {"key": proposal.key})]
    assert queries.awaiting(story.robin, decided + timedelta(days=30)) == []
    assert queries.awaiting(story.officer, decided) == []
