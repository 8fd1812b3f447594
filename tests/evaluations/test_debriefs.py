"""Debriefs: what a bidder reads once there is a decision, an officer's wording before it, questions after it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.db import db
from app.core.errors import NotAllowed, NotNow, NotValid
from app.core.outbox import Notification
from auth.models import User
from evaluations import actions, policy, queries
from evaluations.actions.sheets import Typed
from evaluations.models import Score, Wording
from evaluations.policy import Facts
from tests.conftest import Travel
from tests.evaluations.staged import make_interviewing
from tests.evaluations.story import AFTER, WHY, Story, judge, judge_all, make_awarded, make_locked, make_opened
from tests.factories import make_department, make_plan, make_staff

SignIn = Callable[[User], FlaskClient]
SOFTER = "The steps are clear, yet two of them have no date."
WHAT = "Why is my approach at three points only?"
REASON = "It answers every criterion best."


@pytest.fixture(autouse=True)
def _after_the_closing(travel: Travel) -> None:
    travel(AFTER + timedelta(hours=1))


def award(story: Story) -> None:
    first = queries.ranking(story.evaluation).next_in_rank
    assert first is not None
    actions.award(first.proponent, reason=REASON, by=story.officer, at=AFTER)
    db.session.commit()


def score_of(story: Story, author: int) -> str:
    said = queries.said_of(story.proponent(author)).values()
    return next(one.key for one in said if isinstance(one.of, Score) and one.of.points is not None)


def read(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.get_data(as_text=True)


# --- wording ---------------------------------------------------------------------------------------------------------


def test_an_officer_words_a_reason_before_the_decision_and_the_own_words_stay(app: Flask) -> None:
    story = make_locked()
    key = score_of(story, 1)
    assert actions.reword(story.proponent(1), {key: SOFTER}, by=story.officer, at=AFTER) == 1
    assert actions.reword(story.proponent(1), {key: f"{SOFTER}\r\n"}, by=story.officer, at=AFTER) == 0
    db.session.commit()
    said = queries.said_of(story.proponent(1))[key]
    assert (said.words, said.of.rationale) == (SOFTER, WHY)
    assert queries.worded(story.evaluation) == {story.proponent(1).id: 1}


def test_an_earlier_wording_is_kept_and_the_own_words_can_be_given_back(app: Flask) -> None:
    story = make_locked()
    key = score_of(story, 0)
    for text in (SOFTER, f"{SOFTER} See step two.", WHY):
        actions.reword(story.proponent(0), {key: text}, by=story.officer, at=AFTER)
    db.session.commit()
    kept = db.session.execute(select(Wording.text, Wording.superseded).order_by(Wording.id)).all()
    assert [tuple(row) for row in kept] == [(SOFTER, True), (f"{SOFTER} See step two.", True)]
    assert queries.said_of(story.proponent(0))[key].words == WHY


def test_a_wording_says_something_and_comes_from_an_officer_of_the_department(app: Flask) -> None:
    story = make_locked()
    key = score_of(story, 0)
    with pytest.raises(NotValid) as refused:
        actions.reword(story.proponent(0), {key: "No."}, by=story.officer, at=AFTER)
    assert refused.value.field == f"words-{key}"
    for person in (story.chair, story.authors[0], make_staff("officer", make_department("lakes"))):
        with pytest.raises(NotAllowed):
            actions.reword(story.proponent(0), {key: SOFTER}, by=person, at=AFTER)


def test_what_bidders_have_read_is_not_worded_anew(app: Flask) -> None:
    story, made = make_awarded()
    key = score_of(story, 0)
    with pytest.raises(NotNow):
        actions.reword(story.proponent(0), {key: SOFTER}, by=story.officer, at=AFTER)
    db.session.rollback()
    actions.decline_award(made, by=story.authors[0], at=AFTER)
    assert story.evaluation.state == "locked"
    with pytest.raises(NotNow):
        actions.reword(story.proponent(0), {key: SOFTER}, by=story.officer, at=AFTER)


@pytest.mark.parametrize(
    ("judging", "released", "refused"),
    [("scoring", False, True), ("agreeing", False, True), ("locked", False, False), ("locked", True, True)],
)
def test_debriefs_are_worded_from_the_lock_until_the_decision(judging: str, released: bool, refused: bool) -> None:  # noqa: FBT001
    assert (policy.when_wording(Facts(judging=judging), released=released) is not None) == refused


def test_the_wording_page_shows_both_and_keeps_what_was_typed(app: Flask, sign_in: SignIn) -> None:
    story = make_locked()
    olive, number = sign_in(story.officer), story.proponent(1).number
    address = f"/en/opportunities/{story.opportunity.number}/evaluation/debriefs/{number}"
    names = [f"words-{key}" for key in queries.said_of(story.proponent(1))]
    assert read(olive, address).count(WHY) == 2 * len(names)
    wrong = olive.post(address, data={**dict.fromkeys(names, SOFTER), names[0]: "Hm, no"})
    assert (wrong.status_code, "Hm, no" in wrong.text, wrong.text.count(SOFTER)) == (422, True, len(names) - 1)
    done = olive.post(address, data=dict.fromkeys(names, SOFTER))
    assert done.status_code == 303
    assert f"({len(names)} reworded)" in read(olive, done.headers["Location"])


# --- what a bidder reads ---------------------------------------------------------------------------------------------


def test_a_bidder_reads_the_wording_and_nothing_of_others(app: Flask, sign_in: SignIn) -> None:
    story = make_locked(((5, 5), (3, 3)))
    actions.reword(story.proponent(1), {score_of(story, 1): SOFTER}, by=story.officer, at=AFTER)
    actions.reword(story.proponent(0), {score_of(story, 0): "Words for the first alone."}, by=story.officer, at=AFTER)
    award(story)
    body = read(sign_in(story.authors[1]), f"/en/proposals/{story.proposals[1].key}/debrief")
    assert (SOFTER in body, "Words for the first alone." in body, "Chantal" in body) == (True, False, False)
    french = read(sign_in(story.authors[1]), f"/fr/propositions/{story.proposals[1].key}/compte-rendu")
    assert "Enregistrer en PDF" in french


def test_where_the_panel_agreed_the_consensus_is_shown_alone(app: Flask, sign_in: SignIn) -> None:
    plan = make_plan()
    plan.stages[1].settled_by = "consensus"
    story = make_opened(plan)
    judge_all(story, [(5, 5), (3, 3)])
    actions.meet(story.evaluation, by=story.chair, at=AFTER, attendees=[story.chair, story.member])
    for cell in queries.to_agree(story.evaluation):
        points = 5 if cell.proponent.id == story.proponent(0).id else 3
        actions.agree(
            cell.proponent, cell.criterion, Typed(str(points), "Agreed by all of us."), by=story.chair, at=AFTER
        )
    actions.lock(story.evaluation, by=story.chair, at=AFTER)
    award(story)
    (one,) = queries.judgements_of(story.proponent(1))
    assert [(found.agreed, len(found.said)) for found in one.judgements] == [(False, 2), (True, 1), (True, 1)]
    body = read(sign_in(story.authors[1]), f"/en/proposals/{story.proposals[1].key}/debrief")
    assert (body.count("Agreed by all of us."), body.count(WHY)) == (2, 2)
    assert "Agreed 3.00 of 5: 36.00 of 60 in the total." in body


def test_a_disqualified_bidder_reads_scores_only_with_the_decision(app: Flask, sign_in: SignIn) -> None:
    story = make_locked(((5, 5), (3, 3)))
    actions.disqualify(story.proponent(1), reason="The licence is not open at all.", by=story.officer, at=AFTER)
    db.session.commit()
    address = f"/en/proposals/{story.proposals[1].key}/debrief"
    before = read(sign_in(story.authors[1]), address)
    assert (WHY in before, "Scores and reasons follow with the decision." in before) == (False, True)
    award(story)
    assert WHY in read(sign_in(story.authors[1]), address)


def test_rounds_stand_apart_and_one_that_was_not_reached_says_so(app: Flask, sign_in: SignIn) -> None:
    story = make_interviewing()
    for person in (story.chair, story.member):
        judge(story, 0, person, (8,))
    actions.lock(story.evaluation, by=story.chair, at=AFTER)
    award(story)
    reached = [[one.reached for one in queries.judgements_of(story.proponent(author))] for author in (0, 1)]
    assert reached == [[True, True], [True, False]]
    body = read(sign_in(story.authors[1]), f"/en/proposals/{story.proposals[1].key}/debrief")
    assert ("Round 2" in body, body.count("Your proposal did not go on to this round.")) == (True, 1)
    assert (
        sign_in(story.authors[1]).get(f"/fr/propositions/{story.proposals[1].key}/compte-rendu.pdf").status_code == 200
    )


def test_without_an_award_the_end_of_the_tender_releases_debriefs(app: Flask, sign_in: SignIn) -> None:
    story = make_locked(((5, 5),))
    actions.disqualify(story.proponent(0), reason="The licence is not open at all.", by=story.officer, at=AFTER)
    actions.find_unsuccessful(story.evaluation, reason="No proposal met the rules.", by=story.officer, at=AFTER)
    db.session.commit()
    assert queries.released_at(story.evaluation) == AFTER
    assert WHY in read(sign_in(story.authors[0]), f"/en/proposals/{story.proposals[0].key}/debrief")


@pytest.mark.parametrize("address", ["/en/proposals/{}/debrief.pdf", "/fr/propositions/{}/compte-rendu.pdf"])
def test_the_debrief_is_a_tagged_pdf_in_the_pages_language(app: Flask, sign_in: SignIn, address: str) -> None:
    story, _made = make_awarded()
    answer = sign_in(story.authors[1]).get(address.format(story.proposals[1].key))
    drawn = answer.get_data()
    assert (answer.status_code, answer.mimetype, drawn[:5]) == (200, "application/pdf", b"%PDF-")
    wanted = (b"/Lang(fr-CA)" if "/fr/" in address else b"/Lang(en-CA)", b"/StructTreeRoot", b"<pdfuaid:part>1<")
    assert [mark for mark in wanted if mark not in drawn] == []
    assert sign_in(story.chair).get(address.format(story.proposals[1].key)).status_code == 404


def test_hostile_words_are_only_words_in_the_pdf(app: Flask, sign_in: SignIn) -> None:
    story = make_locked()
    hostile = '#panic("x") *bold* $1/0$ #read("/etc/passwd") \\ <script> "] )'
    actions.reword(story.proponent(1), {score_of(story, 1): hostile}, by=story.officer, at=AFTER)
    award(story)
    answer = sign_in(story.authors[1]).get(f"/en/proposals/{story.proposals[1].key}/debrief.pdf")
    assert answer.status_code == 200


# --- questions -------------------------------------------------------------------------------------------------------


def test_a_question_goes_to_the_officers_and_its_answer_to_the_bidder_alone(app: Flask, sign_in: SignIn) -> None:
    story, _made = make_awarded()
    bidder, olive = sign_in(story.authors[1]), sign_in(story.officer)
    page = f"/en/proposals/{story.proposals[1].key}/debrief"
    short = bidder.post(f"{page}/question", data={"body": "Why?"})
    assert (short.status_code, "Why?</textarea>" in short.text) == (422, True)
    assert bidder.post(f"{page}/question", data={"body": WHAT}).status_code == 303
    assert bidder.get(f"{page}/question").status_code == 409
    told = select(Notification.recipient_id).where(Notification.kind == "evaluations/debrief_question")
    assert set(db.session.scalars(told)) == {story.officer.id, story.second.id}
    number = story.proponent(1).number
    waiting = [(one.endpoint, one.arguments["proponent"]) for one in queries.awaiting(story.officer, AFTER)]
    assert waiting == [("evaluations.answer_debrief", number)]
    address = f"/en/opportunities/{story.opportunity.number}/evaluation/{number}/question"
    assert WHAT in read(olive, address)
    assert olive.post(address, data={"answer": "Two of its steps have no date."}).status_code == 303
    answered = db.session.scalars(select(Notification).where(Notification.kind == "evaluations/debrief_answer")).all()
    assert [one.recipient_id for one in answered] == [story.authors[1].id]
    assert "Two of its steps have no date." in read(bidder, page)
    assert "Two of its steps" not in read(sign_in(story.authors[0]), page.replace(*keys(story)))
    assert queries.awaiting(story.officer, AFTER) == []


def keys(story: Story) -> tuple[str, str]:
    return story.proposals[1].key, story.proposals[0].key


def test_nobody_else_asks_reads_or_answers(app: Flask, sign_in: SignIn) -> None:
    story, _made = make_awarded()
    with pytest.raises(NotAllowed):
        actions.ask_about_debrief(story.proposals[1], body=WHAT, by=story.authors[0], at=AFTER)
    question = actions.ask_about_debrief(story.proposals[1], body=WHAT, by=story.authors[1], at=AFTER)
    db.session.commit()
    number = story.proponent(1).number
    for person in (story.chair, story.authors[0], make_staff("officer", make_department("lakes"))):
        address = f"/en/opportunities/{story.opportunity.number}/evaluation/{number}/question"
        assert sign_in(person).get(address).status_code == 404
        with pytest.raises(NotAllowed):
            actions.answer_debrief_question(question, answer="I would rather not.", by=person, at=AFTER)


def test_a_question_is_asked_within_thirty_days_to_the_microsecond_and_one_at_a_time() -> None:
    last = AFTER + policy.QUESTION_PERIOD
    assert policy.when_asking(AFTER, last - timedelta(microseconds=1), waits=False) is None
    for released, at, waits in ((AFTER, last, False), (None, AFTER, False), (AFTER, AFTER, True)):
        assert policy.when_asking(released, at, waits=waits) is not None


def test_an_answer_is_given_once(app: Flask) -> None:
    story, _made = make_awarded()
    question = actions.ask_about_debrief(story.proposals[1], body=WHAT, by=story.authors[1], at=AFTER)
    actions.answer_debrief_question(question, answer="Two steps have no date.", by=story.officer, at=AFTER)
    with pytest.raises(NotNow):
        actions.answer_debrief_question(question, answer="Two steps have no date.", by=story.second, at=AFTER)
