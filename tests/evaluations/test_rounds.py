"""Rounds and meetings: who goes on, what the panel agrees, who is left out of one proposal."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.db import db
from app.core.errors import NotAllowed, NotNow, NotValid
from app.core.outbox import Notification
from evaluations import actions, queries
from evaluations.actions.sheets import Typed
from evaluations.models import Invitation, PanelMember
from tests.evaluations.staged import (
    agree_on,
    make_interviewing,
    make_staged,
    meet,
    open_licence,
    rated,
    read_all,
    staged_plan,
)
from tests.evaluations.story import AFTER, NO_CONFLICT, WHY, Story, judge, make_opened
from tests.factories import make_plan, make_user

MORNING = datetime(2026, 7, 7, 14, 0, tzinfo=UTC)
"""On one of the interview's days."""
COUSIN = "The author is my cousin's partner."


def kinds(story: Story) -> set[str]:
    told = select(Notification.kind).where(Notification.recipient_id.in_([one.id for one in story.authors]))
    return set(db.session.scalars(told))


def stage_of(story: Story) -> object:
    return queries.rounds_of(story.opportunity)[1][0]


def invite(
    story: Story, author: int = 0, *, at: datetime = MORNING, place: str = "Room 3", seen: int = 0
) -> Invitation:
    stage = queries.rounds_of(story.opportunity)[1][0]
    made = actions.invite_to(
        story.proponent(author), stage, starts_at=at, place=place, seen=seen, by=story.officer, at=AFTER
    )
    db.session.commit()
    return made


def test_a_round_asks_only_for_its_own_criteria(app: Flask) -> None:
    story = make_staged()
    assert [one.stage.kind for one in queries.round_criteria(story.evaluation)] == ["mandatory", "rated"]
    assert [[one.kind for one in judged] for judged in queries.rounds_of(story.opportunity)] == [
        ["mandatory", "rated"], ["interview"],
    ]  # fmt: skip


def test_nothing_goes_on_before_every_score_is_in_and_agreed(app: Flask) -> None:
    story = make_staged()
    with pytest.raises(NotNow, match="scores are missing"):
        actions.advance(story.evaluation, by=story.officer, at=AFTER)
    read_all(story, [(5, 4), (3, 3)])
    with pytest.raises(NotNow, match="has to agree"):
        actions.advance(story.evaluation, by=story.officer, at=AFTER)


def test_the_best_go_on_with_all_who_tie_at_the_cut(app: Flask) -> None:
    story = make_interviewing(((4, 4), (4, 2), (3, 3)))
    assert [story.proponent(author).rounds_passed for author in range(3)] == [1, 1, 0]
    assert (story.evaluation.state, story.evaluation.round) == ("scoring", 2)
    assert {"evaluations/goes_on", "evaluations/screened_out"} <= kinds(story)
    with pytest.raises(NotNow):
        judge(story, 2, story.chair, (5,))


def test_only_the_officer_or_the_chair_lets_proposals_go_on(app: Flask) -> None:
    story = make_staged()
    read_all(story, [(5, 5), (3, 3)])
    meet(story)
    for author, points in enumerate("53"):
        agree_on(story, author, points)
    for person in (story.member, story.authors[0]):
        with pytest.raises(NotAllowed):
            actions.advance(story.evaluation, by=person, at=AFTER)
    actions.advance(story.evaluation, by=story.chair, at=AFTER)


def test_without_anybody_left_after_a_round_the_tender_ends_unsuccessful(app: Flask) -> None:
    story = make_staged()
    for author in range(2):
        for person in (story.chair, story.member):
            judge(story, author, person, (4,), met=False)
    meet(story)
    for author in range(2):
        agree_on(story, author, "4")
    actions.advance(story.evaluation, by=story.officer, at=AFTER)
    actions.find_unsuccessful(story.evaluation, reason="None offers an open licence.", by=story.officer, at=AFTER)
    assert (story.evaluation.state, story.opportunity.state) == ("ended", "unsuccessful")


def test_a_meeting_needs_the_chair_and_another_evaluator(app: Flask) -> None:
    story = make_staged()
    read_all(story, [(5, 4), (3, 3)])
    with pytest.raises(NotAllowed):
        actions.meet(story.evaluation, [story.chair, story.member], by=story.member, at=AFTER)
    for attendees in ([story.chair], [story.member], [story.chair, story.officer]):
        with pytest.raises(NotValid):
            actions.meet(story.evaluation, attendees, by=story.chair, at=AFTER)
        db.session.rollback()


