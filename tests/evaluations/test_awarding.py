"""The award: to the next in rank, or with a second officer; declined; never twice."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.audit import Event
from app.core.db import db
from app.core.errors import NotAllowed, NotNow, NotValid
from app.core.outbox import Notification
from evaluations import actions, queries
from evaluations.models import Award
from tests.evaluations.story import AFTER, Story, judge_all, make_awarded, make_locked, make_opened
from tests.factories import make_administrator, make_department, make_plan, make_staff

REASON = "It answers every criterion best."


def award(story: Story, author: int, **values: str) -> Award:
    (made,) = actions.award(story.proponent(author), reason=REASON, by=story.officer, at=AFTER, **values)
    db.session.commit()
    return made


def test_an_award_to_the_first_in_rank_is_made_at_once(app: Flask) -> None:
    story = make_locked(((3, 3), (5, 5), (4, 4)))
    made = award(story, 1)
    assert (made.state, made.rank, made.value_cents, made.made_at) == ("made", 1, 9_000_00, AFTER)
    assert [proposal.state for proposal in story.proposals] == ["not_awarded", "awarded", "not_awarded"]
    assert (story.opportunity.state, story.evaluation.state) == ("awarded", "decided")


def test_everyone_is_told_in_their_language(app: Flask) -> None:
    story = make_opened(bidders=2)
    story.authors[1].language = "fr"
    judge_all(story, [(5, 5), (3, 3)])
    actions.lock(story.evaluation, by=story.chair, at=AFTER)
    award(story, 0)
    won = db.session.scalars(select(Notification).where(Notification.kind == "evaluations/awarded")).one()
    lost = db.session.scalars(select(Notification).where(Notification.kind == "evaluations/not_awarded")).one()
    assert (won.recipient_id, won.language) == (story.authors[0].id, "en")
    assert (lost.recipient_id, lost.language) == (story.authors[1].id, "fr")
    for said in ("Bidder 1", "9\xa0000\xa0$", "Votre total\xa0: 60,00 sur 100", "Votre rang\xa0: 2 sur 2"):
        assert said in lost.body


def test_another_than_the_next_in_rank_needs_a_reason_and_a_second_officer(app: Flask) -> None:
    story = make_locked()
    with pytest.raises(NotValid):
        award(story, 1)
    db.session.rollback()
    made = award(story, 1, departure_reason="The first is under sanction since yesterday.")
    assert (made.state, story.opportunity.state) == ("proposed", "evaluation")
    with pytest.raises(NotAllowed):
        actions.confirm_award(made, by=story.officer, at=AFTER)
    db.session.rollback()
    actions.confirm_award(made, by=story.second, at=AFTER)
    assert (made.state, story.opportunity.state, story.proposals[1].state) == ("made", "awarded", "awarded")


def test_a_second_officer_refuses_with_a_reason_and_the_way_is_free_again(app: Flask) -> None:
    story = make_locked()
    made = award(story, 1, departure_reason="The first is under sanction since yesterday.")
    actions.refuse_award(made, reason="No sanction is on record.", by=story.second, at=AFTER)
    db.session.commit()
    assert award(story, 0).state == "made"


def test_only_an_officer_of_the_department_who_is_on_no_side_awards(app: Flask) -> None:
    story = make_locked()
    people = [story.chair, story.authors[0], make_administrator(), make_staff("officer", make_department("lakes"))]
    for person in people:
        with pytest.raises(NotAllowed):
            actions.award(story.proponent(0), reason=REASON, by=person, at=AFTER)
        db.session.rollback()


def test_nothing_is_awarded_before_quality_is_locked(app: Flask) -> None:
    story = make_opened()
    judge_all(story, [(5, 5), (3, 3)])
    with pytest.raises(NotNow, match="Lock quality"):
        award(story, 0)


def test_a_plan_that_changed_since_publication_awards_nothing(app: Flask) -> None:
    story = make_locked()
    story.opportunity.plan.stages[1].criteria[0].weight = 10
    with pytest.raises(NotNow, match="no longer the one"):
        award(story, 0)


def test_a_second_award_is_refused(app: Flask) -> None:
    story, _made = make_awarded()
    with pytest.raises(NotNow):
        award(story, 0)


def test_after_the_winner_declines_the_next_in_rank_needs_no_second_officer(app: Flask) -> None:
    story, made = make_awarded(((5, 5), (4, 4), (3, 3)))
    actions.decline_award(made, by=story.authors[0], at=AFTER)
    db.session.commit()
    assert (made.state, story.opportunity.state, story.evaluation.state) == ("declined", "evaluation", "locked")
    assert story.proposals[0].state == "declined"
    following = queries.ranking(story.evaluation).next_in_rank
    assert following is not None
    assert following.proponent.proposal_id == story.proposals[1].id
    again = award(story, 1)
    assert (again.state, again.rank, story.opportunity.state) == ("made", 2, "awarded")


def test_only_the_winner_or_an_officer_takes_an_award_back(app: Flask) -> None:
    story, made = make_awarded()
    for person in (story.authors[1], story.chair, make_administrator()):
        with pytest.raises(NotAllowed):
            actions.decline_award(made, by=person, at=AFTER)
        db.session.rollback()


def test_when_the_last_declines_the_tender_ends_unsuccessful(app: Flask) -> None:
    story, made = make_awarded(((5, 5),))
    actions.decline_award(made, by=story.authors[0], at=AFTER)
    db.session.commit()
    actions.find_unsuccessful(story.evaluation, reason="The only one declined.", by=story.officer, at=AFTER)
    assert story.opportunity.state == "unsuccessful"


def test_a_tie_goes_to_the_heavier_criterion(app: Flask) -> None:
    story = make_locked(((2, 3), (4, 0), (1, 1)))
    lines = queries.ranking(story.evaluation).lines
    assert [line.placing.total for line in lines] == [48, 48, 20]
    assert lines[0].proponent.proposal_id == story.proposals[1].id
    assert [line.placing.tie_break for line in lines] == ["criterion 1", "criterion 1", ""]


def test_prices_count_and_their_record_is_exact(app: Flask) -> None:
    plan = make_plan(formula="lowest", price_weight=30)
    story = make_opened(plan, bidders=2, prices=(700000, 300000))
    judge_all(story, [(4, 4), (4, 3)])
    actions.lock(story.evaluation, by=story.chair, at=AFTER)
    db.session.commit()
    made = award(story, 1)
    assert made.value_cents == 300000
    outcome = queries.Outcome.of(made.ranking)
    own = outcome.lines[story.proponent(1).number]
    assert (str(own.price_points), own.rank) == ("30", 1)
    other = outcome.lines[story.proponent(0).number]
    assert str(other.price_points) == "90/7"


def test_the_award_is_public_and_begins_its_stage(app: Flask) -> None:
    make_awarded()
    event = db.session.scalars(select(Event).where(Event.action == "opportunity.award")).one()
    assert (event.audience, event.reveals, event.facts) == (
        "public", "award", {"winner": "Bidder 1", "value_cents": 9_000_00},
    )  # fmt: skip
    locked = db.session.scalars(select(Event).where(Event.action == "evaluation.lock")).one()
    assert locked.audience == "award"


def test_a_draw_orders_those_who_pass(app: Flask) -> None:
    plan = make_plan(award_by="draw")
    plan.stages = plan.stages[:1]
    story = make_opened(plan, bidders=3)
    judge_all(story, [(), (), ()])
    actions.lock(story.evaluation, by=story.chair, at=AFTER)
    lines = queries.ranking(story.evaluation).lines
    assert [line.drawn for line in lines] == sorted(line.drawn for line in lines)
    assert {line.placing.tie_break for line in lines} == {"draw"}
