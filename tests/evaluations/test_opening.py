"""The opening, by two distinct people, after the closing."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.audit import Event
from app.core.db import db
from app.core.errors import NotAllowed, NotNow
from app.core.outbox import Notification
from evaluations import actions, draw, queries
from proposals.queries import digests_of
from tests.conftest import NOON
from tests.evaluations.story import AFTER, make_opened, make_panel, make_story, open_all, propose
from tests.factories import (
    CLOSING,
    make_administrator,
    make_department,
    make_organization,
    make_staff,
    make_user,
)


def test_two_officers_open_and_each_proposal_gets_a_number(app: Flask) -> None:
    story = make_opened(bidders=3)
    assert story.opportunity.state == "evaluation"
    assert story.evaluation.state == "scoring"
    assert [one.number for one in queries.proponents(story.evaluation)] == [1, 2, 3]
    assert {proposal.state for proposal in story.proposals} == {"opened"}


def test_nothing_is_opened_before_the_closing(app: Flask) -> None:
    story = make_story()
    with pytest.raises(NotNow):
        actions.begin_opening(story.opportunity, by=story.officer, at=NOON)


def test_the_opening_begins_at_the_closing_itself_even_if_the_clock_did_not_come_by(app: Flask) -> None:
    story = make_story()
    evaluation = actions.begin_opening(story.opportunity, by=story.officer, at=CLOSING)
    assert (story.opportunity.state, evaluation.state) == ("closed", "opening")


def test_one_person_cannot_be_both(app: Flask) -> None:
    story = make_story()
    evaluation = actions.begin_opening(story.opportunity, by=story.officer, at=AFTER)
    with pytest.raises(NotAllowed):
        actions.complete_opening(evaluation, by=story.officer, at=AFTER)


def test_an_administrator_completes_an_opening_but_does_not_begin_one(app: Flask) -> None:
    story = make_story()
    ada = make_administrator()
    with pytest.raises(NotAllowed):
        actions.begin_opening(story.opportunity, by=ada, at=AFTER)
    db.session.rollback()
    evaluation = actions.begin_opening(story.opportunity, by=story.officer, at=AFTER)
    actions.complete_opening(evaluation, by=ada, at=AFTER)
    assert evaluation.state == "scoring"


def test_strangers_do_not_open(app: Flask) -> None:
    story = make_story()
    others = make_department("lakes")
    buyer = make_staff("buyer", story.department)
    for person in (make_user(), make_staff("officer", others), buyer):
        with pytest.raises(NotAllowed):
            actions.begin_opening(story.opportunity, by=person, at=AFTER)
        db.session.rollback()


def test_what_was_not_confirmed_lapses(app: Flask) -> None:
    story = make_story()
    kept, late = propose(story), propose(story)
    story.opportunity.material_edition = 2
    kept.confirmed_edition = 2
    db.session.commit()
    open_all(story)
    assert (kept.state, late.state) == ("opened", "lapsed")
    assert len(story.evaluation.proponents) == 1


def test_the_seed_can_be_repeated_by_anyone(app: Flask) -> None:
    story = make_opened(bidders=3)
    digests = [bytes.fromhex(one) for one in digests_of(story.proposals).values()]
    assert story.evaluation.seed == draw.make_seed(story.opportunity.ocid, CLOSING, digests).hex()


def test_without_proposals_the_tender_ends_unsuccessful(app: Flask) -> None:
    story = make_story()
    open_all(story)
    actions.find_unsuccessful(story.evaluation, reason="Nobody proposed by the closing.", by=story.officer, at=AFTER)
    assert (story.opportunity.state, story.evaluation.state) == ("unsuccessful", "ended")


def test_it_does_not_end_unsuccessful_while_a_proposal_remains(app: Flask) -> None:
    story = make_opened(bidders=1)
    with pytest.raises(NotNow):
        actions.find_unsuccessful(story.evaluation, reason="We do not feel like it.", by=story.officer, at=AFTER)


def test_the_public_learns_the_number_of_proposals_at_the_opening(app: Flask) -> None:
    story = make_opened(bidders=2)
    event = db.session.scalars(select(Event).where(Event.action == "opportunity.open_proposals")).one()
    assert (event.audience, event.reveals, event.facts["proposals"]) == ("public", "opening", 2)
    begun = db.session.scalars(select(Event).where(Event.action == "evaluation.begin")).one()
    assert begun.facts == {}
    assert story.opportunity.state == "evaluation"


def test_each_bidder_and_each_evaluator_is_told(app: Flask) -> None:
    story = make_opened(bidders=2)
    told = select(Notification.recipient_id).where(Notification.kind == "evaluations/opened")
    assert set(db.session.scalars(told)) == {author.id for author in story.authors}
    told = select(Notification.recipient_id).where(Notification.kind == "evaluations/scoring")
    assert set(db.session.scalars(told)) == {story.chair.id, story.member.id}


def test_an_evaluator_who_proposes_is_off_the_panel_at_the_opening(app: Flask) -> None:
    story = make_story()
    make_panel(story)
    organization = make_organization(make_user("Ann Owner"), "Three Pines", story.member)
    propose(story, author=organization.members[0].user, organization=organization)
    open_all(story)
    states = {place.user_id: place.state for place in queries.panel(story.opportunity)}
    assert states == {story.chair.id: "accepted", story.member.id: "recused"}


def test_whoever_proposes_cannot_open(app: Flask) -> None:
    story = make_story()
    lent = make_user("Lent Officer")
    propose(story, author=lent)
    department_officer = make_staff("officer", make_department("lakes"))
    propose(story, author=department_officer)
    for person in (lent, department_officer):
        with pytest.raises(NotAllowed):
            actions.begin_opening(story.opportunity, by=person, at=AFTER)
        db.session.rollback()
