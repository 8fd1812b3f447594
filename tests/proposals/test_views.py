"""A proposal's pages: in both languages, with errors that keep what was typed, and nothing for strangers."""

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.engine import Engine

from app.core.audit import ATTEMPT, MOST_ATTEMPTS, Event
from app.core.db import db
from auth.models import Terms, TermsAcceptance, User
from proposals import actions, queries, seal
from proposals.models import Proposal
from tests.conftest import NOON, Travel
from tests.factories import CLOSING, both, make_administrator, make_opportunity, make_organization, make_user, save
from tests.proposals.story import Story, make_story, priced_plan

SignIn = Callable[[User], FlaskClient]
SECTIONS = ("", "/approach", "/plan", "/team", "/files", "/check", "/receipt", "/withdraw", "/copy")
SECTIONS_FR = ("", "/approche", "/plan", "/equipe", "/fichiers", "/verifier", "/recu", "/retirer", "/copie")
WITHDRAW = {"en": "/withdraw", "fr": "/retirer"}


@pytest.fixture
def story(client: FlaskClient) -> Story:
    return make_story(**priced_plan())


def boxes(proposal: Proposal, text: str = "Our way") -> dict[str, str]:
    return {f"answer-{one.key}": text for one in queries.ask_of(proposal.opportunity).criteria}


