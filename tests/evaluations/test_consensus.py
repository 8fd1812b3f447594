"""Agreeing, conflicts and rounds that are over: what counts, and that there is always a way on."""

import pytest
from flask import Flask

from app.core.db import db
from app.core.errors import NotAllowed, NotNow, NotValid
from auth.models import User
from evaluations import actions, queries
from evaluations.actions.sheets import Typed
from evaluations.models import Agreement, PanelMember, Sheet
from opportunities.models import Criterion, EvaluationPlan, Stage
from tests.evaluations.story import AFTER, NO_CONFLICT, WHY, Story, make_opened
from tests.factories import both, make_plan, make_user

REASON = "We looked at it again."
Row = dict[str, str]


def make_consensus_plan() -> EvaluationPlan:
    """A mandatory criterion, and two rated ones that the panel agrees on."""
    plan = make_plan()
    plan.stages[1].settled_by = "consensus"
    return plan


def make_staged_plan(minimum: int | None = None) -> EvaluationPlan:
    """A mandatory and two rated criteria judged by the mean, then an interview."""
    plan = make_plan()
    plan.stages[1].criteria[0].minimum = minimum
    interview = Stage(position=3, kind="interview", title=both("Interview", "Entrevue"))
    interview.criteria.append(Criterion(position=1, title=both("Answers"), earns=both("Says how"), weight=20))
    plan.stages.append(interview)
    return plan


def join(story: Story, name: str, person: User | None = None) -> User:
    """Bring somebody else onto the panel."""
    who = person or make_user(name)
    place = actions.invite(story.opportunity, who.email, by=story.officer, at=AFTER)
    actions.answer(place, accepts=True, conflict=False, words=NO_CONFLICT, by=who, at=AFTER)
    db.session.commit()
    return who


def place_of(story: Story, person: User) -> PanelMember:
    found = queries.find_place(story.opportunity, person)
    assert found is not None
    return found


def recuse(story: Story, person: User) -> None:
    actions.recuse(place_of(story, person), words="I know one of them well.", by=person, at=AFTER)
    db.session.commit()


def score(story: Story, author: int, person: User, *verdicts: str, reason: str = "") -> Sheet:
    """Submit a sheet on the round under way, verdict by verdict."""
    keys = [one.key for one in queries.round_criteria(story.evaluation)]
    typed = {key: Typed(verdict, WHY) for key, verdict in zip(keys, verdicts, strict=True)}
    sheet = actions.submit_sheet(story.proponent(author), typed, reason=reason, by=person, at=AFTER)
    db.session.commit()
    return sheet


def agree(story: Story, author: int, criterion: int, verdict: str, **values: object) -> Agreement:
    """Enter what the panel agreed on a criterion (from 0), by the chair unless told."""
    given = {"by": story.chair, "outside_reason": "", "seen": 0, **values}
    row = actions.agree(
        story.proponent(author), queries.criteria_of(story.opportunity)[criterion], Typed(verdict, WHY), at=AFTER,
        **given,  # type: ignore[arg-type]
    )  # fmt: skip
    db.session.commit()
    return row


def make_meeting(*verdicts: tuple[str, str, str], third: bool = False) -> tuple[Story, User | None]:
    """Make a panel that meets on one proposal, after its members gave these verdicts."""
    story = make_opened(make_consensus_plan(), bidders=1)
    people = [story.chair, story.member, *([join(story, "Third Member")] if third else [])]
    for person, given in zip(people, verdicts, strict=True):
        score(story, 0, person, *given)
    actions.meet(story.evaluation, people, by=story.chair, at=AFTER)
    db.session.commit()
    return story, people[2] if third else None


THREE = (("met", "5", "4"), ("met", "3", "4"), ("met", "4", "4"))


def test_what_was_agreed_with_somebody_in_conflict_can_be_agreed_on_again(app: Flask) -> None:
    story, third = make_meeting(*THREE, third=True)
    assert third is not None
    agree(story, 0, 1, "4")
    recuse(story, third)
    actions.meet(story.evaluation, [story.chair, story.member], by=story.chair, at=AFTER)
    again = agree(story, 0, 1, "5")
    assert (again.revision, again.superseded) == (2, False)


def test_a_meeting_with_somebody_who_has_left_is_followed_by_another_before_anything_is_agreed(app: Flask) -> None:
    story, third = make_meeting(*THREE, third=True)
    assert third is not None
    recuse(story, third)
    with pytest.raises(NotNow, match="Meet again"):
        agree(story, 0, 1, "4")


def make_partly_judged() -> tuple[Story, User]:
    """Make a panel of three that meets on two proposals; the third member is recused from the first."""
    story = make_opened(make_consensus_plan(), bidders=2)
    third = join(story, "Third Member")
    people = [story.chair, story.member, third]
    for author in (0, 1):
        for person, given in zip(people, THREE, strict=True):
            score(story, author, person, *given)
    actions.recuse_from(story.proponent(0), words="I know one of them well.", by=third, at=AFTER)
    actions.meet(story.evaluation, people, by=story.chair, at=AFTER)
    db.session.commit()
    return story, third


