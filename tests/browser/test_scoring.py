"""What evaluators work on longest: the score sheet by keys and in sight, and the meeting without script."""

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.core.db import db
from auth.models import User
from evaluations import actions
from tests.browser.panel import OpenPage, Play, agrees, make_criterion, typed_reason
from tests.conftest import Travel
from tests.evaluations.staged import agree_on, make_staged, rated, read_all
from tests.evaluations.story import AFTER, WHY, make_panel, make_story, propose
from tests.factories import make_plan

pytestmark = pytest.mark.browser

ANNEX = "Both of us misread the second annex at first; it leaves the sensors out."
LATE = "Seven otters read the gauges at dawn, and nobody else did."
IN_VIEW = """one => {
  const [top, bottom] = [one.getBoundingClientRect().top, one.getBoundingClientRect().bottom];
  return top < window.innerHeight && bottom > 0;
}"""


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_meeting_is_held_without_script(app: Flask, travel: Travel, as_person: OpenPage, lang: str) -> None:
    travel(AFTER + timedelta(hours=1))
    story = make_staged(2)
    read_all(story, [(5, 4), (3, 3)])
    page = as_person(User(key=story.chair.key), java_script_enabled=False)
    play = Play(app, lambda _: page, lang, story, {}, seen={"evaluations.consensus"})
    chantal = play.at("Chantal", "consensus").presses("Begin the meeting")
    reading = rated(story)
    agrees(play, chantal, 0, reading, "1", reason=LATE).reads("Say why it lies outside what members gave.")
    expect(typed_reason(play, chantal, 0, reading)).to_have_value(LATE)
    agree_on(story, 0, "5")
    agrees(play, chantal, 0, reading, "1", reason=LATE, outside=ANNEX).reads("This was agreed on meanwhile.")
    expect(typed_reason(play, chantal, 0, reading)).to_have_value(LATE)
    agrees(play, chantal, 0, reading, "4", reason=LATE).reads("Agreed: 4 of 5.")
    agrees(play, chantal, 1, reading, "3").reads("The panel has agreed on everything before you.")


@pytest.fixture
def sheet(app: Flask, travel: Travel, as_person: OpenPage) -> Page:
    """The chair's sheet for a proposal of four criteria answered at length, at 1280 by 800."""
    travel(AFTER + timedelta(hours=1))
    plan = make_plan()
    plan.stages[1].criteria.append(make_criterion(3, "For everybody", "Pour tout le monde", 0))
    story = make_story(plan)
    make_panel(story)
    propose(story, answer="\n\n".join(["We say in plain words what we will do and how it can be checked. " * 3] * 2))
    evaluation = actions.begin_opening(story.opportunity, by=story.officer, at=AFTER)
    actions.complete_opening(evaluation, by=story.second, at=AFTER)
    db.session.commit()
    page = as_person(User(key=story.chair.key), viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page.goto(f"/en/opportunities/{story.opportunity.number}/evaluation/1")
    return page


def test_four_criteria_are_scored_with_eleven_keys_beside_the_reasons(sheet: Page) -> None:
    for reason in sheet.locator("textarea[name^=rationale]").all():
        reason.fill(WHY)
    with sheet.expect_navigation():
        sheet.get_by_role("button", name="Save for later").click()
    expect(sheet.locator("body")).to_contain_text("Nothing is submitted yet.")
    sheet.goto(sheet.url)
    pressed = ["Space", *["Tab", "Tab", "4"] * 3, "Enter"]
    for key in pressed[:-1]:
        sheet.keyboard.press(key)
    chosen = sheet.locator("input[type=radio]:checked").evaluate_all("all => all.map(one => one.value)")
    with sheet.expect_navigation():
        sheet.keyboard.press(pressed[-1])
    expect(sheet.locator("main")).to_contain_text("Your scores for proponent 1 are in.")
    assert (len(pressed), chosen) == (11, ["met", "4", "4", "4"])


def test_a_sheet_opens_at_its_top_with_the_first_score_under_the_keys(sheet: Page) -> None:
    begin = sheet.locator("input[type=radio]").first
    expect(begin).to_be_focused()
    for one in (sheet.locator("h1"), sheet.locator("section.sheet .text").first, begin):
        assert one.evaluate(IN_VIEW), one
    sheet.set_viewport_size({"width": 320, "height": 800})
    sheet.reload()
    expect(begin).not_to_be_focused()
    assert sheet.evaluate("window.scrollY") == 0


def test_criterion_and_answer_are_in_view_at_every_score_field(sheet: Page) -> None:
    for section in sheet.locator("section.sheet").all():
        for box in section.locator("input[type=radio], textarea").all():
            box.focus()
            assert section.locator("h2").evaluate(IN_VIEW), box
            assert section.locator(".text").evaluate(IN_VIEW), box
