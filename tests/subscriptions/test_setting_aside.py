"""An event that cannot be told keeps nobody else from being told."""

import pytest
from flask import Flask

from app.core import audit
from app.core.audit import CLOCK, Subject
from app.core.db import db, transaction
from app.jobs import MOST_ROUNDS, Telling
from opportunities.models import Opportunity
from subscriptions import queries
from subscriptions.actions import CannotTell
from tests.conftest import Travel
from tests.factories import make_opportunity, make_user
from tests.subscriptions.story import Story, follow, letters, make_story


@pytest.fixture
def story(app: Flask, travel: Travel) -> Story:
    """An answer, an event about an opportunity that is not there, and another answer; one person follows."""
    story = make_story()
    follow(story.opportunity, make_user())
    with transaction() as at:
        audit.record("opportunity.answer", story.opportunity.subject, by=CLOCK, at=at, question=1)
        audit.record(
            "opportunity.answer", Subject("opportunity", story.opportunity.id + 1), by=CLOCK, at=at, question=1
        )
        audit.record("opportunity.answer", story.opportunity.subject, by=CLOCK, at=at, question=2)
    return story


def set_aside(telling: Telling) -> None:
    for _round in range(MOST_ROUNDS - 1):
        with pytest.raises(CannotTell):
            telling.round()
    telling.round()


def test_what_came_before_is_told_at_once_and_what_comes_after_when_the_event_is_set_aside(story: Story) -> None:
    telling = Telling()
    with pytest.raises(CannotTell):
        telling.round()
    assert (len(letters("answered")), len(queries.set_aside())) == (1, 0)
    for _round in range(MOST_ROUNDS - 2):
        with pytest.raises(CannotTell):
            telling.round()
    telling.round()
    missing = [one.subject_id for one in queries.set_aside()]
    assert (len(letters("answered")), missing) == (2, [story.opportunity.id + 1])


def test_the_check_names_what_was_set_aside_until_it_is_told_again(app: Flask, story: Story) -> None:
    set_aside(Telling())
    (event,) = queries.set_aside()
    named = f"Event {event.id} (opportunity.answer on None) could not be told"
    run = app.test_cli_runner().invoke
    assert (named in run(args=["check"]).output, run(args=["tell-again"]).exit_code) == (True, 1)
    follow(mend(story), make_user())
    assert run(args=["tell-again"]).output == "Told of 1 events.\n"
    assert (named in run(args=["check"]).output, len(letters("answered"))) == (False, 3)
    assert run(args=["tell-again"]).output == "Told of 0 events.\n"


def test_a_fault_that_passes_in_time_sets_nothing_aside(story: Story) -> None:
    telling = Telling()
    with pytest.raises(CannotTell):
        telling.round()
    follow(mend(story), make_user())
    telling.round()
    assert (len(letters("answered")), len(queries.set_aside())) == (3, 0)


def mend(story: Story) -> Opportunity:
    """Let the opportunity that was missing be there."""
    found = make_opportunity(story.opportunity.department, story.buyer)
    assert found.id == story.opportunity.id + 1
    db.session.commit()
    return found
