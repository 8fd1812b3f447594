"""Two people at once: one wins, the other is told."""

import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.audit import Event
from app.core.db import db, transaction
from app.core.errors import NotNow, Refusal
from auth.models import User
from evaluations import actions, queries
from evaluations.actions.sheets import Typed
from evaluations.models import Agreement, Award, Evaluation, Score
from opportunities.models import Opportunity
from tests.conftest import Travel
from tests.evaluations.staged import make_staged, meet, read_all
from tests.evaluations.story import AFTER, WHY, Story, judge_all, make_locked, make_opened, make_story, propose
from tests.evaluations.test_consensus import make_staged_plan, score
from tests.factories import make_administrator

Act = Callable[[Opportunity, User, datetime], object]


def together(app: Flask, story: Story, act: Act, *people: User) -> list[str]:
    """Let people do the same thing at the same moment; give what each was told, in order of words."""
    number, ids = story.opportunity.id, [person.id for person in people]
    db.session.rollback()
    start, answers = threading.Barrier(len(ids)), []

    def one(who: int) -> None:
        with app.app_context():
            person, place = db.session.get_one(User, who), db.session.get_one(Opportunity, number)
            start.wait()
            try:
                with transaction(on=place) as at:
                    act(place, person, at)
                answers.append("done")
            except Refusal:
                answers.append("told")

    threads = [threading.Thread(target=one, args=(who,)) for who in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return sorted(answers)


def test_of_two_awards_at_once_one_is_made(app: Flask, travel: Travel) -> None:
    travel(AFTER)
    story = make_locked()

    def award(place: Opportunity, by: User, at: datetime) -> None:
        first = queries.ranking(queries.get_evaluation(place)).next_in_rank
        assert first is not None
        actions.award(first.proponent, reason="It answers every criterion best.", by=by, at=at)

    assert together(app, story, award, story.officer, story.second) == ["done", "told"]
    assert db.session.scalar(select(func.count(Award.id))) == 1


def test_of_two_openings_begun_at_once_one_is(app: Flask, travel: Travel) -> None:
    travel(AFTER)
    story = make_story()

    def begin(place: Opportunity, by: User, at: datetime) -> None:
        actions.begin_opening(place, by=by, at=at)

    assert together(app, story, begin, story.officer, story.second) == ["done", "told"]
    assert db.session.scalar(select(func.count(Evaluation.id))) == 1


def test_of_two_openings_completed_at_once_one_is(app: Flask, travel: Travel) -> None:
    travel(AFTER)
    story = make_story()
    propose(story)
    propose(story)
    actions.begin_opening(story.opportunity, by=story.officer, at=AFTER)
    db.session.commit()

    def complete(place: Opportunity, by: User, at: datetime) -> None:
        actions.complete_opening(queries.get_evaluation(place), by=by, at=at)

    assert together(app, story, complete, story.second, make_administrator()) == ["done", "told"]
    assert [one.number for one in queries.proponents(story.evaluation)] == [1, 2]


def test_a_sheet_submitted_twice_at_once_holds_each_score_once(app: Flask, travel: Travel) -> None:
    travel(AFTER)
    story = make_opened()
    keys = {one.key: one.stage.kind for one in queries.criteria_of(story.opportunity)}
    typed = {key: Typed("met" if kind == "mandatory" else "3", WHY) for key, kind in keys.items()}
    number = story.proponent(0).number

    def submit(place: Opportunity, by: User, at: datetime) -> None:
        proponent = queries.get_proponent(queries.get_evaluation(place), number)
        if queries.find_sheet(proponent, by) is not None:
            raise NotNow
        actions.submit_sheet(proponent, typed, by=by, at=at)

    assert together(app, story, submit, story.chair, story.chair) == ["done", "told"]
    assert db.session.scalar(select(func.count(Score.id))) == 3


def test_of_two_who_enter_the_same_agreement_at_once_one_is_told(app: Flask, travel: Travel) -> None:
    travel(AFTER)
    story = make_staged()
    read_all(story, [(5, 3), (3, 3)])
    meet(story)
    number = story.proponent(0).number

    def agree(place: Opportunity, by: User, at: datetime) -> None:
        proponent = queries.get_proponent(queries.get_evaluation(place), number)
        rated = next(one for one in queries.criteria_of(place) if one.stage.kind == "rated")
        actions.agree(proponent, rated, Typed("4", WHY), by=by, at=at)

    assert together(app, story, agree, story.chair, story.chair) == ["done", "told"]
    assert db.session.scalar(select(func.count(Agreement.id))) == 1


def judged_story() -> Story:
    """A first round that is complete, with an interview to follow."""
    story = make_opened(make_staged_plan(), bidders=1)
    for person in (story.chair, story.member):
        score(story, 0, person, "met", "3", "4")
    return story


def advance(place: Opportunity, by: User, at: datetime) -> None:
    actions.advance(queries.get_evaluation(place), by=by, at=at)


def lock(place: Opportunity, by: User, at: datetime) -> None:
    actions.lock(queries.get_evaluation(place), by=by, at=at)


def revise(place: Opportunity, by: User, at: datetime) -> None:
    """Revise one's sheet of the first round on the first proponent, as a tab that was opened before."""
    judging = queries.get_evaluation(place)
    proponent = queries.get_proponent(judging, 1)
    kinds = {one.key: one.stage.kind for one in queries.criteria_of(place)}
    verdicts = {key: "met" if kind == "mandatory" else "1" for key, kind in kinds.items() if kind != "interview"}
    typed = {key: Typed(verdict, WHY) for key, verdict in verdicts.items()}
    actions.submit_sheet(proponent, typed, reason="I had missed the annex.", by=by, at=at)


def leave(place: Opportunity, by: User, at: datetime) -> None:
    seat = queries.find_place(place, by)
    assert seat is not None
    actions.recuse(seat, words="I know one of them well.", by=by, at=at)


def test_of_two_officers_who_end_a_round_at_once_one_does(app: Flask, travel: Travel) -> None:
    travel(AFTER)
    story = judged_story()
    assert together(app, story, advance, story.officer, story.second) == ["done", "told"]
    assert (story.evaluation.round, len(story.evaluation.screenings)) == (2, 1)


def test_a_round_that_was_ended_is_not_ended_again_by_a_second_press(app: Flask, travel: Travel) -> None:
    travel(AFTER)
    story = judged_story()
    assert together(app, story, advance, *[story.officer] * 3) == ["done", "told", "told"]
    ended = select(func.count(Event.id)).where(Event.action == "evaluation.advance")
    assert (story.evaluation.round, db.session.scalar(ended)) == (2, 1)


def test_a_score_revised_while_the_round_ends_is_counted_or_told_that_it_is_late(app: Flask, travel: Travel) -> None:
    travel(AFTER)
    story = judged_story()
    member = story.member.id

    def act(place: Opportunity, by: User, at: datetime) -> None:
        (revise if by.id == member else advance)(place, by, at)

    answers = together(app, story, act, story.officer, story.member)
    ((line,),) = story.evaluation.screenings
    assert (answers, line["results"][0][1]) in [(["done", "done"], "2"), (["done", "told"], "3")]


def test_a_score_revised_while_quality_is_locked_is_counted_or_told_that_it_is_late(app: Flask, travel: Travel) -> None:
    travel(AFTER)
    story = make_opened(bidders=1)
    judge_all(story, [(3, 3)])
    member = story.member.id

    def act(place: Opportunity, by: User, at: datetime) -> None:
        (revise if by.id == member else lock)(place, by, at)

    answers = together(app, story, act, story.chair, story.member)
    total = str(queries.ranking(story.evaluation).lines[0].placing.total)
    assert (story.evaluation.state, answers, total) in [
        ("locked", ["done", "done"], "40"), ("locked", ["done", "told"], "60"),
    ]  # fmt: skip


def test_whoever_leaves_while_quality_is_locked_leaves_no_award_to_a_panel_of_one(app: Flask, travel: Travel) -> None:
    travel(AFTER)
    story = make_opened(bidders=1)
    judge_all(story, [(3, 3)])
    member = story.member.id

    def act(place: Opportunity, by: User, at: datetime) -> None:
        (leave if by.id == member else lock)(place, by, at)

    answers = together(app, story, act, story.officer, story.member)
    assert (story.evaluation.state, answers) in [("locked", ["done", "done"]), ("scoring", ["done", "told"])]
    with pytest.raises(NotNow):
        actions.award(story.proponent(0), reason="It is the only one.", by=story.officer, at=AFTER)
