"""One human, known under two accounts, counts as one wherever two people are asked for."""

import pytest
from flask import Flask

from app.core.db import db, transaction
from app.core.errors import NotAllowed, NotNow, NotValid
from auth.actions import Claims, note_same_human
from auth.models import User
from evaluations import actions, queries
from opportunities.queries import facts as opportunity_facts
from proposals import actions as keeping
from tests.conftest import NOON
from tests.evaluations.kept import PUBLISHED, accept
from tests.evaluations.story import AFTER, NO_CONFLICT, make_locked, make_panel, make_story, propose
from tests.evaluations.test_awarding import award
from tests.evaluations.test_consensus import agree, make_meeting
from tests.factories import appoint, make_department, make_staff, make_user


def same(one: User, other: User) -> None:
    """Sign in as one, then try to add the way of the other."""
    identity = other.identities[0]
    with transaction() as at:
        note_same_human(one, Claims(identity.issuer, identity.subject, "", "", ()), by=one, at=at)


def test_one_human_does_not_open_alone_nor_judge_beside_a_proposal(app: Flask) -> None:
    story, second = make_story(), make_staff("officer", make_department("lakes"))
    appoint(second, "officer", story.department)
    bidder, third = propose(story).author, make_user("Third")
    evaluation = actions.begin_opening(story.opportunity, by=story.officer, at=AFTER)
    db.session.commit()
    same(story.officer, second)
    with pytest.raises(NotAllowed):
        actions.complete_opening(evaluation, by=second, at=AFTER)
    db.session.rollback()
    same(third, bidder)
    assert [queries.facts(story.opportunity, one, AFTER).proposes for one in (third, story.officer)] == [True, False]


def test_who_wrote_a_text_does_not_approve_it_by_another_account(app: Flask) -> None:
    story, second = make_story(), make_staff("officer", make_department("lakes"))
    appoint(second, "officer", story.department)
    assert opportunity_facts(story.opportunity, second, AFTER).is_author is False
    same(story.opportunity.author, second)
    assert opportunity_facts(story.opportunity, second, AFTER).is_author is True


def test_nobody_has_two_places_on_a_panel(app: Flask) -> None:
    story, again = make_story(), make_user("Again")
    make_panel(story)
    place = actions.invite(story.opportunity, again.email, by=story.officer, at=NOON)
    db.session.commit()
    same(story.member, again)
    with pytest.raises(NotNow, match="on this panel already"):
        actions.answer(place, accepts=True, conflict=False, words=NO_CONFLICT, by=again, at=NOON)
    db.session.rollback()
    actions.answer(place, accepts=False, conflict=False, words="", by=again, at=NOON)
    assert place.state == "declined"


def test_nobody_confirms_their_own_verdict_by_another_account(app: Flask) -> None:
    story, _third = make_meeting(("met", "5", "4"), ("not_met", "3", "4"))
    row = agree(story, 0, 0, "not_met")
    db.session.commit()
    same(story.chair, story.member)
    with pytest.raises(NotAllowed, match="Another member"):
        actions.second(row, by=story.member, at=AFTER)


def test_a_second_officer_is_another_human(app: Flask) -> None:
    story = make_locked()
    made = award(story, 1, departure_reason="The first is under sanction since yesterday.")
    db.session.commit()
    same(story.officer, story.second)
    with pytest.raises(NotAllowed):
        actions.confirm_award(made, by=story.second, at=AFTER)


def test_nobody_keeps_two_shares_of_a_key(app: Flask) -> None:
    story, wei, again = make_story(), make_user("Wei"), make_user("Again")
    people = [story.officer, wei, again]
    custody = keeping.name_custodians(story.department, people, 2, by=story.officer, at=PUBLISHED)
    db.session.commit()
    same(wei, again)
    with pytest.raises(NotNow, match="a share already"):
        accept(custody)
    db.session.rollback()
    with pytest.raises(NotValid, match="two places"):
        keeping.name_custodians(story.department, people, 2, by=story.officer, at=PUBLISHED)
