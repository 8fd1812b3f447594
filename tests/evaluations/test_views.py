"""The pages of an evaluation: who sees what, in both languages, and what the forms answer."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.db import db
from app.core.files import check_upload
from auth.models import User
from evaluations import actions, queries
from evaluations.models import Award
from proposals import actions as proposal_actions
from tests.conftest import NOON, Travel
from tests.evaluations.story import (
    AFTER,
    WHY,
    Story,
    judge,
    judge_all,
    make_locked,
    make_opened,
    make_panel,
    make_story,
    open_all,
    propose,
)
from tests.factories import make_administrator, make_department, make_organization, make_plan, make_staff, make_user

SignIn = Callable[[User], FlaskClient]
REASON = "It answers every criterion best."


@pytest.fixture(autouse=True)
def _after_the_closing(travel: Travel) -> None:
    travel(AFTER + timedelta(hours=1))


def page(client: FlaskClient, story: Story, path: str = "", language: str = "en") -> str:
    base = f"/en/opportunities/{story.opportunity.number}/evaluation"
    if language == "fr":
        base = f"/fr/defis/{story.opportunity.number}/evaluation"
    answer = client.get(base + path)
    assert answer.status_code == 200, (path, answer.status_code, answer.get_data(as_text=True)[-2000:])
    return answer.get_data(as_text=True)


def post(client: FlaskClient, story: Story, path: str, data: dict[str, str] | None = None, status: int = 303) -> str:
    answer = client.post(f"/en/opportunities/{story.opportunity.number}/evaluation{path}", data=data or {})
    assert answer.status_code == status, answer.get_data(as_text=True)[-2000:]
    return answer.get_data(as_text=True) if status != 303 else answer.headers["Location"]


def sheet_of(story: Story, points: str = "4", rationale: str = WHY) -> dict[str, str]:
    data = {"act": "submit"}
    for one in queries.criteria_of(story.opportunity):
        data[f"verdict-{one.key}"] = "met" if one.stage.kind == "mandatory" else points
        data[f"rationale-{one.key}"] = rationale
    return data


def test_the_whole_evaluation_is_done_in_the_browser(app: Flask, sign_in: SignIn) -> None:
    story = make_story()
    make_panel(story)
    propose(story)
    propose(story)
    olive, samir, chantal, mehdi = map(sign_in, (story.officer, story.second, story.chair, story.member))
    assert "Begin the opening" in page(olive, story)
    post(olive, story, "/opening")
    assert "Complete the opening" not in page(olive, story)
    assert "Complete the opening" in page(samir, story)
    post(samir, story, "/opening")
    for client in (chantal, mehdi):
        assert "0 of 2 scored · 2 left" in page(client, story)
        assert post(client, story, "/1", sheet_of(story)).endswith("/2#main")
        assert post(client, story, "/2", sheet_of(story, "2")).endswith("/evaluation")
    page(chantal, story, "/lock")
    post(chantal, story, "/lock")
    assert "Bidder" in page(olive, story, "/ranking")
    winner = queries.get_proponent(story.evaluation, 1).key
    assert post(olive, story, "/award", {"winner": winner, "reason": REASON}).endswith("/award/check")
    check = page(olive, story, "/award/check")
    assert check.count("Your proposal for River gauges on a map was chosen") == 1
    assert "The decision on River gauges" in check
    post(olive, story, "/award/check")
    assert db.session.scalars(select(Award.state)).all() == ["made"]


PLACES = [
    "",
    "/1",
    "/ranking",
    "/award",
    "/panel",
    "/lock",
    "/declaration",
    "/conflict",
    "/1/disqualify",
    "/award/confirm",
]


@pytest.mark.parametrize("path", PLACES)
def test_outsiders_find_nothing_here(app: Flask, sign_in: SignIn, path: str) -> None:
    story = make_opened()
    colleague = make_user("Colleague")
    make_organization(story.authors[0], "Three Pines", colleague)
    people = [
        make_staff("officer", make_department("lakes")), make_administrator(), make_user("Outsider"), story.authors[0],
        colleague, make_staff("buyer", story.department),
    ]  # fmt: skip
    missing = sign_in(people[2]).get(f"/en/opportunities/99999999/evaluation{path}").get_data(as_text=True)
    for person in people:
        answer = sign_in(person).get(f"/en/opportunities/{story.opportunity.number}/evaluation{path}")
        assert answer.status_code == 404
        assert neutral(answer.get_data(as_text=True), person) == neutral(missing, people[2])


def neutral(body: str, person: User) -> str:
    main = body.split("<main", 1)[1].split("</main>", 1)[0]
    return main.replace(person.name, "")


def test_a_visitor_is_asked_to_sign_in(app: Flask, client: FlaskClient) -> None:
    story = make_opened()
    answer = client.get(f"/en/opportunities/{story.opportunity.number}/evaluation")
    assert (answer.status_code, "/sign-in" in answer.headers["Location"]) == (303, True)


def test_the_administrator_completes_an_opening_and_then_sees_nothing(app: Flask, sign_in: SignIn) -> None:
    story = make_story()
    propose(story)
    make_panel(story)
    actions.begin_opening(story.opportunity, by=story.officer, at=AFTER)
    db.session.commit()
    ada = sign_in(make_administrator())
    shown = page(ada, story)
    assert "Complete the opening" in shown
    assert story.member.name not in shown
    landing = ada.get(post(ada, story, "/opening"))
    assert landing.status_code == 200
    assert "The proposals are open." in landing.text
    assert ada.get(f"/en/opportunities/{story.opportunity.number}/evaluation").status_code == 404


def test_names_and_prices_stay_hidden_until_quality_is_locked(app: Flask, sign_in: SignIn) -> None:
    story = make_opened(make_plan(formula="absolute", price_weight=30), bidders=2, prices=(777700, 555500))
    chantal = sign_in(story.chair)
    number = story.proponent(0).number
    before = page(chantal, story, f"/{number}") + page(chantal, story) + page(sign_in(story.officer), story)
    assert "7,777" not in before
    assert "Bidder 1</" not in before
    assert sign_in(story.officer).get(f"/en/opportunities/{story.opportunity.number}/evaluation/1").status_code == 404
    judge_all(story, [(5, 5), (3, 3)])
    actions.lock(story.evaluation, by=story.chair, at=AFTER)
    db.session.commit()
    after = page(chantal, story, f"/{number}")
    assert "$7,777" in after
    assert "Bidder 1" in after


def test_others_scores_and_progress_stay_hidden_until_ones_own_are_in(app: Flask, sign_in: SignIn) -> None:
    story = make_opened()
    judge(story, 0, story.chair, (5, 1))
    mehdi = sign_in(story.member)
    number = story.proponent(0).number
    assert "Chantal Roy" not in page(mehdi, story, f"/{number}")
    assert "Submitted" not in page(mehdi, story)
    post(mehdi, story, f"/{number}", sheet_of(story))
    assert "Chantal Roy" in page(mehdi, story, f"/{number}")


def test_what_was_typed_is_kept_by_itself_and_with_errors(app: Flask, sign_in: SignIn) -> None:
    story = make_opened()
    chantal = sign_in(story.chair)
    half = sheet_of(story, "3", "Half a thought")
    half.pop("act")
    first = queries.criteria_of(story.opportunity)[0]
    half[f"rationale-{first.key}"] = ""
    address = f"/en/opportunities/{story.opportunity.number}/evaluation/1"
    assert chantal.post(address, data=half, headers={"X-Autosave": "1"}).status_code == 204
    assert "Half a thought" in page(chantal, story, "/1")
    again = post(chantal, story, "/1", {**half, "act": "submit"}, 422)
    assert "Say why, in a sentence or more." in again
    assert "Half a thought" in again
    assert "Error:" in again


def test_a_sheet_that_was_submitted_is_revised_with_a_reason(app: Flask, sign_in: SignIn) -> None:
    story = make_opened()
    chantal = sign_in(story.chair)
    post(chantal, story, "/1", sheet_of(story))
    assert "Say why you change" in post(chantal, story, "/1", sheet_of(story, "5"), 422)
    post(chantal, story, "/1", {**sheet_of(story, "5"), "reason": "I had missed the annex."})
    assert "5 of 5" in page(chantal, story, "/1")


def test_an_award_out_of_rank_goes_to_a_second_officer(app: Flask, sign_in: SignIn) -> None:
    story = make_locked()
    olive, samir = sign_in(story.officer), sign_in(story.second)
    other = story.proponent(1).key
    refused = post(olive, story, "/award", {"winner": other, "reason": REASON}, 422)
    assert "Say why the award goes to another" in refused
    assert REASON in refused
    departure = {"winner": other, "reason": REASON, "departure_reason": "The first is under sanction."}
    post(olive, story, "/award", departure)
    assert "second officer confirms" in page(olive, story, "/award/check")
    post(olive, story, "/award/check")
    assert "Confirm or refuse" in page(samir, story)
    assert "under sanction" in page(samir, story, "/award/confirm")
    post(samir, story, "/award/confirm", {"decision": "refuse"}, 422)
    post(samir, story, "/award/confirm", {"decision": "confirm"})
    assert story.proposals[1].state == "awarded"


def test_the_panel_is_invited_and_answers(app: Flask, sign_in: SignIn) -> None:
    story = make_story()
    olive, fresh = sign_in(story.officer), make_user("Fresh Eyes", email="fresh@mail.example")
    assert "Write an e-mail address." in post(olive, story, "/panel", {"address": "nobody"}, 422)
    assert "as a verified e-mail" in post(olive, story, "/panel", {"address": "nobody@x.example"}, 422)
    post(olive, story, "/panel", {"address": "Fresh@mail.example ", "chairs": "y"})
    browser = sign_in(fresh)
    assert "in your own words" in post(browser, story, "/declaration", {"decision": "accept"}, 422).lower()
    post(browser, story, "/declaration", {"decision": "accept", "words": "I know <b>nobody</b> here."})
    shown = page(olive, story, "/panel")
    assert "I know &lt;b&gt;nobody&lt;/b&gt; here." in shown
    assert "Fresh Eyes" in shown
    post(browser, story, "/conflict", {"words": "My cousin may propose."})
    assert "Recused" in page(olive, story, "/panel")


def test_without_proposals_the_page_says_so_and_offers_the_end(app: Flask, sign_in: SignIn) -> None:
    story = make_opened(bidders=0)
    olive = sign_in(story.officer)
    assert "No proposals came in." in page(olive, story)
    post(olive, story, "/unsuccessful", {"reason": "no"}, 422)
    post(olive, story, "/unsuccessful", {"reason": "Nobody proposed by the closing."})
    assert "Post it again from a copy" in page(olive, story)


@pytest.mark.parametrize("path", ["", "/1", "/panel", "/ranking", "/award", "/1/disqualify"])
def test_every_page_speaks_french(app: Flask, sign_in: SignIn, path: str) -> None:
    story = make_locked()
    french = page(sign_in(story.officer), story, path.replace("panel", "comite").replace("ranking", "classement")
                  .replace("/award", "/attribution").replace("disqualify", "disqualifier"), "fr")  # fmt: skip
    assert 'lang="fr"' in french


def test_a_proposals_file_is_handed_out_under_a_name_of_ours(app: Flask, sign_in: SignIn) -> None:
    story = make_story()
    make_panel(story)
    proposal = propose(story)
    upload = check_upload("plan by Bidder 1.txt", b"The plan in short.")
    proposal_actions.add_file(proposal, upload, by=story.authors[0], at=NOON)
    proposal_actions.submit(proposal, accepted=(), by=story.authors[0], at=NOON)
    open_all(story)
    assert "plan by" not in page(sign_in(story.chair), story, "/1")
    address = f"/en/opportunities/{story.opportunity.number}/evaluation/1/files/1"
    answer = sign_in(story.chair).get(address)
    assert (answer.data, answer.headers["Content-Disposition"]) == (
        b"The plan in short.", "attachment; filename=Proponent-1-file-1.txt",
    )  # fmt: skip
    assert sign_in(story.officer).get(address).status_code == 404
    assert sign_in(story.chair).get(address.replace("files/1", "files/2")).status_code == 404