def test_the_panel_does_not_meet_before_all_scores_are_in(app: Flask) -> None:
    story = make_staged()
    judge(story, 0, story.chair, (4,))
    with pytest.raises(NotNow):
        actions.meet(story.evaluation, [story.chair, story.member], by=story.chair, at=AFTER)


def test_points_outside_what_members_gave_need_a_reason(app: Flask) -> None:
    story = make_staged()
    read_all(story, [(3, 2), (3, 3)])
    meet(story)
    with pytest.raises(NotValid, match="outside"):
        agree_on(story, 0, "5")
    db.session.rollback()
    agree_on(story, 0, "5", outside="The annex was read by neither before.")
    agreed = queries.agreements(story.evaluation)[story.proponent(0).id, rated(story).id]
    assert (agreed.points, agreed.outside_reason) == (5, "The annex was read by neither before.")


def test_two_who_enter_the_same_cell_do_not_overwrite_each_other(app: Flask) -> None:
    story = make_staged()
    read_all(story, [(5, 3), (3, 3)])
    meet(story)
    agree_on(story, 0, "5")
    with pytest.raises(NotNow, match="agreed on meanwhile"):
        agree_on(story, 0, "3")
    agree_on(story, 0, "3", seen=1)
    assert queries.agreements(story.evaluation)[story.proponent(0).id, rated(story).id].points == 3


def test_a_verdict_of_not_met_counts_with_a_second_person(app: Flask) -> None:
    story = make_staged()
    judge(story, 0, story.chair, (4,), met=False)
    judge(story, 0, story.member, (4,))
    for person in (story.chair, story.member):
        judge(story, 1, person, (3,))
    meet(story)
    made = actions.agree(
        story.proponent(0), open_licence(story), Typed("not_met", WHY), by=story.chair, at=AFTER
    )  # fmt: skip
    assert made.counts is False
    with pytest.raises(NotAllowed):
        actions.second(made, by=story.chair, at=AFTER)
    actions.second(made, by=story.member, at=AFTER)
    assert (made.counts, made.second) == (True, story.member)
    with pytest.raises(NotNow):
        actions.second(made, by=story.member, at=AFTER)


def test_a_conflict_with_one_proposal_leaves_the_others_to_judge(app: Flask) -> None:
    story = make_opened(make_plan(), bidders=2)
    third = make_user("Tara Third")
    place = actions.invite(story.opportunity, third.email, by=story.officer, at=AFTER)
    actions.answer(place, accepts=True, conflict=False, words=NO_CONFLICT, by=third, at=AFTER)
    actions.recuse_from(story.proponent(0), words=COUSIN, by=third, at=AFTER)
    db.session.commit()
    for author in range(2):
        for person in (story.chair, story.member):
            judge(story, author, person, (4, 4))
    assert queries.missing_scores(story.evaluation) == 3
    with pytest.raises(NotAllowed):
        judge(story, 0, third, (4, 4))
    judge(story, 1, third, (4, 4))
    assert queries.missing_scores(story.evaluation) == 0
    actions.lock(story.evaluation, by=story.chair, at=AFTER)


def test_what_was_agreed_with_somebody_in_conflict_is_agreed_on_again(app: Flask) -> None:
    story = make_staged()
    third = make_user("Tara Third")
    place = actions.invite(story.opportunity, third.email, by=story.officer, at=AFTER)
    actions.answer(place, accepts=True, conflict=False, words=NO_CONFLICT, by=third, at=AFTER)
    read_all(story, [(5, 4), (3, 3)])
    for author in range(2):
        judge(story, author, third, (3,))
    actions.meet(story.evaluation, [story.chair, story.member, third], by=story.chair, at=AFTER)
    for author, points in enumerate("53"):
        agree_on(story, author, points)
    assert queries.missing_agreements(story.evaluation) == 0
    actions.recuse_from(story.proponent(0), words=COUSIN, by=third, at=AFTER)
    db.session.commit()
    assert queries.missing_agreements(story.evaluation) == 1
    agree_on(story, 0, "4", seen=0)


