"""A staged evaluation in Chromium from opening to debrief: three evaluators, one conflict, one disqualification.

One story, played once by people who read English and once by people who read French. Every page they come to is also
looked at for accessibility; what they work on longest must not scroll sideways on a phone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Self

import pytest
from flask import Flask, url_for
from playwright.sync_api import Locator, Page, expect

from app.core.db import db
from auth.models import User
from evaluations import actions, queries
from opportunities.models import Criterion, EvaluationPlan, Stage
from tests.browser.french import BrowserPerson, FrenchPerson
from tests.browser.test_pages import AXE, LOOK, overflow
from tests.conftest import NOON, Travel
from tests.evaluations.staged import HELD_FROM, HELD_UNTIL, agree_on, make_staged, rated, read_all
from tests.evaluations.story import AFTER, NO_CONFLICT, WHY, Story, make_panel, make_story, propose
from tests.factories import both, make_plan, make_user

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
NARROW = ("consensus", "compare", "analysis", "ranking")
NAMES = ("Arun Author", "Rosa Rival", "Wei Writer", "Dora Developer")
PRICES = (900_000, 800_000, 850_000, 700_000)
READING = {"Chantal": (5, 4, 3, 1), "Mehdi": (4, 3, 4, 2), "Tara": (4, 4, 0, 1)}
"""Points for what the bidders wrote, each proposal's the same on every criterion; Tara does not judge Wei."""
TALK = {"Chantal": (9, 6, 7), "Mehdi": (8, 7, 6), "Tara": (9, 6, 0)}
COUSIN = "The author of this proposal is my cousin."
ANNEX = "Both of us misread the second annex at first; it leaves the sensors out."
LATE = "Seven otters read the gauges at dawn, and nobody else did."
CLOSED = "It offers a licence that is not open, against the first requirement."
ASKED = "Why did the approach earn four points and not five?"
IN_VIEW = """one => {
  const [top, bottom] = [one.getBoundingClientRect().top, one.getBoundingClientRect().bottom];
  return top < window.innerHeight && bottom > 0;
}"""


def staged_plan() -> EvaluationPlan:
    """Make the plan: one criterion to meet, three to rate of which the best three go on, an interview, a price."""
    plan = EvaluationPlan(format="staged_team", formula="lowest", price_weight=20)
    must = Stage(position=1, kind="mandatory", title=both("Requirements", "Exigences"))
    must.criteria.append(_criterion(1, "Open licence", "Licence libre", 0))
    paper = Stage(position=2, kind="rated", title=both("Answers", "Réponses"), settled_by="consensus")
    paper.criteria.extend([_criterion(1, "Approach", "Démarche", 30), _criterion(2, "Experience", "Expérience", 20)])
    access = Stage(position=3, kind="rated", title=both("Accessibility", "Accessibilité"), top_n=3)
    access.criteria.append(_criterion(1, "For everybody", "Pour tout le monde", 10))
    talk = Stage(
        position=4, kind="interview", title=both("Interview", "Entrevue"), held_from=HELD_FROM, held_until=HELD_UNTIL
    )
    talk.criteria.append(_criterion(1, "Questions of the panel", "Questions du comité", 20, 10))
    plan.stages.extend([must, paper, access, talk])
    return plan


def _criterion(position: int, en: str, fr: str, weight: int, most: int = 5) -> Criterion:
    return Criterion(
        position=position, title=both(en, fr), earns=both("It says how.", "On dit comment."), weight=weight,
        max_points=most, word_limit=300,
    )  # fmt: skip


class Looking(BrowserPerson):
    """Somebody whose every page is looked at as they come to it."""

    seen: set[str]
    faults: list[object]

    def _look(self) -> Self:
        super()._look()
        page = self.addresses.match(self.address)[0]
        if page not in self.seen:
            self.seen.add(page)
            self.sees.evaluate(AXE)
            self.faults += [(page, *one) for one in self.sees.evaluate(LOOK)]
            if page.split(".")[1] in NARROW:
                self._look_on_a_phone(page)
        return self

    def arrives(self) -> Self:
        """Look at the page that an own click led to."""
        return self._look()

    def _look_on_a_phone(self, page: str) -> None:
        self.sees.set_viewport_size({"width": 320, "height": 800})
        self.faults += [(page, "scrolls", overflow(self.sees))] if overflow(self.sees) else []
        self.sees.set_viewport_size({"width": 1280, "height": 800})


class LookingInFrench(Looking, FrenchPerson):
    """The same in French."""


