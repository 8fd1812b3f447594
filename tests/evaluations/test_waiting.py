"""What waits for whom; hints of conflict; as many statements with one proponent as with thirty."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, insert, select

from app.core.db import db
from auth.models import User
from evaluations import actions, queries
from tests.conftest import NOON, Travel
from tests.evaluations.story import (
    AFTER,
    Story,
    judge_all,
    make_locked,
    make_opened,
    make_panel,
    make_story,
    open_all,
    propose,
)
from tests.factories import make_administrator, make_organization, make_user

COPIED = 100_000
SignIn = Callable[[User], FlaskClient]


def waits(user: User) -> list[tuple[str, str]]:
    return [(one.text % one.values, one.endpoint) for one in queries.awaiting(user, AFTER)]


def named(story: Story, text: str) -> str:
    return text % {"title": story.opportunity.title}


def test_an_invitation_waits_for_its_answer(app: Flask) -> None:
    story = make_story()
    actions.invite(story.opportunity, story.member.email, by=story.officer, at=NOON)
    expected = named(story, "Answer the invitation to evaluate %(title)s")
    assert waits(story.member) == [(expected, "evaluations.answer")]


def test_the_opening_waits_for_two_people(app: Flask) -> None:
    story = make_story()
    ada = make_administrator()
    first = named(story, "Open the proposals for %(title)s")
    second = named(story, "Open the proposals for %(title)s as the second person")
    assert waits(story.officer) == waits(story.second) == [(first, "evaluations.show")]
    assert waits(ada) == []
    actions.begin_opening(story.opportunity, by=story.officer, at=AFTER)
    assert waits(story.officer) == []
    assert waits(story.second) == waits(ada) == [(second, "evaluations.show")]


def test_proposals_to_score_and_then_the_lock_wait(app: Flask) -> None:
    story = make_opened()
    assert waits(story.member) == [(named(story, "Score 2 proposals for %(title)s"), "evaluations.show")]
    assert waits(story.officer) == []
    judge_all(story, [(5, 5), (3, 3)])
    lock = [(named(story, "Lock the quality scores of %(title)s"), "evaluations.show")]
    assert (waits(story.member), waits(story.chair), waits(story.officer)) == ([], lock, lock)


def test_the_award_and_its_confirmation_wait(app: Flask) -> None:
    story = make_locked()
    assert waits(story.officer) == [(named(story, "Award %(title)s"), "evaluations.award")]
    reason = "It answers every criterion best."
    actions.award(story.proponent(1), reason=reason, departure_reason=reason, by=story.officer, at=AFTER)
    assert waits(story.officer) == []
    confirm = named(story, "Confirm or refuse the award of %(title)s")
    assert waits(story.second) == [(confirm, "evaluations.confirm")]


def test_nothing_waits_for_whoever_proposes(app: Flask) -> None:
    story = make_opened()
    assert waits(story.authors[0]) == []


def test_hints_show_after_the_opening_and_name_no_bidder(app: Flask) -> None:
    story = make_story()
    make_panel(story)
    owner = make_user("Ann Owner", email="ann@pines.example")
    organization = make_organization(owner, "Three Pines")
    propose(story, author=owner, organization=organization)
    friend = make_user("Friend", email="friend@pines.example")
    actions.invite(story.opportunity, friend.email, by=story.officer, at=NOON)
    members = queries.panel(story.opportunity)
    assert queries.hints(None, members) == {}
    open_all(story)
    found = queries.hints(story.evaluation, queries.panel(story.opportunity))
    assert found[friend.id] == ("has an e-mail address of the same domain as a proponent",)
    assert "Pines" not in str(found)


def test_an_address_at_a_public_mail_service_is_no_hint(app: Flask) -> None:
    story = make_story()
    propose(story, author=make_user("Ann", email="ann@gmail.com"))
    actions.invite(story.opportunity, make_user("Ben", email="ben@gmail.com").email, by=story.officer, at=NOON)
    open_all(story)
    assert queries.hints(story.evaluation, queries.panel(story.opportunity)) == {}


def test_places_of_a_person_are_listed(app: Flask) -> None:
    story = make_opened()
    place = queries.places_of(story.chair)[0]
    assert (place.opportunity.id, place.state, place.chairs, place.judging, place.left) == (
        story.opportunity.id, "accepted", True, "scoring", 2,
    )  # fmt: skip


def statements(browser: FlaskClient, address: str) -> int:
    seen: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", count)
    answer = browser.get(address)
    event.remove(Engine, "before_cursor_execute", count)
    assert answer.status_code == 200
    return len(seen)


@pytest.mark.parametrize("path", ["evaluation", "evaluation/{number}", "evaluation/panel"])
def test_a_page_asks_the_database_as_often_for_one_proponent_as_for_thirty(
    app: Flask, sign_in: SignIn, travel: Travel, path: str
) -> None:
    travel(AFTER)
    counts = []
    for bidders in (1, 30):
        story = make_opened(bidders=bidders) if bidders == 1 else again(bidders)
        judge_all(story, [(3, 3)] * bidders)
        reader = sign_in(story.officer if path.endswith("panel") else story.chair)
        address = f"/en/opportunities/{story.opportunity.number}/{path}".format(number=story.proponent(0).number)
        statements(reader, address)
        counts.append(statements(reader, address))
    assert counts[0] == counts[1]


def test_scoring_asks_the_database_as_often_for_two_proposals_as_for_a_hundred(
    app: Flask, sign_in: SignIn, travel: Travel
) -> None:
    travel(AFTER)
    story = make_opened(bidders=2)
    reader, pages = sign_in(story.chair), ("evaluation", f"evaluation/{story.proponent(0).number}")
    addresses = [f"/en/opportunities/{story.opportunity.number}/{page}" for page in pages]
    few = [statements(reader, address) for address in addresses * 2][2:]
    add_proponents(story, 98)
    assert [statements(reader, address) for address in addresses * 2][2:] == few
    assert "0 of 100 scored" in reader.get(addresses[1]).get_data(as_text=True)


def add_proponents(story: Story, count: int) -> None:
    """Put copies of the first bidder, under names of their own, beside those whose proposals were opened."""
    first, tables = story.proponent(0), db.metadata.tables
    person, proposal, proponent = (
        dict(db.session.execute(select(tables[name]).where(tables[name].c.id == number)).mappings().one())
        for name, number in (
            ("user", first.proposal.author_id), ("proposal", first.proposal_id), ("proponent", first.id),
        )
    )  # fmt: skip
    copies = [(COPIED + at, f"copy-{at}", len(story.proposals) + at) for at in range(1, count + 1)]
    people = [{**person, "id": row, "key": key, "email": f"{key}@mail.example"} for row, key, _number in copies]
    offers = [{**proposal, "id": row, "key": key, "author_id": row} for row, key, _number in copies]
    numbered = [{**proponent, "id": row, "key": key, "proposal_id": row, "number": n} for row, key, n in copies]
    db.session.execute(insert(tables["user"]), people)
    db.session.execute(insert(tables["proposal"]), offers)
    db.session.execute(insert(tables["proponent"]), numbered)
    db.session.commit()


@pytest.mark.parametrize("path", ["evaluation/ranking", "evaluation/award", "decision"])
def test_a_ranking_asks_the_database_as_often_for_one_proponent_as_for_twelve(
    app: Flask, sign_in: SignIn, travel: Travel, path: str
) -> None:
    travel(AFTER)
    counts = []
    for bidders in (1, 12):
        story = make_opened(bidders=bidders) if bidders == 1 else again(bidders)
        judge_all(story, [(3, 3)] * bidders)
        actions.lock(story.evaluation, by=story.chair, at=AFTER)
        if path == "decision":
            first = queries.ranking(story.evaluation).next_in_rank
            assert first is not None
            actions.award(first.proponent, reason="It answers every criterion best.", by=story.officer, at=AFTER)
        db.session.commit()
        reader, address = sign_in(story.officer), f"/en/opportunities/{story.opportunity.number}/{path}"
        statements(reader, address)
        counts.append(statements(reader, address))
    assert counts[0] == counts[1]


def again(bidders: int) -> Story:
    """Make another story in a department of its own."""
    return make_opened(bidders=bidders, department="lakes")
