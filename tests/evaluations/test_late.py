"""Too early and too late: interviews still to come, revisions after the meeting began, members who turn to a bidder."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.db import db
from app.core.errors import NotAllowed, NotNow, NotValid
from auth.models import Membership, User
from evaluations import actions, queries
from evaluations.actions.sheets import Typed
from evaluations.models import Evaluation
from tests.conftest import Travel
from tests.evaluations.staged import make_interviewing
from tests.evaluations.story import AFTER, WHY, Story, judge_all, make_opened, make_panel, make_story, open_all, propose
from tests.evaluations.test_consensus import THREE, join, make_consensus_plan, make_meeting, make_staged_plan, score
from tests.evaluations.test_views import page, post
from tests.factories import make_organization, make_user

SignIn = Callable[[User], FlaskClient]
FIRST_DAY = datetime(2026, 7, 6, 4, 0, tzinfo=UTC)
"""Midnight in Ottawa, where the first of the interview's days begins."""
TALK = datetime(2026, 7, 7, 14, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


def typed_now(story: Story, verdict: str = "4") -> dict[str, Typed]:
    return {one.key: Typed(verdict, WHY) for one in queries.round_criteria(story.evaluation)}


@pytest.mark.parametrize("invited", [False, True])
def test_nobody_is_judged_on_an_interview_that_is_still_to_come(app: Flask, *, invited: bool) -> None:
    story = make_interviewing()
    first, begins = story.proponent(0), TALK if invited else FIRST_DAY
    if invited:
        (stage,) = queries.rounds_of(story.opportunity)[1]
        actions.invite_to(first, stage, starts_at=TALK, place="Room 3", by=story.officer, at=AFTER)
        db.session.commit()
    with pytest.raises(NotValid, match="still to come"):
        actions.submit_sheet(first, typed_now(story), by=story.chair, at=begins - MOMENT)
    db.session.rollback()
    assert actions.submit_sheet(first, typed_now(story), by=story.chair, at=begins).stands


def test_what_is_typed_too_early_is_refused_in_words_and_kept(app: Flask, sign_in: SignIn, travel: Travel) -> None:
    story = make_interviewing()
    travel(AFTER + timedelta(hours=1))
    chantal, number = sign_in(story.chair), story.proponent(0).number
    (criterion,) = queries.round_criteria(story.evaluation)
    said = "Seven otters read the gauges."
    sent = {"act": "submit", "round": "2", f"verdict-{criterion.key}": "4", f"rationale-{criterion.key}": said}
    refused = post(chantal, story, f"/{number}", sent, 422)
    assert ("is still to come" in refused, said in refused) == (True, True)
    assert said in page(chantal, story, f"/{number}")


def test_a_revision_after_the_meeting_began_is_marked_with_its_reason(app: Flask, sign_in: SignIn) -> None:
    story, _third = make_meeting(*THREE[:2])
    join(story, "Fresh Eyes")
    actions.resume_scoring(story.evaluation, by=story.officer, at=AFTER)
    db.session.commit()
    keys = [one.key for one in queries.round_criteria(story.evaluation)]
    typed = {key: Typed(verdict, WHY) for key, verdict in zip(keys, ("met", "5", "4"), strict=True)}
    later, first = AFTER + timedelta(hours=2), story.proponent(0)
    with pytest.raises(NotValid, match="Say why you change"):
        actions.submit_sheet(first, typed, by=story.member, at=later)
    db.session.rollback()
    actions.submit_sheet(first, typed, reason="I had missed the annex.", by=story.member, at=later)
    db.session.commit()
    shown = page(sign_in(story.chair), story, f"/{first.number}")
    assert shown.count("Revised after the meeting began:</strong> I had missed the annex.") == 1


def turned(story: Story, person: User) -> None:
    """Let a member of the panel join the organization that proposes first."""
    organization = story.proposals[0].organization
    assert organization is not None
    joined = {"state": "active", "role": "member", "invited_at": AFTER, "answered_at": AFTER}
    organization.members.append(Membership(user=person, address=person.email, **joined))
    db.session.commit()


def make_turned(plan: object = None) -> tuple[Story, User]:
    """Make a panel of three of whom one joins a bidder's organization once everything is scored."""
    story = make_story(plan)  # type: ignore[arg-type]
    make_panel(story)
    owner = make_user("Owen Owner")
    propose(story, author=owner, organization=make_organization(owner))
    propose(story)
    open_all(story)
    third = join(story, "Third Member")
    for author in (0, 1):
        for person in (story.chair, story.member, third):
            score(story, author, person, "met", "5", "4")
    turned(story, third)
    return story, third


ENDS: dict[str, tuple[Callable[[], object], Callable[[Evaluation, Story], object]]] = {
    "meet": (
        make_consensus_plan,
        lambda judged, story: actions.meet(judged, [story.chair, story.member], by=story.chair, at=AFTER),
    ),
    "advance": (make_staged_plan, lambda judged, story: actions.advance(judged, by=story.chair, at=AFTER)),
    "lock": (lambda: None, lambda judged, story: actions.lock(judged, by=story.chair, at=AFTER)),
}


@pytest.mark.parametrize("end", ENDS)
def test_whoever_came_onto_a_bidders_side_is_off_the_panel_before_scores_count(app: Flask, end: str) -> None:
    plan, act = ENDS[end]
    story, third = make_turned(plan())
    act(story.evaluation, story)
    db.session.commit()
    (place,) = [one for one in queries.panel(story.opportunity) if one.user_id == third.id]
    assert place.state == "recused"
    counted = {
        score.sheet.evaluator_id for row in queries.individual_scores(story.evaluation).values() for score in row
    }
    assert counted == {story.chair.id, story.member.id}


def test_it_holds_also_where_the_act_is_then_refused(app: Flask, sign_in: SignIn, travel: Travel) -> None:
    story = make_story()
    make_panel(story)
    owner = make_user("Owen Owner")
    propose(story, author=owner, organization=make_organization(owner))
    open_all(story)
    judge_all(story, [(5, 5)])
    turned(story, story.member)
    travel(AFTER + timedelta(hours=1))
    post(sign_in(story.chair), story, "/lock", status=409)
    shown = page(sign_in(story.officer), story)
    assert ("Recused" in shown, "Submitted, does not count" in shown or "Does not count" in shown) == (True, True)


def test_only_those_who_may_end_a_round_reach_it(app: Flask) -> None:
    story = make_opened()
    judge_all(story, [(5, 5), (3, 3)])
    with pytest.raises(NotAllowed):
        actions.lock(story.evaluation, by=story.member, at=AFTER)
    with pytest.raises(NotNow):
        actions.advance(story.evaluation, by=story.officer, at=AFTER)
