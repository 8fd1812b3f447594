"""A panel at Chromium: people whose every page is looked at, in one language, and what the chair takes down."""

from collections.abc import Callable, Container
from dataclasses import dataclass, field
from typing import Any, Self

from flask import Flask, url_for
from playwright.sync_api import Locator, Page

from app.core.db import db
from auth.models import User
from evaluations import queries
from opportunities.models import Criterion, EvaluationPlan, Stage
from tests.browser.french import BrowserPerson, FrenchPerson
from tests.browser.looking import overflow, violations
from tests.evaluations.staged import HELD_FROM, HELD_UNTIL
from tests.evaluations.story import WHY, Story
from tests.factories import both

OpenPage = Callable[..., Page]
NARROW = ("consensus", "compare", "analysis", "ranking")


def staged_plan() -> EvaluationPlan:
    """Make the plan: one criterion to meet, three to rate of which the best three go on, an interview, a price."""
    plan = EvaluationPlan(format="staged_team", formula="lowest", price_weight=20)
    must = Stage(position=1, kind="mandatory", title=both("Requirements", "Exigences"))
    must.criteria.append(make_criterion(1, "Open licence", "Licence libre", 0))
    paper = Stage(position=2, kind="rated", title=both("Answers", "Réponses"), settled_by="consensus")
    paper.criteria.extend(
        [make_criterion(1, "Approach", "Démarche", 30), make_criterion(2, "Experience", "Expérience", 20)]
    )
    access = Stage(position=3, kind="rated", title=both("Accessibility", "Accessibilité"), top_n=3)
    access.criteria.append(make_criterion(1, "For everybody", "Pour tout le monde", 10))
    talk = Stage(
        position=4, kind="interview", title=both("Interview", "Entrevue"), held_from=HELD_FROM, held_until=HELD_UNTIL
    )
    talk.criteria.append(make_criterion(1, "Questions of the panel", "Questions du comité", 20, 10))
    plan.stages.extend([must, paper, access, talk])
    return plan


def make_criterion(position: int, en: str, fr: str, weight: int, most: int = 5) -> Criterion:
    """Make a criterion; a weight of 0 where it is met or not."""
    return Criterion(
        position=position, title=both(en, fr), earns=both("It says how.", "On dit comment."), weight=weight,
        max_points=most, word_limit=300,
    )  # fmt: skip


class Looking(BrowserPerson):
    """Somebody whose every page is looked at as they come to it."""

    seen: set[str]
    faults: list[object]
    narrow: Container[str] = NARROW
    """Which pages are also looked at on a phone."""

    def _look(self) -> Self:
        super()._look()
        page = self.addresses.match(self.address)[0]
        if page not in self.seen:
            self.seen.add(page)
            self.faults += [(page, *one) for one in violations(self.sees)]
            if page.split(".")[1] in self.narrow:
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
