"""A staged evaluation in Chromium from opening to debrief: three evaluators, one conflict, one disqualification.

One story, played once by people who read English and once by people who read French. Every page they come to is also
looked at for accessibility; what they work on longest must not scroll sideways on a phone.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask, url_for
from playwright.sync_api import Page, expect

from auth.models import User
from evaluations import actions
from tests.browser.panel import Looking, OpenPage, Play, agrees, staged_plan, typed_reason
from tests.conftest import NOON, Travel
from tests.evaluations.story import AFTER, NO_CONFLICT, WHY, make_panel, make_story, propose
from tests.factories import make_user

pytestmark = pytest.mark.browser

NAMES = ("Arun Author", "Rosa Rival", "Wei Writer", "Dora Developer")
PRICES = (900_000, 800_000, 850_000, 700_000)
READING = {"Chantal": (5, 4, 3, 1), "Mehdi": (4, 3, 4, 2), "Tara": (4, 4, 0, 1)}
"""Points for what the bidders wrote, each proposal's the same on every criterion; Tara does not judge Wei."""
TALK = {"Chantal": (9, 6, 7), "Mehdi": (8, 7, 6), "Tara": (9, 6, 0)}
AFTER_THE_TALK = datetime(2026, 7, 7, 20, 0, tzinfo=UTC)
"""The day of the interviews; nobody is scored for what is still to come."""
COUSIN = "The author of this proposal is my cousin."
ANNEX = "Both of us misread the second annex at first; it leaves the sensors out."
LATE = "Seven otters read the gauges at dawn, and nobody else did."
CLOSED = "It offers a licence that is not open, against the first requirement."
ASKED = "Why did the approach earn four points and not five?"


@pytest.fixture(params=["en", "fr"])
def play(
    request: pytest.FixtureRequest, app: Flask, travel: Travel, as_person: OpenPage,
    open_context: Callable[..., object],
) -> Play:  # fmt: skip
    """Four proposals and a panel of three, an hour after the closing."""
    story = make_story(staged_plan())
    make_panel(story)
    tara = make_user("Tara Third")
    place = actions.invite(story.opportunity, tara.email, by=story.officer, at=NOON)
    actions.answer(place, accepts=True, conflict=False, words=NO_CONFLICT, by=tara, at=NOON)
    for name, cents in zip(NAMES, PRICES, strict=True):
        propose(story, name, price_cents=cents, language=request.param)
    travel(AFTER)
    people = {"Olive": story.officer, "Samir": story.second, "Chantal": story.chair, "Mehdi": story.member}
    people |= {"Tara": tara} | {one.name.split()[0]: one for one in story.authors}
    keys = {name: User(key=one.key) for name, one in people.items()}

    def open_page(user: User | None) -> Page:
        return as_person(user) if user else open_context().new_page()  # type: ignore[attr-defined]

    return Play(app, open_page, request.param, story, keys)


def test_a_staged_evaluation_is_played_from_opening_to_debrief(play: Play, travel: Travel) -> None:
    opens(play)
    declares_a_conflict(play)
    scores(play, READING)
    compares(play)
    meets(play)
    goes_on(play)
    invites(play)
    travel(AFTER_THE_TALK)
    play.people.clear()  # four weeks later everybody signs in again
    scores(play, TALK)
    play.at("Olive", "disqualify", proponent=play.number(1)).presses("Disqualify", {"reason": CLOSED})
    play.at("Chantal").follows("Lock quality").presses("Lock quality")
    examines(play)
    awards(play)
    reads_the_debrief(play)
    reads_the_decision(play)
    assert play.faults == []


def opens(play: Play) -> None:
    """Two officers open the proposals."""
    play.at("Olive").presses("Begin the opening").reads("It waits for a second person")
    play.at("Samir").presses("Complete the opening").reads("Under way", "Proponent 4")


def declares_a_conflict(play: Play) -> None:
    """An evaluator finds her cousin among the proponents, and no longer reads that proposal."""
    tara = play.at("Tara", "sheet", proponent=play.number(2)).follows("Declare a conflict with this proposal")
    tara.presses("Declare, and judge the others", {"words": COUSIN})
    tara.reads("You no longer judge proponent %(number)s. The officer was told.", "Conflict")
    play.at("Olive", "panel").reads(COUSIN)


def scores(play: Play, points: Mapping[str, tuple[int, ...]]) -> None:
    """Each evaluator scores every proposal put before them in this round."""
    numbers = {play.number(author): author for author in range(len(NAMES))}
    for name, row in points.items():
        person = play.at(name).follows("Score proponent")
        for _each in filter(None, row):
            author = numbers[int(person.address.rsplit("/", 1)[1])]
            person.presses("Submit", judgements(person, row[author]))
            person.reads("Your scores for proponent %(number)s are in.")