def test_who_is_recused_from_a_proposal_does_not_attend_when_it_is_agreed_on(app: Flask) -> None:
    story, third = make_partly_judged()
    recused = queries.recusals(story.evaluation)
    first, second = agree(story, 0, 1, "4"), agree(story, 1, 1, "4")
    named = [[one.name for one in queries.agreed_by(row, recused)] for row in (first, second)]
    assert named == [["Chantal Roy", "Mehdi Karimi"], ["Chantal Roy", "Mehdi Karimi", "Third Member"]]
    recuse(story, third)
    assert [first.superseded, second.superseded] == [False, True]


def test_two_who_may_judge_a_proposal_agree_on_it_and_one_of_them_enters_it(app: Flask) -> None:
    story, third = make_partly_judged()
    actions.meet(story.evaluation, [story.chair, third], by=story.chair, at=AFTER)
    db.session.commit()
    with pytest.raises(NotNow, match="Fewer than two of those who attended"):
        agree(story, 0, 1, "4")
    db.session.rollback()
    assert agree(story, 1, 1, "4").meeting.attendees == [story.chair, third]
    actions.recuse_from(story.proponent(1), words="I know one of them well.", by=story.chair, at=AFTER)
    actions.meet(story.evaluation, [story.chair, third], by=story.chair, at=AFTER)
    db.session.commit()
    with pytest.raises(NotNow, match="Fewer than two"):
        agree(story, 1, 1, "4", by=third)


def test_what_was_agreed_on_scores_that_changed_is_open_again(app: Flask) -> None:
    story, _third = make_meeting(*THREE[:2])
    agree(story, 0, 1, "3")
    agree(story, 0, 2, "4")
    member = join(story, "Fresh Eyes")
    actions.resume_scoring(story.evaluation, by=story.officer, at=AFTER)
    db.session.commit()
    score(story, 0, story.member, "met", "5", "4", reason="I had missed the annex.")
    assert [one.criterion.position for one in queries.agreements(story.evaluation).values()] == [2]
    score(story, 0, member, "met", "5", "4")
    assert queries.agreements(story.evaluation) == {}


def test_a_confirmation_of_not_met_falls_with_the_one_who_gave_it(app: Flask) -> None:
    story, _third = make_meeting(("met", "5", "4"), ("not_met", "3", "4"))
    late = join(story, "Late Joiner")
    row = agree(story, 0, 0, "not_met")
    actions.second(row, by=late, at=AFTER)
    db.session.commit()
    recuse(story, late)
    assert row.superseded


def test_agreed_points_outside_what_members_gave_need_a_reason(app: Flask) -> None:
    story, _third = make_meeting(*THREE[:2])
    with pytest.raises(NotValid, match="outside what members gave"):
        agree(story, 0, 1, "2")
    assert agree(story, 0, 1, "2", outside_reason=REASON).outside_reason == REASON
    assert agree(story, 0, 2, "4", outside_reason=REASON).outside_reason == ""


@pytest.mark.parametrize("verdict", ["", "6", "-1", "2.5", "met"])
def test_agreed_points_stay_on_the_scale(app: Flask, verdict: str) -> None:
    story, _third = make_meeting(*THREE[:2])
    with pytest.raises(NotValid):
        agree(story, 0, 1, verdict, outside_reason=REASON)


def test_two_tabs_do_not_overwrite_each_others_agreement(app: Flask) -> None:
    story, _third = make_meeting(*THREE[:2])
    agree(story, 0, 1, "4")
    with pytest.raises(NotNow, match="agreed on meanwhile"):
        agree(story, 0, 1, "5")
    assert agree(story, 0, 1, "5", seen=1).revision == 2


def test_only_the_chair_enters_what_is_agreed(app: Flask) -> None:
    story, _third = make_meeting(*THREE[:2])
    for person in (story.member, story.officer, story.authors[0], make_user("Outsider")):
        with pytest.raises(NotAllowed):
            agree(story, 0, 1, "4", by=person)
        db.session.rollback()


def test_where_the_chair_is_in_conflict_another_member_enters_it(app: Flask) -> None:
    story, third = make_meeting(*THREE, third=True)
    assert third is not None
    actions.recuse_from(story.proponent(0), words="I know one of them well.", by=story.chair, at=AFTER)
    db.session.commit()
    with pytest.raises(NotAllowed):
        agree(story, 0, 1, "4")
    db.session.rollback()
    assert agree(story, 0, 1, "4", by=story.member).by_id == story.member.id


def test_nobody_confirms_alone_that_a_criterion_is_not_met(app: Flask) -> None:
    story, _third = make_meeting(("met", "5", "4"), ("not_met", "3", "4"))
    row = agree(story, 0, 0, "not_met")
    assert queries.missing_agreements(story.evaluation) == 3
    with pytest.raises(NotAllowed, match="Another member"):
        actions.second(row, by=story.chair, at=AFTER)
    db.session.rollback()
    actions.second(row, by=story.member, at=AFTER)
    assert queries.missing_agreements(story.evaluation) == 2
    with pytest.raises(NotNow, match="nothing to confirm"):
        actions.second(row, by=story.member, at=AFTER)


def test_scores_are_late_once_the_panel_meets(app: Flask) -> None:
    story, _third = make_meeting(*THREE[:2])
    with pytest.raises(NotNow, match="no longer be given"):
        score(story, 0, story.member, "met", "5", "5", reason=REASON)
