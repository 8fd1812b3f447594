"""What an officer weighs before awarding: completeness, firmness, agreement; for nobody else."""

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.db import db
from auth.models import User
from evaluations import actions, queries
from tests.conftest import NOON, Travel
from tests.evaluations.story import (
    AFTER,
    WHY,
    Story,
    judge,
    make_locked,
    make_opened,
    make_panel,
    make_story,
    open_all,
    propose,
)
from tests.factories import make_department, make_plan, make_staff, make_user

SignIn = Callable[[User], FlaskClient]


@pytest.fixture(autouse=True)
def _after_the_closing(travel: Travel) -> None:
    travel(AFTER + timedelta(hours=1))


def make_reversal() -> Story:
    """Quality 70, lowest price 30: without the third bid the first two change places."""
    plan = make_plan(format="priced", formula="lowest", price_weight=30)
    for one in plan.stages[1].criteria:
        one.max_points = 100
    prices = [4_500_000, 5_500_000, 2_500_000]
    story = make_opened(plan, bidders=3, prices=prices, value_cents=6_000_000)
    for author, points in enumerate((60, 66, 40)):
        for person in (story.chair, story.member):
            judge(story, author, person, (points, points))
    actions.lock(story.evaluation, by=story.chair, at=AFTER)
    db.session.commit()
    return story


def read(client: FlaskClient, story: Story, path: str = "analysis", language: str = "en") -> str:
    base = "/en/opportunities" if language == "en" else "/fr/defis"
    answer = client.get(f"{base}/{story.opportunity.number}/evaluation/{path}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_winner_who_would_change_is_told_in_words_with_a_warning_before_the_award(
    app: Flask, sign_in: SignIn
) -> None:
    story = make_reversal()
    olive = sign_in(story.officer)
    body = read(olive, story)
    assert "Bidder 2 is first. Of 10 changes tried below, 4 would put another first" in body
    assert body.count("Yes, the winner would change") == body.count("<strong>Yes")
    report = queries.firmness(story.evaluation)
    assert next(one.subject for one in report.variations if one.changes) == str(story.proponent(2).number)
    assert "The winner would change" in read(olive, story, "award")
    assert "Le premier rang changerait" in read(olive, story, "analyse", "fr")


def test_a_firm_first_place_is_said_to_be_firm(app: Flask, sign_in: SignIn) -> None:
    story = make_locked(((5, 5), (1, 1)))
    body = read(sign_in(story.officer), story)
    assert "Bidder 1 is first, and stays first whatever is tried below." in body
    assert "The winner would change" not in read(sign_in(story.officer), story, "award")


def test_agreement_is_a_figure_or_said_to_be_undefined(app: Flask, sign_in: SignIn) -> None:
    story = make_opened()
    for author, (chair, member) in enumerate((((5, 3), (4, 3)), ((2, 3), (1, 3)))):
        judge(story, author, story.chair, chair)
        judge(story, author, story.member, member)
    actions.lock(story.evaluation, by=story.chair, at=AFTER)
    db.session.commit()
    approach, experience = queries.analysis(story.evaluation).accords
    assert (approach.widest, approach.typical) == (1, Fraction(1))
    assert approach.interval == 1 - Fraction(3 * 2, 40)
    assert (experience.ordinal, experience.interval, experience.icc) == (None, None, None)
    assert read(sign_in(story.officer), story).count("undefined</td>") == 3


def test_the_matrix_says_what_is_still_open_when_a_member_left_after_the_lock(app: Flask, sign_in: SignIn) -> None:
    story = make_story()
    make_panel(story)
    third = make_user("Theo Third")
    place = actions.invite(story.opportunity, third.email, by=story.officer, at=NOON)
    actions.answer(place, accepts=True, conflict=False, words=WHY, by=third, at=NOON)
    propose(story)
    open_all(story)
    for person in (story.chair, story.member, third):
        judge(story, 0, person, (3, 3), met=person is not story.chair)
    actions.lock(story.evaluation, by=story.chair, at=AFTER)
    actions.recuse(place, words="My sister works for one of them.", by=third, at=AFTER)
    db.session.commit()
    found = queries.analysis(story.evaluation)
    cells = [(len(cell.scores), cell.wanted, cell.complete) for cell in found.cells.values()]
    assert (found.report, cells) == (None, [(2, 2, False), (2, 2, True), (2, 2, True)])
    assert "Judgements are missing" in read(sign_in(story.officer), story)


def test_only_an_officer_of_the_department_reads_it(app: Flask, sign_in: SignIn) -> None:
    story = make_locked()
    address = f"/en/opportunities/{story.opportunity.number}/evaluation/analysis"
    for person in (story.chair, story.authors[0], make_staff("officer", make_department("lakes"))):
        assert sign_in(person).get(address).status_code == 404
