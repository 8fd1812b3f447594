"""The whole main job in Chromium, in French, from posting to the last payment."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page

from auth.models import User
from tests.browser.french import FrenchPerson
from tests.conftest import Travel
from tests.journeys import story
from tests.journeys.story import CLOSING, Town

pytestmark = pytest.mark.browser


class FrenchTown(Town):
    """The people of the story, each at a browser of their own."""

    open_page: Callable[..., Page]
    open_visitor: Callable[[], Page]

    def visit(self, name: str, address: str = "/fr/") -> FrenchPerson:
        """Let a person (or nobody signed in) come to an address."""
        page = self.open_page(User(key=self.keys[name])) if name in self.keys else self.open_visitor()
        return FrenchPerson(page, self.app, name).opens(address)


@pytest.fixture
def town(
    app: Flask, travel: Travel, sign_in: Callable[[User], FlaskClient], as_person: Callable[..., Page],
    open_context: Callable[..., object],
) -> FrenchTown:  # fmt: skip
    """Everybody of the story, at noon on 10 June 2026."""
    people = FrenchTown(app, sign_in, travel)
    people.open_page = as_person
    people.open_visitor = lambda: open_context().new_page()  # type: ignore[attr-defined]
    return people


def test_un_besoin_devient_un_travail_paye(town: FrenchTown) -> None:
    number = story.posts(town)
    town.visit("nobody", "/en/opportunities").reads("Jauges fluviales sur une carte")
    dora = town.visit("Dora", f"/en/opportunities/{number}/ask")
    dora.presses("Ask the question", {"body": "Peut-on se servir de Rust?"})
    bea = town.visit("Bea", f"/en/opportunities/{number}/manage").follows("Answer the next question")
    answers = {"wording_en": "Rust?", "wording_fr": "Rust?", "answer_en": "Yes.", "answer_fr": "Oui, volontiers."}
    bea.presses("Publish the answer", answers)
    town.visit("nobody", f"/en/opportunities/{number}/questions").reads("Oui, volontiers.")

    story.proposes(town, "Arun", number, answers="Le meilleur : quatre étapes claires.")
    story.proposes(town, "Rosa", number, alone=False)
    story.forms_a_panel(town, number)
    town.travel(CLOSING)
    town.work()
    story.opens_the_proposals(town, number)
    story.scores(town, number, lambda said: "5" if "Le meilleur" in said else "3")
    story.awards(town, number)

    contract = story.agrees(town, "Arun", number)
    for position in (1, 2):
        story.delivers(town, "Arun", contract, position)
        story.is_paid(town, contract, position)
    town.visit("Bea", f"{contract}/complete").presses("Complete the contract")
    town.visit("nobody", contract).reads("Completed", "9 000 $")
    story.whole_lives(("opportunity", "proposal", "award", "contract", "milestone", "payment"))
