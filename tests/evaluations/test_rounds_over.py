"""Rounds that are over, members who come and go: what counts, and that there is always a way on."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.db import db
from app.core.errors import NotNow
from evaluations import actions, queries
from evaluations.models import Score
from tests.evaluations.story import AFTER, judge, make_locked, make_opened
from tests.evaluations.test_consensus import REASON, join, make_staged_plan, place_of, recuse, score


def test_a_conflict_in_a_later_round_does_not_undo_the_screening(app: Flask) -> None:
    story = make_opened(make_staged_plan(), bidders=2)
    third = join(story, "Third Member")
    for author in (0, 1):
        for person, verdict in ((story.chair, "met"), (story.member, "not_met"), (third, "met")):
            score(story, author, person, verdict, "4", "4")
    actions.advance(story.evaluation, by=story.officer, at=AFTER)
    db.session.commit()
    recuse(story, third)
    for author in (0, 1):
        for person in (story.chair, story.member):
            score(story, author, person, "3")
    actions.lock(story.evaluation, by=story.officer, at=AFTER)
    assert [line.placing.rank for line in queries.ranking(story.evaluation).lines] == [1, 2]


def test_whoever_was_screened_out_stays_out_when_the_strictest_turns_out_to_be_in_conflict(app: Flask) -> None:
    story = make_opened(make_staged_plan(minimum=4), bidders=2)
    third = join(story, "Third Member")
    for author, points in ((0, "5"), (1, "0")):
        for person in (story.chair, story.member):
            score(story, author, person, "met", "5", "4")
        score(story, author, third, "met", points, "4")
    actions.advance(story.evaluation, by=story.officer, at=AFTER)
    db.session.commit()
    assert [story.proponent(author).rounds_passed for author in (0, 1)] == [1, 0]
    recuse(story, third)
    for person in (story.chair, story.member):
        score(story, 0, person, "3")
    actions.lock(story.evaluation, by=story.officer, at=AFTER)
    assert [line.placing.rank for line in queries.ranking(story.evaluation).lines] == [1, None]


def test_whoever_was_let_on_stays_in_when_the_kindest_turns_out_to_be_in_conflict(app: Flask) -> None:
    story = make_opened(make_staged_plan(minimum=4), bidders=1)
    third = join(story, "Third Member")
    for person, points in ((story.chair, "3"), (story.member, "4"), (third, "5")):
        score(story, 0, person, "met", points, "4")
    actions.advance(story.evaluation, by=story.officer, at=AFTER)
    db.session.commit()
    recuse(story, third)
    for person in (story.chair, story.member):
        score(story, 0, person, "3")
    actions.lock(story.evaluation, by=story.officer, at=AFTER)
    (line,) = queries.ranking(story.evaluation).lines
    assert (line.placing.rank, str(line.placing.results[0].points)) == (1, "7/2")


def test_a_round_that_is_over_keeps_its_result_when_everybody_who_judged_it_has_gone(app: Flask) -> None:
    story = make_opened(make_staged_plan(), bidders=1)
    for person in (story.chair, story.member):
        score(story, 0, person, "met", "4", "4")
    actions.advance(story.evaluation, by=story.officer, at=AFTER)
    db.session.commit()
    fresh = [join(story, "Fresh Eyes"), join(story, "Second Look")]
    for person in (story.chair, story.member):
        recuse(story, person)
    actions.make_chair(place_of(story, fresh[0]), by=story.officer, at=AFTER)
    for person in fresh:
        score(story, 0, person, "3")
    actions.lock(story.evaluation, by=story.officer, at=AFTER)
    assert [line.placing.rank for line in queries.ranking(story.evaluation).lines] == [1]


def test_whoever_comes_back_to_the_panel_scores_anew_without_seeing_others_first(app: Flask) -> None:
    story = make_opened(bidders=1)
    judge(story, 0, story.chair, (5, 5))
    judge(story, 0, story.member, (3, 3))
    actions.replace(place_of(story, story.member), by=story.officer, at=AFTER)
    join(story, "", story.member)
    assert queries.missing_scores(story.evaluation) == 3
    assert queries.others_sheets(story.proponent(0), story.member) == []
    sheet = score(story, 0, story.member, "met", "3", "3", reason="I am back on the panel.")
    assert (queries.missing_scores(story.evaluation), sheet.voided_at) == (0, None)
    assert len(db.session.scalars(select(Score).where(Score.sheet_id == sheet.id)).all()) == 6


def test_whoever_is_in_conflict_with_a_proposal_reads_no_sheets_on_it(app: Flask) -> None:
    story = make_opened(bidders=1)
    judge(story, 0, story.chair, (5, 5))
    judge(story, 0, story.member, (3, 3))
    actions.recuse_from(story.proponent(0), words="I know one of them well.", by=story.member, at=AFTER)
    assert queries.others_sheets(story.proponent(0), story.member) == []


def test_the_chair_does_not_learn_how_far_others_are_from_a_refusal(app: Flask) -> None:
    story = make_opened(bidders=1)
    for act in (actions.lock, actions.advance):
        with pytest.raises(NotNow, match=r"This is the last round|Submit your own scores first"):
            act(story.evaluation, by=story.chair, at=AFTER)
        db.session.rollback()


def test_when_the_winner_declines_and_the_panel_changes_it_can_still_score(app: Flask) -> None:
    story = make_locked(((5, 5), (3, 3)))
    first = queries.ranking(story.evaluation).next_in_rank
    assert first is not None
    (made,) = actions.award(first.proponent, reason=REASON, by=story.officer, at=AFTER)
    actions.decline_award(made, by=story.authors[0], at=AFTER)
    db.session.commit()
    recuse(story, story.member)
    actions.resume_scoring(story.evaluation, by=story.officer, at=AFTER)
    db.session.commit()
    fresh = join(story, "Fresh Eyes")
    for author in (0, 1):
        judge(story, author, fresh, (4, 4))
    actions.lock(story.evaluation, by=story.officer, at=AFTER)
    following = queries.ranking(story.evaluation).next_in_rank
    assert following is not None
    assert following.proponent.proposal_id == story.proposals[1].id


def test_when_the_winner_declines_the_next_can_still_be_disqualified(app: Flask) -> None:
    story = make_locked(((5, 5), (3, 3)))
    (made,) = actions.award(story.proponent(0), reason=REASON, by=story.officer, at=AFTER)
    actions.decline_award(made, by=story.authors[0], at=AFTER)
    db.session.commit()
    actions.disqualify(story.proponent(1), reason="It lost its licence since.", by=story.officer, at=AFTER)
    db.session.commit()
    actions.find_unsuccessful(story.evaluation, reason="Nobody is left.", by=story.officer, at=AFTER)
    assert story.opportunity.state == "unsuccessful"