def without_token(page: str) -> str:
    """Leave out the token against forged posts: it tells the time."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)


def only_proposal() -> Proposal:
    db.session.rollback()
    return db.session.scalars(select(Proposal)).one()


def test_from_start_to_receipt_in_the_browser(story: Story, sign_in: SignIn) -> None:
    browser = sign_in(story.robin)
    terms = save(Terms(kind="terms", number=3, body=both("**Be** kind"), published_at=NOON - timedelta(days=1)))
    save(TermsAcceptance(user_id=story.robin.id, terms_id=terms.id, accepted_at=NOON))
    page = browser.get(f"/en/opportunities/{story.opportunity.number}/propose")
    assert (page.status_code, "You will need 3 answers." in page.text) == (200, True)
    begun = browser.post(f"/en/opportunities/{story.opportunity.number}/propose", data={"on_behalf": "me"})
    proposal = only_proposal()
    home = f"/en/proposals/{proposal.key}"
    assert (begun.status_code, begun.location) == (303, home)
    assert "1 of 4 done" in browser.get(home).text
    saved = browser.post(f"{home}/approach", data=boxes(proposal))
    assert (saved.status_code, saved.location) == (303, f"{home}/plan")
    assert browser.post(f"{home}/plan", data={"price_cents": "6 500,50"}).location == f"{home}/check"
    assert browser.post(f"{home}/approach", data=boxes(proposal, "")).location == home
    assert browser.post(f"{home}/approach", data=boxes(proposal)).location == f"{home}/check"
    check = browser.get(f"{home}/check").text
    assert ("$6,500.50" in check, "(version 3)" in check, "<strong>Be</strong>" in check) == (True, True, True)
    refused = browser.post(f"{home}/check", data={})
    assert (refused.status_code, "Tick this box" in refused.text) == (422, True)
    received = browser.post(f"{home}/check", data={f"accept_{terms.id}": "y"})
    assert (received.status_code, received.location) == (303, f"{home}/receipt")
    receipt = browser.get(f"{home}/receipt").text
    submission = queries.last_submission(only_proposal())
    assert submission is not None
    for shown in (submission.digest, queries.salt_of(submission, story.robin), f"{story.opportunity.number}-1"):
        assert shown in receipt
    copy = json.loads(browser.get(f"{home}/copy").data)["received"]
    assert seal.verify(bytes.fromhex(copy["digest"]), bytes.fromhex(copy["salt"]), copy["content"])
    assert browser.get(f"{home}/receipt.txt").text == copy["receipt"]
    assert browser.get(f"/en/opportunities/{story.opportunity.number}/propose").location == home


@pytest.mark.parametrize(("language", "sections"), [("en", SECTIONS), ("fr", SECTIONS_FR)])
def test_every_page_stands_in_both_languages_before_and_after_the_closing(
    story: Story, sign_in: SignIn, travel: Travel, language: str, sections: tuple[str, ...]
) -> None:
    proposal = story.submitted()
    base = f"/{language}/{'proposals' if language == 'en' else 'propositions'}"
    for moment, last_to_withdraw in ((NOON, 200), (CLOSING, 409)):
        travel(moment)
        browser = sign_in(story.robin)
        answers = [browser.get(f"{base}/{proposal.key}{one}").status_code for one in sections]
        withdraw = sections.index(WITHDRAW[language])
        assert answers == [last_to_withdraw if one == withdraw else 200 for one in range(9)]
        assert browser.get(base).status_code == 200


@pytest.mark.parametrize("state", [
    "draft", "submitted", "withdrawn", "lapsed", "opened", "disqualified", "awarded", "declined", "not_awarded",
])  # fmt: skip
def test_the_proposals_own_page_stands_in_every_state(
    story: Story, sign_in: SignIn, travel: Travel, state: str
) -> None:
    proposal = story.submitted()
    proposal.state, proposal.disqualified_because = state, "Copied <b>text</b>"
    db.session.commit()
    for moment in (NOON, CLOSING):
        travel(moment)
        page = sign_in(story.robin).get(f"/en/proposals/{proposal.key}")
        assert (page.status_code, "Copied <b>" in page.text) == (200, False)


def test_strangers_get_the_page_of_what_does_not_exist(story: Story, sign_in: SignIn) -> None:
    proposal, organization = story.submitted(), make_organization(make_user("Ola"), "Pines", story.officer)
    save(organization)
    for stranger in (story.officer, make_user("Eve"), make_administrator()):
        browser = sign_in(stranger)
        browser.get("/en/proposals")
        for section in SECTIONS:
            there = browser.get(f"/en/proposals/{proposal.key}{section}")
            nowhere = browser.get(f"/en/proposals/{'x' * len(proposal.key)}{section}")
            assert (there.status_code, nowhere.status_code) == (404, 404)
            assert without_token(there.text).replace(proposal.key, "x" * len(proposal.key)) == without_token(
                nowhere.text
            )
            assert [name for name, _ in there.headers] == [name for name, _ in nowhere.headers]
        posted = [browser.post(f"/en/proposals/{proposal.key}{one}").status_code for one in SECTIONS[1:6]]
        assert posted == [404] * 5


def test_a_refused_attempt_leaves_the_same_event_whether_there_is_something_or_not(
    story: Story, sign_in: SignIn, travel: Travel
) -> None:
    proposal, eve = story.submitted(), make_user("Eve")
    for key in (proposal.key, "nothing-here"):
        sign_in(eve).get(f"/en/proposals/{key}/copy")
    kept = db.session.scalars(select(Event).where(Event.action == ATTEMPT).order_by(Event.id)).all()
    assert [
        (one.actor_id, one.facts, one.audience, one.department_id, one.person_id, one.procurement, one.subject_id)
        for one in kept
    ] == [(eve.id, {"page": "proposals.copy"}, "parties", None, None, None, eve.id)] * 2
    for _ in range(MOST_ATTEMPTS):
        sign_in(eve).get("/en/proposals/nothing-here")
    written = select(func.count(Event.id)).where(Event.action == ATTEMPT)
    assert db.session.scalar(written) == MOST_ATTEMPTS
    travel(NOON + timedelta(minutes=2))
    sign_in(eve).get("/en/proposals/nothing-here")
    assert db.session.scalar(written) == MOST_ATTEMPTS + 1


def test_a_visitor_is_asked_to_sign_in_and_comes_back(story: Story, client: FlaskClient) -> None:
    proposal = story.submitted()
    answer = client.get(f"/en/proposals/{proposal.key}")
    assert (answer.status_code, proposal.key in answer.location) == (303, True)


def test_a_late_submission_is_refused_and_the_draft_keeps_its_text(
    story: Story, sign_in: SignIn, travel: Travel
) -> None:
    proposal = story.start()
    story.write(proposal)
    travel(CLOSING)
    browser, home = sign_in(story.robin), f"/en/proposals/{proposal.key}"
    late = browser.post(f"{home}/check", data={})
    assert (late.status_code, "The closing has passed" in late.text) == (409, True)
    typed = browser.post(f"{home}/approach", data=boxes(proposal, "Typed too late"))
    assert (typed.status_code, "Typed too late" in typed.text) == (409, True)
    page = browser.get(home).text
    assert ("This draft was not submitted." in page, "Answer " in page) == (True, True)
    assert json.loads(browser.get(f"{home}/copy").data)["received"] is None
    assert browser.get(f"/en/opportunities/{story.opportunity.number}/propose").status_code == 303
    assert sign_in(make_user()).get(f"/en/opportunities/{story.opportunity.number}/propose").status_code == 409


def test_a_draft_of_the_department_is_nowhere_and_its_staff_are_told(story: Story, sign_in: SignIn) -> None:
    page = sign_in(story.officer).get(f"/en/opportunities/{story.opportunity.number}/propose")
    assert "You work for this department" in page.text
    posted = sign_in(story.officer).post(
        f"/en/opportunities/{story.opportunity.number}/propose", data={"on_behalf": "me"}
    )
    assert posted.status_code == 403
    story.opportunity.state, story.opportunity.published_at = "draft", None
    db.session.commit()
    assert sign_in(story.robin).get(f"/en/opportunities/{story.opportunity.number}/propose").status_code == 404


def test_one_chooses_in_whose_name(story: Story, sign_in: SignIn) -> None:
    organization = make_organization(story.robin, "Three Pines")
    browser, where = sign_in(story.robin), f"/en/opportunities/{story.opportunity.number}/propose"
    assert "Three Pines" in browser.get(where).text
    assert browser.post(where, data={"on_behalf": "someone-else"}).status_code == 422
    assert browser.post(where, data={"on_behalf": organization.key}).status_code == 303
    assert only_proposal().organization_id == organization.id
    page = browser.get(where).text
    assert ("Three Pines" in page, "already have a proposal" in page) == (False, True)
    assert browser.post(where, data={"on_behalf": "me"}).status_code == 303


def test_withdrawing_asks_first_and_the_text_is_kept(story: Story, sign_in: SignIn) -> None:
    proposal, browser = story.submitted(), sign_in(story.robin)
    home = f"/en/proposals/{proposal.key}"
    assert "the department never learns of it" in browser.get(f"{home}/withdraw").text
    assert browser.post(f"{home}/withdraw").location == home
    assert "Its text is kept here." in browser.get(home).text
    assert browser.post(f"{home}/withdraw").status_code == 409
    assert browser.post(f"{home}/check").status_code == 303
    assert only_proposal().state == "submitted"


def test_what_changed_is_shown_and_confirmed(story: Story, sign_in: SignIn) -> None:
    proposal, browser = story.submitted(), sign_in(story.robin)
    home = f"/en/proposals/{proposal.key}"
    story.opportunity.edition = story.opportunity.material_edition = 2
    db.session.commit()
    assert "Confirm your proposal, or it lapses" in browser.get(home).text
    assert browser.post(f"{home}/check").status_code == 303
    assert "Confirm your proposal, or it lapses" not in browser.get(home).text
    assert only_proposal().confirmed_edition == 2


def test_changes_after_submitting_can_be_discarded(story: Story, sign_in: SignIn) -> None:
    proposal, browser = story.submitted(), sign_in(story.robin)
    home = f"/en/proposals/{proposal.key}"
    browser.post(f"{home}/approach", data=boxes(proposal, "Other"))
    assert "You changed it since you submitted." in browser.get(home).text
    assert browser.post(f"{home}/discard").status_code == 303
    assert "You changed it since you submitted." not in browser.get(home).text


def test_hostile_text_is_shown_as_text(story: Story, sign_in: SignIn) -> None:
    proposal, browser = story.start(), sign_in(story.robin)
    hostile = "<script>alert(1)</script> [x](javascript:alert(2)) {{ 7919*7907 }} \u202e ' \" --"
    browser.post(f"/en/proposals/{proposal.key}/approach", data=boxes(proposal, hostile))
    for page in ("/check", "/approach"):
        text = browser.get(f"/en/proposals/{proposal.key}{page}").text
        assert ("<script>alert(1)" in text, 'href="javascript:' in text, "62615533" in text) == (False, False, False)


def test_my_proposals_come_in_pages_with_the_same_number_of_statements(story: Story, sign_in: SignIn) -> None:
    browser = sign_in(story.robin)

    def statements(address: str) -> tuple[int, str]:
        seen: list[str] = []

        def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        db.session.rollback()
        event.listen(Engine, "before_cursor_execute", count)
        text = browser.get(address).text
        event.remove(Engine, "before_cursor_execute", count)
        return len(seen), text

    story.start()
    browser.get("/en/proposals")
    few, _ = statements("/en/proposals")
    for _number in range(25):
        make_story_for(story)
    many, text = statements("/en/proposals")
    assert (few, few <= 6) == (many, True)
    assert text.count("/en/proposals/") == 20
    after = text.split("/en/proposals?after=")[1].split('"')[0]
    rest, text = statements(f"/en/proposals?after={after}")
    assert text.count("/en/proposals/") == 6
    assert rest <= 6


def make_story_for(story: Story) -> None:
    """Let the same developer begin a draft on another opportunity."""
    other = make_opportunity(story.opportunity.department, story.officer)
    actions.start(other, by=story.robin, at=NOON)
    db.session.commit()