@dataclass
class Play:
    """The story's people, each at a browser of their own, in one language."""

    app: Flask
    open_page: OpenPage
    lang: str
    story: Story
    keys: dict[str, User]
    seen: set[str] = field(default_factory=set)
    faults: list[object] = field(default_factory=list)
    people: dict[str, Looking] = field(default_factory=dict)

    def at(self, name: str, page: str = "", /, **values: Any) -> Looking:
        """Let a person come to a page of the evaluation (or of their own, with a key)."""
        if name not in self.people:
            self.people[name] = self.another(name)
        number: dict[str, Any] = {} if "key" in values and page != "compare" else {"number": self.story.opportunity}
        with self.app.test_request_context():
            address = url_for(f"evaluations.{page or 'show'}", lang=self.lang, **number, **values)
        return self.people[name].opens(address)

    def another(self, name: str) -> Looking:
        """Open another browser for a person."""
        kind = LookingInFrench if self.lang == "fr" else Looking
        person = kind(self.open_page(self.keys.get(name)), self.app, name)
        person.seen, person.faults = self.seen, self.faults
        return person

    def number(self, author: int) -> int:
        """The number of a bidder's proposal (bidders from 0)."""
        db.session.rollback()
        return self.story.proponent(author).number

    def criterion(self, title: str) -> Criterion:
        """Find a criterion by its English title."""
        return next(one for one in queries.criteria_of(self.story.opportunity) if one.title.en == title)


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


def test_a_staged_evaluation_is_played_from_opening_to_debrief(play: Play) -> None:
    opens(play)
    declares_a_conflict(play)
    scores(play, READING)
    compares(play)
    meets(play)
    goes_on(play)
    invites(play)
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


def cell_of(play: Play, person: Looking, author: int, criterion: Criterion) -> Locator:
    """Find the part of the meeting's page about one criterion of one proposal."""
    return person.sees.locator(f'[id="cell-{play.number(author)}.{criterion.key}"]')


def typed_reason(play: Play, person: Looking, author: int, criterion: Criterion) -> Locator:
    """Find the box of the reason for what is agreed there."""
    return cell_of(play, person, author, criterion).locator('[name*="-rationale-"]')


def agrees(
    play: Play, person: Looking, author: int, criterion: Criterion, points: str, *, reason: str = WHY,
    outside: str = "",
) -> Looking:  # fmt: skip
    """Let the chair enter what is agreed."""
    form = cell_of(play, person, author, criterion).locator("form.form")
    form.locator(f'[name*="-verdict-"][value="{points}"]').check()
    form.locator('[name*="-rationale-"]').fill(reason)
    form.locator('[name*="-outside-"]').fill(outside)
    with person.sees.expect_navigation():
        form.get_by_role("button").click()
    return person.arrives()


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
    plan.stages[1].criteria.append(_criterion(3, "For everybody", "Pour tout le monde", 0))
    story = make_story(plan)
    make_panel(story)
    propose(story, answer="\n\n".join(["We say in plain words what we will do and how it can be checked. " * 3] * 2))
    evaluation = actions.begin_opening(story.opportunity, by=story.officer, at=AFTER)
    actions.complete_opening(evaluation, by=story.second, at=AFTER)
    db.session.commit()
    page = as_person(User(key=story.chair.key), viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page.goto(f"/en/opportunities/{story.opportunity.number}/evaluation/1#main")
    return page


def test_four_criteria_are_scored_with_twelve_keys_beside_the_reasons(sheet: Page) -> None:
    for reason in sheet.locator("textarea[name^=rationale]").all():
        reason.fill(WHY)
    sheet.get_by_role("button", name="Save for later").click()
    sheet.goto(f"{sheet.url}#main")
    met, *points = ["Tab", "ArrowDown"], *[["Tab", "Tab", "4"]] * 3
    pressed = [*met, *(key for keys in points for key in keys), "Enter"]
    for key in pressed[:-1]:
        sheet.keyboard.press(key)
    chosen = sheet.locator("input[type=radio]:checked").evaluate_all("all => all.map(one => one.value)")
    with sheet.expect_navigation():
        sheet.keyboard.press(pressed[-1])
    expect(sheet.locator("main")).to_contain_text("Your scores for proponent 1 are in.")
    assert (len(pressed), chosen[1:]) == (12, ["4", "4", "4"])


def test_criterion_and_answer_are_in_view_at_every_score_field(sheet: Page) -> None:
    for section in sheet.locator("section.sheet").all():
        for box in section.locator("input[type=radio], textarea").all():
            box.focus()
            assert section.locator("h2").evaluate(IN_VIEW), box
            assert section.locator(".text").evaluate(IN_VIEW), box
