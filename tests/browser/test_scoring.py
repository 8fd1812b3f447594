"""Scoring with the keys: few of them, and the answer beside each score."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.core.db import db
from evaluations import queries
from opportunities.models import Criterion, EvaluationPlan, Stage
from proposals import actions as proposal_actions
from tests.conftest import NOON, Travel
from tests.evaluations.story import AFTER, make_panel, make_story, open_all, propose
from tests.factories import both

ANSWER = " ".join(["We read the gauges at dawn, write the level down and compare it with the one upstream."] * 17)
MOST_KEYS = 12
SEEN = """box => { const place = box.getBoundingClientRect(); return place.top >= 0 && place.bottom <= innerHeight; }"""


def plan_of_four() -> EvaluationPlan:
    plan = EvaluationPlan(format="fixed_price", formula="none", price_weight=0)
    rated = Stage(position=1, kind="rated", title=both("Rated", "Cotée"))
    for position in range(1, 5):
        title = both(f"Criterion {position}")
        rated.criteria.append(
            Criterion(position=position, title=title, earns=both("Clear steps"), weight=25, word_limit=300)
        )
    plan.stages.append(rated)
    return plan


@pytest.fixture
def sheet(app: Flask, travel: Travel, as_person: Callable[..., Page], live: str) -> Any:
    """The first of two sheets of four criteria, reached from the evaluation's page."""
    story = make_story(plan_of_four())
    make_panel(story)
    for _bidder in range(2):
        proposal = propose(story)
        answers = {one.key: ANSWER for one in queries.criteria_of(story.opportunity)}
        author = story.authors[-1]
        proposal_actions.save_approach(proposal, answers, by=author, at=NOON)
        proposal_actions.submit(proposal, accepted=(), by=author, at=NOON)
    open_all(story)
    db.session.commit()
    travel(AFTER + timedelta(hours=1))
    page = as_person(story.chair, reduced_motion="reduce")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{live}/en/opportunities/{story.opportunity.number}/evaluation")
    page.get_by_role("link", name="Score proponent 1").click()
    page.wait_for_url("**/evaluation/1#main")
    page.wait_for_load_state()
    return page


def test_four_criteria_are_scored_with_few_keys_and_each_answer_in_view(sheet: Page) -> None:
    keys = ["Tab", "4", "Tab", "Tab", "3", "Tab", "Tab", "5", "Tab", "Tab", "0"]
    for key in keys:
        sheet.keyboard.press(key)
    chosen = sheet.eval_on_selector_all("input[type=radio]:checked", "boxes => boxes.map(box => box.value)")
    assert chosen == ["4", "3", "5", "0"]
    assert len([*keys, "Enter"]) <= MOST_KEYS
    for part in sheet.locator("section.sheet").all():
        part.locator("input[type=radio]").first.focus()
        assert part.locator("h2").evaluate(SEEN)
        assert all(box.evaluate(SEEN) for box in part.locator("input[type=radio]").all())
        text = part.locator(".text").bounding_box()
        assert text is not None
        assert 0 <= text["y"] < 800