def test_one_criterion_is_kept_beside_the_rest_of_each_draft(app: Flask) -> None:
    story = make_opened(make_plan(), bidders=3)
    mandatory, first, _second = queries.criteria_of(story.opportunity)
    numbers = [story.proponent(author).number for author in range(3)]
    actions.save_sheet(story.proponent(0), {mandatory.key: Typed("met", WHY)}, by=story.chair, at=AFTER)
    judge(story, 1, story.chair, (4, 4))
    typed = dict.fromkeys(numbers, Typed("2", "Half of it is there."))
    saved = actions.save_criterion(first, typed, by=story.chair, at=AFTER)
    assert sorted(one.proponent.number for one in saved) == sorted([numbers[0], numbers[2]])
    sheets = queries.sheets_of(story.evaluation, story.chair)
    assert {key: one["verdict"] for key, one in sheets[numbers[0]].draft.items()} == {
        mandatory.key: "met",
        first.key: "2",
    }
    for person in (story.officer, story.authors[0]):
        with pytest.raises(NotAllowed):
            actions.save_criterion(first, typed, by=person, at=AFTER)


def test_a_proponent_is_invited_and_told_and_a_later_invitation_replaces(app: Flask) -> None:
    story = make_interviewing()
    invite(story)
    with pytest.raises(NotNow, match="meanwhile"):
        invite(story, place="Room 4")
    db.session.rollback()
    invite(story, place="Room 4", seen=1)
    standing = queries.invitations_to(story.proponent(0).proposal)
    assert [(one.place, one.revision) for one in standing] == [("Room 4", 2)]
    letters = db.session.scalars(select(Notification).where(Notification.kind == "evaluations/invited_to")).all()
    assert {one.recipient_id for one in letters} == {story.authors[0].id}
    assert len(letters) == 2
    waiting = [(one.endpoint, one.due) for one in queries.awaiting(story.authors[0], AFTER)]
    assert waiting == [("evaluations.invitation", MORNING)]
    assert queries.awaiting(story.authors[0], MORNING) == []


@pytest.mark.parametrize(
    ("moment", "place"),
    [
        (AFTER, "Room 3"),
        (MORNING - timedelta(days=7), "Room 3"),
        (MORNING + timedelta(days=7), "Room 3"),
        (MORNING, " "),
    ],
)
def test_an_invitation_is_for_a_published_day_to_come_and_says_where(app: Flask, moment: datetime, place: str) -> None:
    story = make_interviewing()
    with pytest.raises(NotValid):
        invite(story, at=moment, place=place)


def test_nobody_is_invited_who_is_out_or_too_early_or_by_others_than_an_officer(app: Flask) -> None:
    early = make_staged(settled_by="mean")
    with pytest.raises(NotNow):
        invite(early)
    db.session.rollback()
    story = make_interviewing_elsewhere()
    with pytest.raises(NotNow):
        invite(story, author=1)
    stage = queries.rounds_of(story.opportunity)[1][0]
    for person in (story.chair, story.authors[0]):
        with pytest.raises(NotAllowed):
            actions.invite_to(story.proponent(0), stage, starts_at=MORNING, place="Room 3", by=person, at=AFTER)


def make_interviewing_elsewhere() -> Story:
    story = make_opened(staged_plan(settled_by="mean"), bidders=2, department="lakes")
    read_all(story, [(5, 5), (3, 3)])
    actions.advance(story.evaluation, by=story.officer, at=AFTER)
    db.session.commit()
    return story


def reminded(at: datetime) -> list[str]:
    told = [one.user.name for one in actions.remind_due(at=at)]
    db.session.commit()
    return told


def test_the_clock_reminds_of_an_invitation_after_three_days_and_once_a_day(app: Flask) -> None:
    story = make_opened()
    late = make_user("Lena Late")
    actions.invite(story.opportunity, late.email, by=story.officer, at=AFTER)
    db.session.commit()
    days = [timedelta(days=2, hours=23), timedelta(days=3), timedelta(days=3, hours=23), timedelta(days=4)]
    assert [reminded(AFTER + later) for later in days] == [[], ["Lena Late"], [], ["Lena Late"]]


def test_the_clock_reminds_of_sheets_near_the_decision_only(app: Flask) -> None:
    decided = (AFTER + timedelta(days=10)).date()
    story = make_opened(decision_on=decided)
    for author in range(2):
        judge(story, author, story.chair, (4, 4))
    assert [reminded(AFTER + timedelta(days=later)) for later in (6, 7)] == [[], ["Mehdi Karimi"]]
    place = db.session.scalars(select(PanelMember).where(PanelMember.user_id == story.member.id)).one()
    with pytest.raises(NotNow, match="less than a day ago"):
        actions.remind(place, by=story.officer, at=AFTER + timedelta(days=7, hours=5))
