"""The pages of rounds, meetings, comparison, conflicts and invitations; nothing typed is lost."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.db import db
from auth.models import User
from evaluations import actions, queries
from evaluations.actions.sheets import Typed
from evaluations.models import Sheet
from tests.conftest import Travel
from tests.evaluations.staged import agree_on, make_interviewing, make_staged, meet, open_licence, rated, read_all
from tests.evaluations.story import AFTER, NO_CONFLICT, WHY, Story, judge, make_opened
from tests.evaluations.test_views import page, post, sheet_of
from tests.factories import make_user

SignIn = Callable[[User], FlaskClient]
TYPED = "Seven otters read the gauges at dawn."


@pytest.fixture(autouse=True)
def _after_the_closing(travel: Travel) -> None:
    travel(AFTER + timedelta(hours=1))


def cell_of(
    story: Story, author: int, verdict: str, rationale: str = TYPED, seen: int = 0, **more: str
) -> dict[str, str]:
    """What the chair sends for the reading of one proposal."""
    number, key = story.proponent(author).number, rated(story).key
    return {
        "cell": f"{number}.{key}", f"p{number}-act": "agree", f"p{number}-seen": str(seen),
        f"p{number}-verdict-{key}": verdict, f"p{number}-rationale-{key}": rationale,
        **{f"p{number}-{name}-{key}": value for name, value in more.items()},
    }  # fmt: skip


def make_meeting(rows: tuple[tuple[int, int], ...] = ((5, 1), (3, 3))) -> Story:
    story = make_staged(len(rows))
    read_all(story, rows)
    meet(story)
    return story


def test_two_rounds_are_judged_in_the_browser(app: Flask, sign_in: SignIn) -> None:
    story = make_staged()
    chantal, olive = sign_in(story.chair), sign_in(story.officer)
    assert "Round 1 of 2: Mandatory, Reading" in page(chantal, story)
    read_all(story, [(5, 1), (3, 3)])
    assert "Begin the meeting" in page(chantal, story)
    post(chantal, story, "/consensus", {"act": "meet", "attendees": [story.chair.key, story.member.key]})  # type: ignore[dict-item]
    assert "Follow the meeting" in page(sign_in(story.member), story)
    for author in range(2):
        post(chantal, story, "/consensus", cell_of(story, author, "3"))
    assert "Let proposals go on" in page(olive, story)
    shown = page(olive, story, "/advance")
    assert "36.00" in shown
    assert "tie at the cut" in shown
    post(olive, story, "/advance")
    assert "0 of 2 scored · 2 left" in page(chantal, story)
    assert "Bidder 1" in page(chantal, story, f"/{story.proponent(0).number}")
    assert "nobody was invited yet" in page(chantal, story, f"/{story.proponent(0).number}")


def test_the_page_of_who_goes_on_says_why_the_others_do_not(app: Flask, sign_in: SignIn) -> None:
    story = make_interviewing(((5, 4), (2, 3)))
    out = story.proponent(1).number
    shown = page(sign_in(story.chair), story)
    assert f"Proponent {out}: Not among the best that go on" in shown
    assert "entrevue" in page(sign_in(story.chair), story, "", "fr").lower()


def test_where_the_panel_differs_most_comes_first_with_every_reason_in_view(app: Flask, sign_in: SignIn) -> None:
    story = make_meeting(((3, 3), (5, 1)))
    shown = page(sign_in(story.chair), story, "/consensus")
    wide, narrow = (shown.index(f"Proponent {story.proponent(author).number}, Approach") for author in (1, 0))
    assert wide < narrow
    assert "differ by 4" in shown
    assert "all gave the same" in shown
    assert shown.count(WHY) == 4
    assert "style=" not in shown


def test_a_refused_agreement_keeps_what_was_typed(app: Flask, sign_in: SignIn) -> None:
    story = make_meeting(((5, 4), (3, 3)))
    chantal = sign_in(story.chair)
    again = post(chantal, story, "/consensus", cell_of(story, 0, "1"), 422)
    assert "Say why it lies outside what members gave." in again
    assert 'value="meet"' in again
    assert TYPED in again
    assert "Choose points from 0 to 5." in post(chantal, story, "/consensus", cell_of(story, 0, ""), 422)
    post(chantal, story, "/consensus", cell_of(story, 0, "1", outside="Both misread the second annex."))


def test_who_comes_second_to_a_cell_reads_what_stands_beside_what_they_typed(app: Flask, sign_in: SignIn) -> None:
    story = make_meeting(((5, 4), (3, 3)))
    agree_on(story, 0, "5")
    late = post(sign_in(story.chair), story, "/consensus", cell_of(story, 0, "4"), 409)
    assert "This was agreed on meanwhile." in late
    assert TYPED in late
    assert "Agreed: 5 of 5." in late
    seen = re.search(rf'name="p{story.proponent(0).number}-seen"[^>]*value="(\d+)"', late)
    assert seen is not None
    post(sign_in(story.chair), story, "/consensus", cell_of(story, 0, "4", seen=int(seen[1])))
    assert queries.agreements(story.evaluation)[story.proponent(0).id, rated(story).id].points == 4


def test_what_comes_after_the_round_is_shown_to_be_copied(app: Flask, sign_in: SignIn) -> None:
    story = make_interviewing()
    assert TYPED in post(sign_in(story.chair), story, "/consensus", cell_of(story, 0, "4"), 409)


def test_members_read_and_only_the_chair_writes(app: Flask, sign_in: SignIn) -> None:
    story = make_meeting()
    mehdi = sign_in(story.member)
    shown = page(mehdi, story, "/consensus")
    assert "Take it down" not in shown
    assert "differ by 4" in shown
    post(mehdi, story, "/consensus", cell_of(story, 0, "4"), 403)
    olive = sign_in(story.officer)
    assert olive.get(f"/en/opportunities/{story.opportunity.number}/evaluation/consensus").status_code == 404


def test_another_member_confirms_that_a_criterion_is_not_met(app: Flask, sign_in: SignIn) -> None:
    story = make_staged()
    judge(story, 0, story.chair, (4,), met=False)
    judge(story, 0, story.member, (4,))
    for person in (story.chair, story.member):
        judge(story, 1, person, (3,))
    meet(story)
    assert "1 of 2 find it not met" in page(sign_in(story.chair), story, "/consensus")
    made = actions.agree(story.proponent(0), open_licence(story), Typed("not_met", WHY), by=story.chair, at=AFTER)
    db.session.commit()
    assert "Waits for a second person" in page(sign_in(story.chair), story, "/consensus")
    assert "Confirm that it is not met" not in page(sign_in(story.chair), story, "/consensus")
    assert "Confirm that it is not met" in page(sign_in(story.member), story, "/consensus")
    waiting = [
        [one.endpoint for one in queries.awaiting(who, AFTER)] for who in (story.chair, story.member, story.officer)
    ]
    assert waiting == [["evaluations.consensus"], ["evaluations.consensus"], []]
    post(sign_in(story.member), story, "/consensus", {"act": "second", "agreement": str(made.id)})
    assert "Confirmed by Mehdi Karimi" in page(sign_in(story.chair), story, "/consensus")


def test_where_the_chair_declared_a_conflict_another_member_writes(app: Flask, sign_in: SignIn) -> None:
    story = make_staged()
    third = make_user("Tara Third")
    place = actions.invite(story.opportunity, third.email, by=story.officer, at=AFTER)
    actions.answer(place, accepts=True, conflict=False, words=NO_CONFLICT, by=third, at=AFTER)
    read_all(story, [(5, 1), (3, 3)])
    for author in range(2):
        judge(story, author, third, (3,))
    actions.recuse_from(story.proponent(0), words="The author is my cousin.", by=story.chair, at=AFTER)
    actions.meet(story.evaluation, [story.chair, story.member, third], by=story.chair, at=AFTER)
    db.session.commit()
    title = f"Proponent {story.proponent(0).number}, Approach"
    assert title not in page(sign_in(story.chair), story, "/consensus")
    shown = page(sign_in(third), story, "/consensus")
    assert (title in shown, shown.count("Take it down")) == (True, 1)
    post(sign_in(third), story, "/consensus", cell_of(story, 0, "3"))
    post(sign_in(third), story, "/consensus", cell_of(story, 1, "3"), 403)


@pytest.mark.parametrize("how", ["locked", "disqualified"])
def test_a_late_sheet_is_refused_and_shown_again(app: Flask, sign_in: SignIn, how: str) -> None:
    story = make_opened()
    number = story.proponent(0).number
    chantal = sign_in(story.chair)
    if how == "locked":
        for author in range(2):
            for person in (story.chair, story.member):
                judge(story, author, person, (4, 4))
        actions.lock(story.evaluation, by=story.chair, at=AFTER)
    else:
        actions.disqualify(story.proponent(0), reason="It offers a closed licence.", by=story.officer, at=AFTER)
    db.session.commit()
    late = post(chantal, story, f"/{number}", sheet_of(story, "2", TYPED), 409)
    assert "Scores can no longer be given or revised here." in late
    assert late.count(TYPED) == 3
    address = f"/en/opportunities/{story.opportunity.number}/evaluation/{number}"
    assert chantal.post(address, data=sheet_of(story), headers={"X-Autosave": "1"}).status_code == 409


def test_a_sheet_of_the_round_before_is_refused_and_shown_again(app: Flask, sign_in: SignIn) -> None:
    story = make_interviewing()
    key = rated(story).key
    sent = {"round": "1", "act": "submit", f"verdict-{key}": "4", f"rationale-{key}": TYPED}
    assert TYPED in post(sign_in(story.chair), story, f"/{story.proponent(0).number}", sent, 409)


def test_the_last_sheet_is_submitted_without_a_next_one(app: Flask, sign_in: SignIn) -> None:
    story = make_opened()
    chantal = sign_in(story.chair)
    assert "Submit and go to the next" in page(chantal, story, "/1")
    assert "0 of 2 scored · 2 left" in page(chantal, story, "/1")
    post(chantal, story, "/1", sheet_of(story))
    last = page(chantal, story, "/2")
    assert "Submit and go to the next" not in last
    assert "1 of 2 scored · 1 left" in last


@pytest.mark.parametrize("path", ["/consensus", "/suite", "/criteres/{key}", "/1/conflit"])
def test_the_pages_of_a_meeting_speak_french(app: Flask, sign_in: SignIn, path: str) -> None:
    story = make_staged()
    key = rated(story).key
    if path in ("/consensus", "/suite"):
        read_all(story, [(5, 4), (3, 3)])
        meet(story)
    if path == "/suite":
        for author, points in enumerate("53"):
            agree_on(story, author, points)
    shown = page(sign_in(story.chair), story, path.format(key=key), "fr")
    assert 'lang="fr"' in shown
    assert db.session.query(Sheet).count() in (0, 4)
