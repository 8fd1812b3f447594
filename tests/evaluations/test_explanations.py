"""An abnormally low price: asked about once by an officer, explained once by the bidder, before anything is decided."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.db import db
from app.core.errors import NotAllowed, NotNow, NotValid
from app.core.outbox import Notification
from auth.models import User
from evaluations import actions, policy, queries
from evaluations.models import Explanation
from evaluations.policy import Facts
from tests.conftest import Travel
from tests.evaluations.story import AFTER, Story, judge_all, make_locked, make_opened
from tests.factories import make_department, make_plan, make_staff

SignIn = Callable[[User], FlaskClient]
WHAT = "How can the work be done for half of what is usual?"
HOW = "Two thirds of it exist already, as open source."
DUE = AFTER + timedelta(days=5)


@pytest.fixture(autouse=True)
def _after_the_closing(travel: Travel) -> None:
    travel(AFTER + timedelta(hours=1))


def make_low() -> Story:
    """Three bids; the third asks for half of what the others do."""
    plan = make_plan(format="priced", formula="absolute", price_weight=30)
    story = make_opened(plan, bidders=3, prices=[50_000_00, 52_000_00, 25_000_00], value_cents=6_000_000)
    judge_all(story, [(5, 5), (3, 3), (4, 4)])
    actions.lock(story.evaluation, by=story.chair, at=AFTER)
    db.session.commit()
    return story


def ask(story: Story, author: int = 2, due_at: datetime = DUE, by: User | None = None) -> Explanation:
    proponent = story.proponent(author)
    asked = actions.ask_explanation(proponent, request=WHAT, due_at=due_at, by=by or story.officer, at=AFTER)
    db.session.commit()
    return asked


def test_the_bidders_side_is_asked_and_the_officers_are_told_the_answer(app: Flask) -> None:
    story = make_low()
    asked = ask(story)
    (letter,) = db.session.scalars(select(Notification).where(Notification.kind == "evaluations/explanation_asked"))
    assert (letter.recipient_id, WHAT in letter.body) == (story.authors[2].id, True)
    waiting = queries.awaiting(story.authors[2], AFTER)
    assert [(one.endpoint, one.due) for one in waiting] == [("evaluations.explain_price", DUE)]
    actions.give_explanation(asked, answer=HOW, by=story.authors[2], at=AFTER)
    told = select(Notification.recipient_id).where(Notification.kind == "evaluations/explanation_given")
    assert set(db.session.scalars(told)) == {story.officer.id, story.second.id}
    assert queries.awaiting(story.authors[2], AFTER) == []


def test_only_an_abnormally_low_price_is_asked_about_once_with_two_days_at_least(app: Flask) -> None:
    story = make_low()
    with pytest.raises(NotNow):
        ask(story, 0)
    with pytest.raises(NotValid) as early:
        ask(story, due_at=AFTER + timedelta(days=2) - timedelta(microseconds=1))
    assert early.value.field == "due_at"
    ask(story, due_at=AFTER + timedelta(days=2))
    with pytest.raises(NotNow):
        ask(story)


def test_nobody_else_asks_or_answers(app: Flask) -> None:
    story = make_low()
    for person in (story.chair, story.authors[0], make_staff("officer", make_department("lakes"))):
        with pytest.raises(NotAllowed):
            ask(story, by=person)
    asked = ask(story)
    for person in (story.officer, story.authors[0], story.chair):
        with pytest.raises(NotAllowed):
            actions.give_explanation(asked, answer=HOW, by=person, at=AFTER)


def reject(story: Story, at: datetime, *, for_price: bool = True) -> str:
    why = "The price stays unexplained."
    actions.disqualify(story.proponent(2), reason=why, for_price=for_price, by=story.officer, at=at)
    return story.proposals[2].state


def test_until_it_is_answered_or_over_the_price_disqualifies_nobody(app: Flask) -> None:
    story = make_low()
    with pytest.raises(NotValid, match="Ask the bidder to explain the price first"):
        reject(story, AFTER)
    ask(story)
    with pytest.raises(NotValid, match="may still answer"):
        reject(story, DUE - timedelta(microseconds=1))
    assert reject(story, DUE) == "disqualified"


def test_an_explanation_that_is_awaited_holds_up_no_other_ground(app: Flask) -> None:
    story = make_low()
    ask(story)
    assert reject(story, AFTER, for_price=False) == "disqualified"


def test_an_answer_frees_the_decision(app: Flask) -> None:
    story = make_low()
    asked = ask(story)
    actions.give_explanation(asked, answer=HOW, by=story.authors[2], at=AFTER)
    actions.disqualify(story.proponent(2), reason="The explanation shows unpaid work.", by=story.officer, at=AFTER)
    assert story.proposals[2].state == "disqualified"


def test_it_is_answered_once_and_in_time_to_the_microsecond(app: Flask) -> None:
    story = make_low()
    asked = ask(story)
    with pytest.raises(NotNow):
        actions.give_explanation(asked, answer=HOW, by=story.authors[2], at=DUE)
    with pytest.raises(NotValid):
        actions.give_explanation(asked, answer="Why?", by=story.authors[2], at=AFTER)
    actions.give_explanation(asked, answer=HOW, by=story.authors[2], at=DUE - timedelta(microseconds=1))
    with pytest.raises(NotNow):
        actions.give_explanation(asked, answer=HOW, by=story.authors[2], at=AFTER)


@pytest.mark.parametrize(
    ("facts", "low", "asked", "refused"),
    [
        (Facts(judging="locked", stage="evaluation"), True, False, False),
        (Facts(judging="locked", stage="evaluation"), False, False, True),
        (Facts(judging="locked", stage="evaluation"), True, True, True),
        (Facts(judging="locked", stage="evaluation", awarded=True), True, False, True),
        (Facts(judging="scoring", stage="evaluation"), True, False, True),
        (Facts(judging="decided", stage="awarded"), True, False, True),
    ],
)
def test_a_price_is_asked_about_between_the_lock_and_the_award(
    facts: Facts, low: bool, asked: bool, refused: bool  # noqa: FBT001
) -> None:  # fmt: skip
    assert (policy.when_explaining(facts, low=low, asked=asked) is not None) == refused


def test_it_is_asked_and_explained_in_the_browser(app: Flask, sign_in: SignIn) -> None:
    story = make_low()
    olive, bidder = sign_in(story.officer), sign_in(story.authors[2])
    number = story.proponent(2).number
    evaluation = f"/en/opportunities/{story.opportunity.number}/evaluation"
    own = f"/en/proposals/{story.proposals[2].key}/explanation"
    assert bidder.get(own).status_code == 404
    assert "Ask Bidder 3 to explain the price" in olive.get(f"{evaluation}/award").text
    assert "Ask Bidder 3" not in sign_in(story.chair).get(f"{evaluation}/ranking").text
    wrong = olive.post(f"{evaluation}/{number}/explanation", data={"request": WHAT, "due_at": "2026-06-25T10:00"})
    assert (wrong.status_code, WHAT in wrong.text, "2026-06-25T10:00" in wrong.text) == (422, True, True)
    right = {"request": WHAT, "due_at": "2026-06-30T10:00"}
    assert olive.post(f"{evaluation}/{number}/explanation", data=right).status_code == 303
    for path in ("/award", "/ranking"):
        assert "may still answer. Decide after that." in olive.get(evaluation + path).text
    sent = {"ground": "price", "reason": "The price stays unexplained."}
    refused = olive.post(f"{evaluation}/{number}/disqualify", data=sent)
    assert (refused.status_code, "may still answer" in refused.text, sent["reason"] in refused.text) == (
        422,
        True,
        True,
    )
    assert WHAT in bidder.get(own.replace("/en/proposals", "/fr/propositions").replace("anation", "ication")).text
    short = bidder.post(own, data={"answer": "Because."})
    assert (short.status_code, "Because." in short.text) == (422, True)
    assert bidder.post(own, data={"answer": HOW}).status_code == 303
    assert "Your explanation is with the department." in bidder.get(own).text
    assert HOW in olive.get(f"{evaluation}/ranking").text
    assert sign_in(story.authors[0]).get(own).status_code == 404


def test_without_prices_there_is_nothing_to_explain(app: Flask, sign_in: SignIn) -> None:
    story = make_locked()
    number = story.proponent(0).number
    address = f"/en/opportunities/{story.opportunity.number}/evaluation/{number}/explanation"
    assert sign_in(story.officer).get(address).status_code == 409
