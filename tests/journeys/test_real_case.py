"""The one opportunity that ESDC's micro-acquisition pilot posted, taken from its two files to its last payment."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from auth.models import User
from tests.conftest import Travel
from tests.factories import make_department
from tests.journeys import story
from tests.journeys.story import CLOSING, Town

CASE = Path(__file__).parents[3] / "shared" / "cases" / "esdc-2021"
PAGES = {
    "need": {"users_en": "Cloud teams of departments.", "users_fr": "Les équipes infonuagiques des ministères."},
    "terms": {"licence": "MIT", "repository": "https://github.com/example/policies", "work_language": "either"},
    "dates": {"length": "date", "closing_at": "2026-06-24T14:00"},
    "milestones": {
        "milestones-0-accepted_when_en": "The acceptance criteria hold.",
        "milestones-0-accepted_when_fr": "Les critères d’acceptation sont remplis.",
    },
}
"""What the two files do not say and publication asks for; the closing of 2021 has passed."""


@pytest.fixture
def town(app: Flask, travel: Travel, sign_in: Callable[[User], FlaskClient]) -> Town:
    """Employment and Social Development Canada, with everybody of the story."""
    return Town(app, sign_in, travel, make_department("esdc"))


def paragraphs(language: str) -> Iterator[str]:
    """Give each paragraph of a file, bare: its letters and digits alone; headings, tags and link targets left out."""
    text = (CASE / f"opportunity-{language}.md").read_text(encoding="utf-8").split("---", 2)[2]
    text = re.sub(r"\]\([^)]*\)", "]", re.sub(r"^#.*$|<[^>]*>", "", text, flags=re.MULTILINE))
    for part in re.split(r"\n\s*\n", text):
        if bare(part):
            yield bare(part)


def bare(text: str) -> str:
    """Leave out everything but letters and digits, and the numbers that begin the lines of a list."""
    return "".join(sign for sign in re.sub(r"^\s*\d+\.\s", "", text, flags=re.MULTILINE) if sign.isalnum())


@pytest.mark.skipif(not CASE.is_dir(), reason="for want of ../shared/cases")
def test_the_real_case_is_imported_published_drawn_and_paid(town: Town) -> None:
    files = [str(CASE / f"opportunity-{language}.md") for language in ("en", "fr")]
    said = town.app.test_cli_runner().invoke(
        args=["import-opportunity", *files, "--department", "esdc", "--author", town.addresses["Bea"]]
    )
    number = int(re.findall(r"Draft (\d+)", said.output)[0])
    for language, address in (("en", f"/en/opportunities/{number}/preview"), ("fr", f"/fr/defis/{number}/apercu")):
        shown = bare(town.visit("Bea", address).page.text)
        assert [one for one in paragraphs(language) if one not in shown] == []

    bea = town.visit("Bea")
    for page, texts in PAGES.items():
        bea.opens(f"/en/opportunities/{number}/draft/{page}").presses("Save and continue", texts)
    bea.reads("Everything is there. Send it for review.").follows("Send for review").presses("Send for review")
    story.publishes(town, number)
    town.visit("nobody", f"/en/opportunities/{number}").reads("$6,500", "Azure")

    for name in ("Arun", "Rosa", "Wei", "Dora"):
        words = "I wrote none yet." if name == "Dora" else "I wrote twelve such policies."
        story.proposes(town, name, number, answers=words)
    story.forms_a_panel(town, number)
    town.travel(CLOSING)
    town.work()
    story.opens_the_proposals(town, number)
    story.scores(town, number, lambda _said: "", met=lambda said: "I wrote none yet." not in said)
    story.awards(town, number)
    town.visit("nobody", f"/en/opportunities/{number}/decision").reads("draw")
    (winner,) = [name for name in ("Arun", "Rosa", "Wei", "Dora") if "evaluations/awarded" in town.kinds(name)]
    assert winner != "Dora"

    contract = story.agrees(town, winner, number)
    story.delivers(town, winner, contract, 1)
    story.is_paid(town, contract, 1)
    town.visit("Bea", f"{contract}/complete").presses("Complete the contract")
    town.visit("nobody", contract).reads("$6,500", "Completed")
    story.whole_lives(("award", "contract", "milestone", "payment"))
