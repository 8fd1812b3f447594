"""The main job, from the first word to the last payment, over HTTP."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from auth.models import User
from tests.conftest import Travel
from tests.journeys import story
from tests.journeys.story import CLOSING, WHY, Town


@pytest.fixture
def town(app: Flask, travel: Travel, sign_in: Callable[[User], FlaskClient]) -> Town:
    """Everybody of the story, at noon on 10 June 2026."""
    return Town(app, sign_in, travel)


def test_a_need_becomes_paid_work(town: Town) -> None:
    number = story.posts(town)
    page = f"/en/opportunities/{number}"
    town.visit("nobody", "/en/opportunities").reads("River gauges on a map")
    town.visit("nobody", f"/fr/defis/{number}").reads("Jauges fluviales sur une carte")

    dora = town.visit("Dora", f"{page}/ask").presses("Ask the question", {"body": "May one use Rust?"})
    dora.opens(f"{page}/follow").presses("Follow")
    bea = town.visit("Bea", f"{page}/manage").follows("Answer the next question")
    bea.presses(
        "Publish the answer",
        {"wording_en": "Rust?", "wording_fr": "Rust?", "answer_en": "Yes, gladly.", "answer_fr": "Oui, volontiers."},
    )
    town.visit("nobody", f"{page}/questions").reads("Yes, gladly.").does_not_read("Dora")

    arun = story.proposes(town, "Arun", number, answers="Best of all: four clear steps.")
    rosa = story.proposes(town, "Rosa", number, alone=False)
    wei = story.proposes(town, "Wei", number)
    town.visit("Wei", f"{wei}/withdraw").presses("Withdraw the proposal").reads("Withdrawn")
    town.visit("Wei", f"{wei}/check").presses("Submit proposal").reads("SHA-256")

    given = {"body_en": "Also on phones.", "body_fr": "Aussi au téléphone.", "acceptance_en": "It passes on phones."}
    town.visit("Bea", f"{page}/change/deliverables").presses("Publish the addendum", given)
    town.work()
    for name, proposal in (("Arun", arun), ("Rosa", rosa)):
        person = town.visit(name, proposal).reads("Confirm your proposal, or it lapses")
        person.opens(f"{proposal}/check").presses("Confirm and submit again").reads("SHA-256")
    assert "subscriptions/addendum" in town.kinds("Dora")
    story.forms_a_panel(town, number)

    town.travel(CLOSING)
    town.work()
    town.visit("nobody", page).does_not_read("Arun", "Three Pines", "proposals came in")
    story.opens_the_proposals(town, number)
    assert town.kinds("Wei")[-1] == "proposals/lapsed"
    story.scores(town, number, lambda said: "5" if "Best of all" in said else "3")
    story.awards(town, number)
    assert "evaluations/awarded" in town.kinds("Arun")
    assert "evaluations/not_awarded" in town.kinds("Rosa")
    town.visit("Rosa", f"{rosa}/debrief").reads("Arun Author", WHY)

    contract = story.agrees(town, "Arun", number)
    story.delivers(town, "Arun", contract, 1)
    back = town.visit("Bea", f"{contract}/milestones/1/return")
    back.presses("Return milestone 1", {"reasons": "It does not show on a phone."})
    story.delivers(town, "Arun", contract, 1)
    story.is_paid(town, contract, 1)
    story.delivers(town, "Arun", contract, 2)
    story.is_paid(town, contract, 2)
    report = {"final_report": "A map, and how to run it.", "lessons": "Ask canoeists first."}
    town.visit("Arun", f"{contract}/report").presses("Keep the report", report)
    town.visit("Bea", f"{contract}/complete").presses("Complete the contract")
    town.work()

    town.visit("nobody", contract).reads("$9,000", "Completed", "Ask canoeists first.")
    town.visit("nobody", f"{page}/story").reads("published", "Omar Officer", "Sam Second", "Arun Author")
    story.whole_lives(
        ("opportunity", "proposal", "evaluation", "panel_member", "award", "contract", "milestone", "payment")
    )


def test_what_is_cancelled_says_why_and_can_be_posted_again(town: Town) -> None:
    number = story.posts(town)
    story.proposes(town, "Arun", number)
    omar = town.visit("Omar", f"/en/opportunities/{number}/manage/cancel")
    omar.presses(f"Cancel opportunity {number}", {"reason_en": "No money is left.", "reason_fr": "Plus d’argent."})
    town.work()
    town.visit("nobody", f"/en/opportunities/{number}").follows("Read why").reads("No money is left.")
    assert "subscriptions/cancelled" in town.kinds("Arun")
    town.visit("Bea", f"/en/opportunities/{number}/manage").follows("Post it again").presses("Save and continue")
    story.whole_lives()


def test_without_proposals_the_tender_ends_and_is_posted_again(town: Town) -> None:
    number = story.posts(town)
    town.travel(CLOSING)
    town.work()
    story.opens_the_proposals(town, number)
    omar = town.visit("Omar", f"/en/opportunities/{number}/evaluation").reads("No proposals came in.")
    omar.follows("End as unsuccessful").presses("End the tender", {"reason": "Nobody proposed in two weeks."})
    town.visit("nobody", f"/en/opportunities/{number}").reads("No award")
    again = town.visit("Omar", f"/en/opportunities/{number}/evaluation").follows("Post it again from a copy")
    again.presses("Save and continue", {"title_en": "Gauges again", "title_fr": "Jauges encore"})
    story.whole_lives()


def test_when_every_proposal_is_disqualified_the_tender_ends(town: Town) -> None:
    number = story.posts(town)
    story.proposes(town, "Arun", number)
    story.forms_a_panel(town, number)
    town.travel(CLOSING)
    town.work()
    story.opens_the_proposals(town, number)
    omar = town.visit("Omar", f"/en/opportunities/{number}/evaluation").follows("Disqualify")
    omar.presses("Disqualify", {"reason": "It is a copy of somebody else's work."})
    assert "evaluations/disqualified" in town.kinds("Arun")
    omar.opens(f"/en/opportunities/{number}/evaluation").follows("End as unsuccessful")
    omar.presses("End the tender", {"reason": "No proposal remains that could win."})
    town.visit("nobody", f"/en/opportunities/{number}").reads("No award")
    story.whole_lives()


def test_when_the_winner_declines_the_next_in_rank_is_awarded(town: Town) -> None:
    number = story.posts(town)
    story.proposes(town, "Arun", number, answers="Best of all: four clear steps.")
    story.proposes(town, "Rosa", number, alone=False)
    story.forms_a_panel(town, number)
    town.travel(CLOSING)
    town.work()
    story.opens_the_proposals(town, number)
    story.scores(town, number, lambda said: "5" if "Best of all" in said else "3")
    story.awards(town, number)
    town.travel(timedelta(days=3))
    omar = town.visit("Omar", f"/en/opportunities/{number}/contract").presses("Draw up the contract")
    arun = town.visit("Arun", f"{omar.address}/decline")
    arun.presses("Decline the contract", {"reason": "I took other work last week."})
    story.awards(town, number)
    contract = story.agrees(town, "Rosa", number)
    town.visit("nobody", contract).reads("Three Pines Software")
    story.whole_lives()