def judgements(person: Looking, points: int) -> dict[str, str]:
    """Type the same points and a reason for each criterion of a sheet; what must be met is met."""
    names = {name for form in person.page.forms for name in form.names}
    mandatory = {one for one in names if person.sees.locator(f'[name="{one}"][value="met"]').count()}
    typed = {one: "met" if one in mandatory else str(points) for one in names if one.startswith("verdict-")}
    return typed | dict.fromkeys((one for one in names if one.startswith("rationale-")), WHY)


def compares(play: Play) -> None:
    """One criterion stands across all proposals that one may judge, the own scores beside them."""
    tara = play.at("Tara", "compare", key=play.criterion("Approach").key)
    tara.reads("Arun Author answers this.").reads("Submitted").does_not_read("Wei Writer answers this.")


def meets(play: Play) -> None:
    """The chair takes down what the panel agrees; a score outside the range needs its reason."""
    chantal = play.at("Chantal").follows("Begin the meeting").presses("Begin the meeting")
    approach, experience = play.criterion("Approach"), play.criterion("Experience")
    chantal.reads("%(num)s scores are left to agree on.")
    agrees(play, chantal, 0, approach, "3").reads("Say why it lies outside what members gave.")
    agrees(play, chantal, 0, approach, "3", outside=ANNEX).reads(ANNEX)
    at_the_other_table = play.another("Chantal").opens(chantal.address)
    agrees(play, chantal, 1, approach, "4")
    refused = agrees(play, at_the_other_table, 1, approach, "3", reason=LATE)
    refused.reads("This was agreed on meanwhile. Look at what stands now.", "Agreed: 4 of 5.")
    expect(typed_reason(play, refused, 1, approach)).to_have_value(LATE)
    for author, criterion, points in (
        (0, experience, "5"), (1, experience, "4"), (2, approach, "3"), (2, experience, "4"), (3, approach, "1"),
        (3, experience, "1"),
    ):  # fmt: skip
        agrees(play, chantal, author, criterion, points)
    chantal.reads("The panel has agreed on everything before you.")
    play.at("Mehdi", "consensus").reads(ANNEX)


def goes_on(play: Play) -> None:
    """The best three go on; the fourth is told."""
    olive = play.at("Olive").follows("Let proposals go on")
    olive.reads("Not among the best that go on").presses("Let %(count)s go on")
    olive.reads("The next round has begun. Every bidder of this round was told whether theirs goes on.")


def invites(play: Play) -> None:
    """The officer invites to the interview; the bidder reads when and where."""
    olive = play.at("Olive", "invitations").reads("Not invited")
    olive.opens(f"{_path(play, 'invite_to', proponent=play.number(0))}")
    sent = {"starts_at": "2026-07-07T10:00", "place": "Room 3", "words": "Bring your plan."}
    olive.presses("Send the invitation", sent)
    play.at("Arun", "invitation", key=play.story.proposals[0].key).reads("You are invited", "Room 3")


def _path(play: Play, page: str, **values: Any) -> str:
    with play.app.test_request_context():
        return url_for(f"evaluations.{page}", lang=play.lang, number=play.story.opportunity, **values)


def examines(play: Play) -> None:
    """The officer reads the ranking and how firm it is."""
    olive = play.at("Olive", "ranking").reads("Arun Author", "Wei Writer", CLOSED)
    olive.follows("How firm this ranking is, and how far evaluators agree")
    olive.reads("One bid fewer", "Other weights", "Another price formula", "Alpha, ordinal")


def awards(play: Play) -> None:
    """The officer awards to the first in rank with reasons, after reading the letters."""
    olive = play.at("Olive", "award").presses("Continue to the check", {"reason": WHY})
    olive.reads("Each goes in its reader’s language.").presses("Award opportunity %(number)s to %(name)s")
    olive.reads("The award is made. The winner and every other bidder were told.")


def reads_the_debrief(play: Play) -> None:
    """A bidder reads how it came out, asks, and is answered."""
    wei = play.at("Wei", "debrief", key=play.story.proposals[2].key)
    wei.reads("Another proposal was chosen.", WHY).does_not_read("Rosa Rival", "Chantal Roy")
    wei.follows("Ask about this debrief").presses("Send your question", {"body": ASKED})
    olive = play.at("Olive", "debriefs").follows("Answer the question of proponent %(number)s").reads(ASKED)
    olive.presses("Send the answer", {"answer": "It left the sensors out."})
    play.at("Wei", "debrief", key=play.story.proposals[2].key).reads("It left the sensors out.")
    rosa = play.at("Rosa", "debrief", key=play.story.proposals[1].key)
    rosa.reads("Your proposal was disqualified.", CLOSED)


def reads_the_decision(play: Play) -> None:
    """Anybody reads the decision and has the ranking computed again."""
    anybody = play.at("anybody", "decision").reads("Arun Author").does_not_read("Wei Writer", "Rosa Rival")
    anybody.follows("Check this ranking").reads("The published ranking follows from its inputs.")
