"""The pages around the panel: comparison, conflicts, reminders and invitations; nothing typed is lost."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app.core.db import db
from auth.models import User
from evaluations import actions, queries
from tests.conftest import Travel
from tests.evaluations.staged import make_interviewing
from tests.evaluations.story import AFTER, NO_CONFLICT, Story, make_opened
from tests.evaluations.test_meeting_pages import TYPED
from tests.evaluations.test_views import page, post, sheet_of
from tests.factories import make_organization, make_user

SignIn = Callable[[User], FlaskClient]


@pytest.fixture(autouse=True)
def _after_the_closing(travel: Travel) -> None:
    travel(AFTER + timedelta(hours=1))


def test_one_criterion_is_scored_across_proposals_and_the_rest_of_each_draft_stays(app: Flask, sign_in: SignIn) -> None:
    story = make_opened(bidders=3)
    chantal = sign_in(story.chair)
    mandatory, first, _second = queries.criteria_of(story.opportunity)
    post(chantal, story, "/1", {f"rationale-{mandatory.key}": TYPED, "act": "save"})
    post(chantal, story, "/2", sheet_of(story))
    shown = page(chantal, story, f"/criteria/{first.key}")
    assert shown.count("answers this.") == 3
    assert 'name="verdict-2"' not in shown
    post(chantal, story, f"/criteria/{first.key}", {"verdict-1": "2", "rationale-1": "Half.", "rationale-3": "None."})
    sheets = queries.sheets_of(story.evaluation, story.chair)
    assert sheets[1].draft[mandatory.key]["rationale"] == TYPED
    assert (sheets[1].draft[first.key]["verdict"], sheets[3].draft[first.key]["rationale"]) == ("2", "None.")
    late = post(chantal, story, f"/criteria/{first.key}", {"rationale-2": TYPED, "rationale-3": "Some."}, 409)
    assert TYPED in late
    db.session.expire_all()
    assert queries.sheets_of(story.evaluation, story.chair)[3].draft[first.key]["rationale"] == "Some."


def statements(client: FlaskClient, story: Story, path: str) -> int:
    seen: list[str] = []
    db.session.remove()

    def note(_c: object, _u: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        page(client, story, path)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def test_comparing_and_the_sheet_ask_as_many_statements_for_ten_proposals_as_for_two(
    app: Flask, sign_in: SignIn
) -> None:
    asked = []
    for bidders in (2, 10):
        story = make_opened(bidders=bidders, department=f"rivers{bidders}")
        client, first = sign_in(story.chair), queries.criteria_of(story.opportunity)[1]
        paths = ["/1", f"/criteria/{first.key}", ""]
        asked.append([statements(client, story, path) for path in paths])
    assert asked[0] == asked[1]


def test_whoever_declares_a_conflict_with_one_proposal_no_longer_reads_it(app: Flask, sign_in: SignIn) -> None:
    story = make_opened()
    third = make_user("Tara Third")
    place = actions.invite(story.opportunity, third.email, by=story.officer, at=AFTER)
    actions.answer(place, accepts=True, conflict=False, words=NO_CONFLICT, by=third, at=AFTER)
    db.session.commit()
    tara = sign_in(third)
    assert "in your own words" in post(tara, story, "/1/conflict", {"words": "no"}, 422).lower()
    post(tara, story, "/1/conflict", {"words": "The author is my cousin."})
    address = f"/en/opportunities/{story.opportunity.number}/evaluation/1"
    answer = tara.get(address)
    assert (answer.status_code, "answers this" in answer.text) == (403, False)
    assert "Conflict" in page(tara, story)
    shown = page(sign_in(story.officer), story, "/panel")
    assert "Does not judge proponent 1." in shown
    assert "The author is my cousin." in shown


def test_the_officer_reminds_once_a_day(app: Flask, sign_in: SignIn) -> None:
    story = make_opened()
    olive = sign_in(story.officer)
    assert "Remind Mehdi Karimi" in page(olive, story, "/panel")
    place = queries.find_place(story.opportunity, story.member)
    assert place is not None
    post(olive, story, f"/panel/{place.key}", {"act": "remind"})
    shown = page(olive, story, "/panel")
    assert "Remind Mehdi Karimi" not in shown
    assert "Reminded on" in shown
    post(olive, story, f"/panel/{place.key}", {"act": "remind"}, 409)


def test_the_panel_page_hints_at_a_shared_github_organization(app: Flask, sign_in: SignIn) -> None:
    story = make_opened()
    organization = make_organization(make_user("Owen Owner"))
    organization.github_organization = "Three-Pines"
    story.proposals[0].organization = organization
    story.member.links = ["https://github.com/three-pines/tides"]
    db.session.commit()
    shown = page(sign_in(story.officer), story, "/panel")
    assert shown.count("is linked to the GitHub organization of a proponent") == 1


def test_a_proponent_is_invited_and_reads_the_invitation(app: Flask, sign_in: SignIn) -> None:
    story = make_interviewing()
    number, key = story.proponent(0).number, story.proposals[0].key
    olive, bidder = sign_in(story.officer), sign_in(story.authors[0])
    assert bidder.get(f"/en/proposals/{key}/invitation").status_code == 404
    sent = {"starts_at": "2026-07-07T10:00", "place": "", "words": TYPED, "seen": "0"}
    refused = post(olive, story, f"/{number}/invitation", sent, 422)
    assert TYPED in refused
    assert "2026-07-07T10:00" in refused
    assert "days that the plan published" in post(
        olive, story, f"/{number}/invitation", {**sent, "place": "Room 3", "starts_at": "2026-07-17T10:00"}, 422
    )
    post(olive, story, f"/{number}/invitation", {**sent, "place": "Room 3"})
    stale = post(olive, story, f"/{number}/invitation", {**sent, "place": "Room 4"}, 409)
    assert "Room 4" in stale
    shown = bidder.get(f"/en/proposals/{key}/invitation").text
    assert "2026-07-07T14:00" in shown
    assert TYPED in shown
    assert "juillet" in bidder.get(f"/fr/propositions/{key}/invitation").text
    assert sign_in(story.authors[1]).get(f"/en/proposals/{key}/invitation").status_code == 404
    assert "Held on" in page(sign_in(story.chair), story, f"/{number}")
