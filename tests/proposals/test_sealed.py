"""Nothing that a proposal says is found anywhere but on its author's own pages."""

import threading
from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.core.db import db, transaction
from app.core.errors import NotNow
from auth.models import User
from proposals import actions, queries
from proposals.models import Proposal, Submission
from tests.factories import make_administrator, make_user
from tests.proposals.story import Story, make_story, priced_plan

SignIn = Callable[[User], FlaskClient]
CANARY = "KanariënvogelÉ73"
PRICE = 7_318_473_19


@pytest.fixture
def story(client: FlaskClient) -> Story:
    return make_story(**priced_plan())


def write_canaries(story: Story, browser: FlaskClient) -> Proposal:
    """Put a canary into every field through the pages, submit, change, and submit again."""
    proposal = story.start()
    home = f"/en/proposals/{proposal.key}"
    criteria = queries.ask_of(story.opportunity).criteria
    answers = {f"answer-{one.key}": f"{CANARY} {one.key}" for one in criteria}
    rows = {"team-0-name": CANARY, "team-0-does": CANARY, "team-0-link": f"https://example.ca/{CANARY}"}
    posts: list[tuple[str, dict[str, object]]] = [
        ("approach", dict(answers)),
        ("plan", {"price_cents": f"{PRICE // 100}.{PRICE % 100}"}),
        ("team", dict(rows)),
        ("files", {"file": (BytesIO(CANARY.encode() * 9), f"{CANARY}.txt")}),
        ("check", {}),
        ("approach", {name: answer + " again" for name, answer in answers.items()}),
        ("check", {}),
        ("withdraw", {}),
        ("check", {}),
    ]
    assert [browser.post(f"{home}/{page}", data=sent).status_code for page, sent in posts] == [303] * len(posts)
    return proposal


def test_the_author_sees_the_canary_and_nobody_elses_page_does(
    story: Story, sign_in: SignIn, client: FlaskClient
) -> None:
    proposal = write_canaries(story, sign_in(story.robin))
    home = f"/en/proposals/{proposal.key}"
    entry = queries.content_for_author(proposal, story.robin).files[0]
    pages = [f"{home}{one}" for one in ("", "/approach", "/plan", "/team", "/files", "/check", "/receipt", "/copy")]
    pages += [f"{home}/files/{entry.key}", f"/en/opportunities/{story.opportunity.number}/propose", "/en/proposals"]
    author = sign_in(story.robin)
    shown = {page.removeprefix(home) for page in pages if CANARY in author.get(page).get_data(as_text=True)}
    assert shown == {"/approach", "/team", "/files", "/check", "/copy", f"/files/{entry.key}"}
    for browser in (client, *(sign_in(one) for one in (story.officer, make_user("Eve"), make_administrator()))):
        texts = [browser.get(page).get_data(as_text=True) for page in pages]
        assert not any(CANARY in one for one in texts)


def test_of_two_submissions_at_once_one_is_received_and_the_other_is_told(story: Story, app: Flask) -> None:
    proposal = story.start()
    story.write(proposal)
    key, robin, opportunity = proposal.key, story.robin.id, story.opportunity.id
    seen = queries.as_seen(proposal, queries.content_for_author(proposal, story.robin))
    db.session.rollback()
    together, answers = threading.Barrier(2), []

    def submit() -> None:
        with app.app_context():
            person = db.session.get_one(User, robin)
            place = db.session.get_one(type(story.opportunity), opportunity)
            together.wait()
            try:
                with transaction(on=place) as at:
                    own = queries.get_own(key, person)
                    answers.append(actions.submit(own, accepted=(), by=person, at=at, seen=seen).number)
            except NotNow:
                answers.append(0)

    threads = [threading.Thread(target=submit) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [0, 1]
    assert db.session.scalar(select(func.count(Submission.id))) == 1


def test_of_two_starts_at_once_one_makes_the_draft(story: Story, app: Flask) -> None:
    robin, opportunity = story.robin.id, story.opportunity.id
    kind = type(story.opportunity)
    db.session.rollback()
    together, answers = threading.Barrier(2), []

    def start() -> None:
        with app.app_context():
            person, place = db.session.get_one(User, robin), db.session.get_one(kind, opportunity)
            together.wait()
            try:
                with transaction(on=place) as at:
                    actions.start(place, by=person, at=at)
                answers.append("started")
            except NotNow:
                answers.append("told")

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["started", "told"]


def test_a_ciphertext_moved_to_another_proposal_does_not_open(story: Story) -> None:
    mine, other = story.submitted(), story.submitted(make_user("Sam"))
    mine.content, mine.key_for_author = other.content, other.key_for_author
    db.session.commit()
    with pytest.raises(Exception, match="wrapped to another"):
        queries.content_for_author(mine, story.robin)
