"""Writing a proposal on its pages: what is typed, the price, the team and the files."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.db import db
from auth.models import User
from proposals import queries
from proposals.content import TeamMember
from proposals.models import Proposal
from tests.factories import make_user
from tests.proposals.story import Story, make_story, priced_plan

SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def story(client: FlaskClient) -> Story:
    return make_story(**priced_plan())


def boxes(proposal: Proposal, text: str = "Our way") -> dict[str, str]:
    return {f"answer-{one.key}": text for one in queries.ask_of(proposal.opportunity).criteria}


def only_proposal() -> Proposal:
    db.session.rollback()
    return db.session.scalars(select(Proposal)).one()


def test_too_many_words_are_kept_and_told_by_the_same_sentence(story: Story, sign_in: SignIn) -> None:
    proposal = story.start()
    long = "mot " * 350
    page = sign_in(story.robin).post(f"/en/proposals/{proposal.key}/approach", data=boxes(proposal, long))
    assert page.status_code == 422
    assert "250 words too many; the limit is 100." in page.text
    assert "50 words too many; the limit is 300." in page.text
    assert long.strip() in page.text
    kept = queries.content_for_author(only_proposal(), story.robin).answers
    assert set(kept.values()) == {long}


def test_typing_is_saved_without_a_page_and_gives_the_new_mark(story: Story, sign_in: SignIn) -> None:
    proposal, browser = story.start(), sign_in(story.robin)
    drawn = queries.content_for_author(proposal, story.robin).mark("approach")
    where = f"/en/proposals/{proposal.key}/approach"
    autosave = {"X-Autosave": "1"}
    first = browser.post(where, data={**boxes(proposal, "One"), "drawn_from": drawn}, headers=autosave)
    mark = first.get_json()["drawn_from"]
    assert (first.status_code, mark == drawn) == (200, False)
    late = browser.post(where, data={**boxes(proposal, "Two"), "drawn_from": drawn}, headers=autosave)
    assert (late.status_code, late.data) == (409, b"")
    told = browser.post(where, data={**boxes(proposal, "Two"), "drawn_from": drawn})
    assert (told.status_code, "saved somewhere else" in told.text, ">\r\nTwo</textarea>" in told.text) == (
        409,
        True,
        True,
    )
    assert mark in told.text
    again = browser.post(where, data={**boxes(proposal, "Two"), "drawn_from": mark})
    assert again.status_code == 303


@pytest.mark.parametrize(("typed", "status"), [("abc", 422), ("-1", 422), ("1.005", 422), ("", 303), ("0", 303)])
def test_a_price_is_an_amount_and_what_was_typed_stays(story: Story, sign_in: SignIn, typed: str, status: int) -> None:
    proposal = story.start()
    page = sign_in(story.robin).post(f"/fr/propositions/{proposal.key}/plan", data={"price_cents": typed})
    assert page.status_code == status
    if status == 422:
        assert f'value="{typed}"' in page.text


def test_the_team_begins_from_the_profile_and_can_grow_and_shrink(story: Story, sign_in: SignIn) -> None:
    proposal, browser = story.start(), sign_in(story.robin)
    where = f"/en/proposals/{proposal.key}/team"
    assert 'value="Robin Tremblay"' in browser.get(where).text
    rows = {
        "team-0-name": "Robin",
        "team-0-does": "",
        "team-1-name": "Sam <i>",
        "team-1-link": "https://example.ca/sam",
    }
    more = browser.post(where, data={**rows, "add": "team"})
    assert ("team-2-name" in more.text, "Sam &lt;i&gt;" in more.text) == (True, True)
    less = browser.post(where, data={**rows, "remove": "team-0"})
    assert ("team-0-name" in less.text, "team-1-name" in less.text) == (False, True)
    assert browser.post(where, data=rows).status_code == 303
    assert queries.content_for_author(only_proposal(), story.robin).team == (
        TeamMember("Robin"),
        TeamMember("Sam <i>", "", "https://example.ca/sam"),
    )
    for wrong in (
        {"team-0-link": "javascript:alert(1)", "team-0-name": "x"},
        {"team-0-name": "", "team-0-does": "Nameless"},
    ):
        assert browser.post(where, data=wrong).status_code == 422


def test_files_are_checked_sealed_and_given_back_as_attachments(story: Story, sign_in: SignIn) -> None:
    proposal, browser = story.start(), sign_in(story.robin)
    where = f"/en/proposals/{proposal.key}/files"

    def send(name: str, data: bytes) -> int:
        return browser.post(where, data={"file": (BytesIO(data), name)}).status_code

    sent = [("é plan.pdf", b"%PDF-1.7 x %%EOF"), ("a.exe", b"MZ"), ("a.png", b"text"), ("a.txt", b"")]
    assert [send(*one) for one in sent] == [303, 422, 422, 422]
    assert browser.post(where, data={}).status_code == 422
    entry = queries.content_for_author(only_proposal(), story.robin).files[0]
    given = browser.get(f"{where}/{entry.key}")
    assert (given.data, given.mimetype) == (b"%PDF-1.7 x %%EOF", "application/pdf")
    assert given.headers["Content-Disposition"].startswith("attachment")
    assert sign_in(make_user("Eve")).get(f"{where}/{entry.key}").status_code == 404
    assert browser.get(f"{where}/nothing").status_code == 404
    assert browser.post(where, data={"remove": entry.key}).status_code == 303
    assert browser.get(f"{where}/{entry.key}").status_code == 404
