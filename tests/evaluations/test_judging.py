"""Score sheets, independence, completeness, locking, disqualifying."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.audit import Event
from app.core.db import db
from app.core.errors import NotAllowed, NotNow, NotValid
from app.core.outbox import Notification
from auth.models import User
from evaluations import actions, queries
from evaluations.actions.sheets import Typed
from evaluations.models import Score, Sheet
from tests.evaluations.story import AFTER, WHY, Story, judge, judge_all, make_locked, make_opened
from tests.factories import make_administrator, make_department, make_organization, make_plan, make_staff, make_user


def typed(story: Story, verdict: str = "3", rationale: str = WHY) -> dict[str, Typed]:
    return {
        one.key: Typed("met" if one.stage.kind == "mandatory" else verdict, rationale)
        for one in queries.criteria_of(story.opportunity)
    }


def points_of(story: Story, author: int, person: User) -> list[int | None]:
    sheet = queries.find_sheet(story.proponent(author), person)
    return [score.points for score in queries.latest_scores(sheet).values()]


def test_what_is_typed_is_kept_and_judges_nothing_yet(app: Flask) -> None:
    story = make_opened()
    half = {queries.criteria_of(story.opportunity)[1].key: Typed("", "<b>halfway</b> through")}
    sheet = actions.save_sheet(story.proponent(0), half, by=story.chair, at=AFTER)
    assert (sheet.submitted_at, sheet.scores) == (None, [])
    assert list(sheet.draft.values()) == [{"verdict": "", "rationale": "<b>halfway</b> through"}]


def test_a_sheet_is_submitted_whole(app: Flask) -> None:
    story = make_opened()
    judge(story, 0, story.chair, (0, 5))
    assert points_of(story, 0, story.chair) == [None, 0, 5]


@pytest.mark.parametrize("verdict", ["", "6", "-1", "2.5", "met", "٣", "1e1"])
def test_points_outside_the_scale_are_refused(app: Flask, verdict: str) -> None:
    story = make_opened()
    with pytest.raises(NotValid):
        actions.submit_sheet(story.proponent(0), typed(story, verdict), by=story.chair, at=AFTER)


@pytest.mark.parametrize("rationale", ["", "   ", "Good.", "x" * 20_001])
def test_each_score_says_why(app: Flask, rationale: str) -> None:
    story = make_opened()
    with pytest.raises(NotValid):
        actions.submit_sheet(story.proponent(0), typed(story, "3", rationale), by=story.chair, at=AFTER)


def test_a_revision_is_a_new_row_with_a_reason(app: Flask) -> None:
    story = make_opened()
    judge(story, 0, story.chair, (3, 3))
    changed = typed(story)
    last = queries.criteria_of(story.opportunity)[-1]
    changed[last.key] = Typed("5", WHY)
    with pytest.raises(NotValid):
        actions.submit_sheet(story.proponent(0), changed, by=story.chair, at=AFTER)
    actions.submit_sheet(story.proponent(0), changed, reason="I had missed the annex.", by=story.chair, at=AFTER)
    rows = db.session.execute(
        select(Score.revision, Score.points, Score.reason).where(Score.criterion_id == last.id).order_by(Score.id)
    )
    assert [tuple(row) for row in rows] == [(1, 3, ""), (2, 5, "I had missed the annex.")]
    assert db.session.scalar(select(func.count(Score.id))) == 4


def test_a_revision_without_a_change_is_refused(app: Flask) -> None:
    story = make_opened()
    judge(story, 0, story.chair, (3, 3))
    with pytest.raises(NotValid, match="Nothing was changed"):
        actions.submit_sheet(story.proponent(0), typed(story), reason="No reason at all.", by=story.chair, at=AFTER)


def strangers(story: Story) -> dict[str, User]:
    outsider = make_user("Outsider")
    colleague = make_user("Colleague")
    make_organization(story.authors[0], "Three Pines", colleague)
    return {
        "officer": story.officer,
        "other department": make_staff("officer", make_department("lakes")),
        "administrator": make_administrator(),
        "author": story.authors[0],
        "outsider": outsider,
        "colleague": colleague,
    }


def test_nobody_but_an_evaluator_scores_and_the_refusal_is_sealed(app: Flask) -> None:
    story = make_opened()
    for person in strangers(story).values():
        with pytest.raises(NotAllowed) as refused:
            actions.submit_sheet(story.proponent(0), typed(story), by=person, at=AFTER)
        assert refused.value.sealed
        db.session.rollback()


def test_an_invited_person_reads_and_scores_nothing_before_declaring(app: Flask) -> None:
    story = make_opened()
    late = make_user("Late Joiner")
    place = actions.invite(story.opportunity, late.email, by=story.officer, at=AFTER)
    with pytest.raises(NotAllowed):
        actions.submit_sheet(story.proponent(0), typed(story), by=late, at=AFTER)
    actions.answer(place, accepts=True, conflict=False, words="I know nobody here.", by=late, at=AFTER)
    actions.submit_sheet(story.proponent(0), typed(story), by=late, at=AFTER)


def test_others_sheets_are_seen_only_after_ones_own_is_in(app: Flask) -> None:
    story = make_opened()
    judge(story, 0, story.chair, (5, 5))
    assert queries.others_sheets(story.proponent(0), story.member) == []
    actions.save_sheet(story.proponent(0), typed(story), by=story.member, at=AFTER)
    assert queries.others_sheets(story.proponent(0), story.member) == []
    judge(story, 0, story.member, (1, 1))
    assert [one.evaluator_id for one in queries.others_sheets(story.proponent(0), story.member)] == [story.chair.id]
    assert queries.others_sheets(story.proponent(1), story.member) == []


def test_progress_is_in_the_log_for_the_evaluator_alone(app: Flask) -> None:
    story = make_opened()
    judge(story, 0, story.chair, (5, 5))
    event = db.session.scalars(select(Event).where(Event.action == "sheet.submit")).one()
    assert (event.audience, event.department_id, event.person_id) == ("parties", None, story.chair.id)


def test_quality_is_locked_only_when_the_matrix_is_complete(app: Flask) -> None:
    story = make_opened()
    judge_all(story, [(5, 5)])
    judge(story, 1, story.chair, (0, 0))
    assert queries.missing_scores(story.evaluation) == 3
    with pytest.raises(NotNow, match="not complete"):
        actions.lock(story.evaluation, by=story.chair, at=AFTER)
    db.session.rollback()
    judge(story, 1, story.member, (0, 0))
    assert queries.missing_scores(story.evaluation) == 0
    actions.lock(story.evaluation, by=story.officer, at=AFTER)
    assert story.evaluation.state == "locked"


def test_only_the_officer_or_the_chair_locks(app: Flask) -> None:
    story = make_opened()
    judge_all(story, [(5, 5), (3, 3)])
    for person in (story.member, story.authors[0], make_administrator()):
        with pytest.raises(NotAllowed):
            actions.lock(story.evaluation, by=person, at=AFTER)
        db.session.rollback()


def test_one_evaluator_is_no_panel(app: Flask) -> None:
    story = make_opened()
    member = next(place for place in queries.panel(story.opportunity) if place.user_id == story.member.id)
    actions.recuse(member, words="My sister works with one of them.", by=story.member, at=AFTER)
    judge(story, 0, story.chair, (5, 5))
    judge(story, 1, story.chair, (5, 5))
    with pytest.raises(NotNow, match="at least two evaluators"):
        actions.lock(story.evaluation, by=story.officer, at=AFTER)


def test_scores_do_not_change_once_quality_is_locked(app: Flask) -> None:
    story = make_locked()
    with pytest.raises(NotNow):
        actions.submit_sheet(
            story.proponent(0), typed(story, "1"), reason="I changed my mind.", by=story.chair, at=AFTER
        )


def test_a_later_conflict_voids_the_sheets_without_deleting_them(app: Flask) -> None:
    story = make_opened()
    judge_all(story, [(5, 5), (3, 3)])
    member = next(place for place in queries.panel(story.opportunity) if place.user_id == story.member.id)
    actions.recuse(member, words="I applied for a job with one of them.", by=story.member, at=AFTER)
    sheets = db.session.scalars(select(Sheet).where(Sheet.evaluator_id == story.member.id)).all()
    assert [sheet.voided_at for sheet in sheets] == [AFTER, AFTER]
    assert db.session.scalar(select(func.count(Score.id))) == 12
    assert [one.conflict for one in queries.declarations(story.opportunity)] == [False, False, True]


def test_a_replacement_makes_the_panel_whole_again(app: Flask) -> None:
    story = make_opened()
    judge_all(story, [(5, 5), (3, 3)])
    member = next(place for place in queries.panel(story.opportunity) if place.user_id == story.member.id)
    actions.replace(member, by=story.officer, at=AFTER)
    fresh = make_user("Fresh Eyes")
    place = actions.invite(story.opportunity, fresh.email, by=story.officer, at=AFTER)
    actions.answer(place, accepts=True, conflict=False, words="I know nobody here.", by=fresh, at=AFTER)
    db.session.commit()
    assert queries.missing_scores(story.evaluation) == 6
    for author in (0, 1):
        judge(story, author, fresh, (4, 4))
    actions.lock(story.evaluation, by=story.officer, at=AFTER)
    assert queries.ranking(story.evaluation).evaluators == 2


def test_a_recusal_after_locking_lets_scoring_resume(app: Flask) -> None:
    story = make_locked()
    with pytest.raises(NotNow):
        actions.resume_scoring(story.evaluation, by=story.officer, at=AFTER)
    db.session.rollback()
    member = next(place for place in queries.panel(story.opportunity) if place.user_id == story.member.id)
    actions.recuse(member, words="I recognized a cousin by name.", by=story.member, at=AFTER)
    db.session.commit()
    actions.resume_scoring(story.evaluation, by=story.officer, at=AFTER)
    assert story.evaluation.state == "scoring"


def test_prices_are_written_when_quality_is_locked_and_not_before(app: Flask) -> None:
    story = make_opened(make_plan(formula="absolute", price_weight=30), bidders=2, prices=(800000, 400000))
    assert [one.price_cents for one in queries.proponents(story.evaluation)] == [None, None]
    judge_all(story, [(5, 5), (3, 3)])
    actions.lock(story.evaluation, by=story.chair, at=AFTER)
    assert (story.proponent(0).price_cents, story.proponent(1).price_cents) == (800000, 400000)


def test_a_disqualified_proposal_leaves_the_ranking_and_its_author_is_told_why(app: Flask) -> None:
    story = make_locked(((5, 5), (3, 3)))
    reason = "The licence offered is not an open one."
    actions.disqualify(story.proponent(0), reason=reason, by=story.officer, at=AFTER)
    lines = queries.ranking(story.evaluation).lines
    assert [line.proponent.proposal_id for line in lines] == [story.proposals[1].id]
    letter = db.session.scalars(select(Notification).where(Notification.kind == "evaluations/disqualified")).one()
    assert (letter.recipient_id, reason in letter.body) == (story.authors[0].id, True)


def test_all_disqualified_ends_unsuccessful(app: Flask) -> None:
    story = make_locked(((5, 5), (3, 3)))
    for author in (0, 1):
        actions.disqualify(story.proponent(author), reason="It was copied from elsewhere.", by=story.officer, at=AFTER)
    db.session.commit()
    actions.find_unsuccessful(story.evaluation, reason="All were disqualified.", by=story.officer, at=AFTER)
    assert story.opportunity.state == "unsuccessful"


def test_all_below_the_requirements_ends_unsuccessful(app: Flask) -> None:
    story = make_opened(bidders=1)
    for person in (story.chair, story.member):
        judge(story, 0, person, (5, 5), met=False)
    actions.lock(story.evaluation, by=story.chair, at=AFTER)
    actions.find_unsuccessful(story.evaluation, reason="None meets the licence asked.", by=story.officer, at=AFTER)
    assert (story.opportunity.state, story.proposals[0].state) == ("unsuccessful", "not_awarded")


@pytest.mark.parametrize("who", ["chair", "administrator", "author", "other department"])
def test_only_an_officer_of_the_department_disqualifies(app: Flask, who: str) -> None:
    story = make_locked()
    people = {"chair": story.chair, **strangers(story)}
    with pytest.raises(NotAllowed):
        actions.disqualify(story.proponent(1), reason="I do not like it.", by=people[who], at=AFTER)


def test_a_zero_ranks_last_and_is_no_gap(app: Flask) -> None:
    story = make_locked(((0, 0), (1, 0)))
    lines = queries.ranking(story.evaluation).lines
    assert [line.proponent.proposal_id for line in lines] == [story.proposals[1].id, story.proposals[0].id]
    assert lines[1].placing.total == 0


@pytest.mark.parametrize(
    ("prices", "low"),
    [
        ({1: 100, 2: 100}, set()), ({1: 60, 2: 100}, {1}), ({1: 61, 2: 90, 3: 110}, {1}),
        ({1: 75, 2: 100, 3: 100}, set()),
        ({1: 0, 2: 0}, set()), ({1: 0, 2: 100}, {1}), ({1: 100}, set()), ({}, set()),
    ],
)  # fmt: skip
def test_abnormally_low_prices_ask_for_an_explanation(prices: dict[int, int], low: set[int]) -> None:
    assert queries.abnormally_low(prices) == low
