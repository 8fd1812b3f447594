"""Every form into which a person writes: where it is, who writes there, what they type and which button sends it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.architecture.places import World

TEXT = "Seven otters read the gauges at dawn."
"""What is typed, to be found again."""
ADDRESS = "otter@mail.example"
ALL = "*"
"""Every box of a field ticked."""
LINK = "https://github.com/example/otters/pull/7"


@dataclass(frozen=True)
class Writing:
    """One form: its page, who writes, the button, and what is typed by field.

    A field's name that ends in `*` stands for all that begin so; a value `@name`, or several, for their addresses.
    """

    endpoint: str
    place: str
    visitor: str
    button: str
    typed: Mapping[str, str] = field(default_factory=dict)
    saves: bool = False
    """Whether what is typed is saved without a press."""
    at: Mapping[str, Any] = field(default_factory=dict)
    """What its address needs beside what the place knows."""

    def __str__(self) -> str:
        return f"{self.endpoint} {self.button.split()[0].lower()}"

    def filled(self, names: Iterable[str], html: str, world: World) -> dict[str, Any]:
        """Give what is typed by the form's own names; `html` is its page."""
        found: dict[str, Any] = {}
        for name, value in self.typed.items():
            here = sorted(one for one in names if one.startswith(name[:-1])) if name.endswith("*") else [name]
            if value == ALL:
                found[name] = re.findall(rf'name="{name}"[^>]*value="([^"]*)"', html)
                continue
            whom = value[1:].split(", @") if value.startswith("@") else []
            found |= dict.fromkeys(here, ", ".join(world.addresses[one] for one in whom) or value)
        return found


def both(name: str, text: str = TEXT) -> dict[str, str]:
    """Type a text in both languages."""
    return {f"{name}_en": text, f"{name}_fr": text}


NEED = {**both("title", "Otters at the gauges"), **both("summary"), **both("problem"), **both("users")}
WORK = {**both("deliverables"), **both("acceptance"), **both("additional")}
PARTS = {**both("milestones-0-title"), **both("milestones-0-accepted_when")}
CRITERIA = {**both("criteria-0-title"), **both("criteria-0-earns")}
STAGES = both("stages-0-title", "Otters first")
HALVES = {
    **both("part_title", "Otters by themselves"),
    **both("part_when"),
    "amount": "0.01",
    "part_amount": "5999.99",
    "reason": TEXT,
}
DATES = {"closing_at": "2026-07-08T14:00", "questions_until": "2026-07-03T12:00"}
AGREED = {"p1-rationale-*": TEXT, "p2-rationale-*": TEXT}
INTERVIEW = {"starts_at": "2026-07-07T10:00", "place": ADDRESS, "words": TEXT}
PLACE = {**both("place"), "licence": "MIT"}
PARTLY = {"amount": "1", "reasons": TEXT, "missing": TEXT}
LINES = {**both("name", "Otters Canada"), **both("abbreviation", "OTC"), "province": "ON"}
CHANGED = both("body")
SAVE = "Save and continue"
ADDENDUM = "Publish the addendum"
PANEL = "Send the invitation"
PERIOD = {"first_day": "2026-06-12", "until": "2026-06-20"}

FORMS = (
    Writing("auth.welcome", "-", "newcomer", "Accept", {"name": TEXT, "accepted": ALL}),
    Writing("auth.profile", "-", "developer", "Save", {"name": "Otto", "bio": TEXT, "links": LINK}),
    Writing("auth.new_organization", "-", "developer", "Save", {"name": TEXT}),
    Writing("auth.edit_organization", "organization", "rival", "Save", {"name": TEXT}),
    Writing("auth.invite", "organization", "rival", PANEL, {"email": ADDRESS}),
    Writing("auth.appoint", "home", "officer", "Give the role", {"email": "@second", "role": "finance"}),
    Writing("auth.delegate", "home", "officer", "Delegate", {"email": "@buyer", **PERIOD}),
    Writing("auth.lend", "home", "officer", "Lend", {"email": "@second"}),
    Writing("auth.person", "person", "admin", "Suspend", {"reason": TEXT}),
    Writing("auth.new_department", "-", "admin", "Save", {"code": "otters", **LINES}),
    Writing("auth.edit_department", "home", "admin", "Save", LINES),
    Writing("auth.publish_terms", "-", "admin", "Publish", both("body")),
    Writing("opportunities.new", "-", "buyer", SAVE, both("title")),
    Writing("opportunities.edit_need", "draft", "buyer", SAVE, NEED, saves=True),
    Writing("opportunities.edit_deliverables", "draft", "buyer", SAVE, WORK, saves=True),
    Writing("opportunities.edit_milestones", "draft", "buyer", SAVE, PARTS, saves=True),
    Writing("opportunities.edit_criteria", "draft", "buyer", SAVE, CRITERIA, saves=True),
    Writing("opportunities.edit_stages", "draft", "buyer", SAVE, STAGES, saves=True),
    Writing("opportunities.edit_dates", "draft", "buyer", SAVE, {"length": "date", **DATES}, saves=True),
    Writing("opportunities.edit_terms", "draft", "buyer", SAVE, PLACE, saves=True),
    Writing("opportunities.edit_languages", "draft", "buyer", SAVE, {"one_language_reason": TEXT}, saves=True),
    Writing("opportunities.drop", "draft", "officer", "Give up", both("reason")),
    Writing("pages.review", "review", "officer", "Ask for changes", {"message": TEXT}),
    Writing("pages.review", "review", "finance", "Certify", {"amount": "10,000", "fund_code": "OTTER-7"}),
    Writing("opportunities.comment", "review", "officer", "Keep the comment", {"body": TEXT}),
    Writing("opportunities.settle", "draft", "buyer", "Settle the comment", {"answer": TEXT}),
    Writing("opportunities.ask", "open", "developer", "Ask the question", {"body": TEXT}),
    Writing("opportunities.answer", "open", "buyer", "Publish the answer", {**both("wording"), **both("answer")}),
    Writing("opportunities.addendum", "open", "buyer", ADDENDUM, CHANGED),
    Writing("opportunities.change_need", "open", "buyer", ADDENDUM, {**NEED, **CHANGED}),
    Writing("opportunities.change_deliverables", "open", "buyer", ADDENDUM, {**WORK, **CHANGED}),
    Writing("opportunities.change_milestones", "open", "buyer", ADDENDUM, {**PARTS, **CHANGED}),
    Writing("opportunities.change_criteria", "open", "buyer", ADDENDUM, {**CRITERIA, **CHANGED}),
    Writing("opportunities.change_stages", "open", "buyer", ADDENDUM, {**STAGES, **CHANGED}),
    Writing("opportunities.change_dates", "open", "buyer", ADDENDUM, {**DATES, **CHANGED}),
    Writing("opportunities.change_terms", "open", "buyer", ADDENDUM, {**PLACE, **CHANGED}),
    Writing("opportunities.extend", "open", "buyer", ADDENDUM, {"closing_at": DATES["closing_at"], **CHANGED}),
    Writing("opportunities.cancel", "open", "officer", "Cancel opportunity", both("reason")),
    Writing("proposals.approach", "quiet", "author", SAVE, {"answer-*": TEXT}, saves=True),
    Writing("proposals.plan", "priced", "author", SAVE, {"price_cents": "8765"}, saves=True),
    Writing("proposals.team", "quiet", "author", SAVE, {"team-0-name": "Otto", "team-0-does": TEXT}, saves=True),
    Writing("proposals.custody", "home", "officer", "Ask them", {"people": "@officer, @second"}),
    Writing("evaluations.panel", "open", "officer", PANEL, {"address": "@developer"}),
    Writing("evaluations.answer", "quiet", "invited", "Send the declaration", {"decision": "accept", "words": TEXT}),
    Writing("evaluations.conflict", "scoring", "evaluator", "Declare", {"words": TEXT}),
    Writing("evaluations.sheet", "scoring", "evaluator", "Save for later", {"rationale-*": TEXT}, saves=True),
    Writing("evaluations.compare", "scoring", "evaluator", "Save", {"rationale-*": TEXT}, saves=True),
    Writing("evaluations.conflict_with", "scoring", "evaluator", "Declare", {"words": TEXT}),
    Writing("evaluations.consensus", "agreeing", "evaluator", "Take it down", AGREED),
    Writing("evaluations.invite_to", "interviewing", "officer", "Send", INTERVIEW),
    Writing("evaluations.disqualify", "scoring", "officer", "Disqualify", {"reason": TEXT}),
    Writing("evaluations.award", "locked", "officer", "Continue", {"reason": TEXT}, saves=True),
    Writing("evaluations.confirm", "departing", "second", "Send", {"decision": "refuse", "reason": TEXT}),
    Writing("evaluations.word_debrief", "locked", "officer", "Save the wording", {"words-*": TEXT}),
    Writing("evaluations.ask_about_debrief", "awarded", "author", "Send your question", {"body": TEXT}),
    Writing("evaluations.unsuccessful", "empty", "officer", "End the tender", {"reason": TEXT}),
    Writing("contracts.decline_award", "awarded", "author", "Decline the award", {"reason": TEXT}),
    Writing("contracts.decline", "proposed", "author", "Decline", {"reason": TEXT}),
    Writing("contracts.deliver", "working", "author", "Deliver", {"note": TEXT, "links": LINK}, at={"position": 2}),
    Writing(
        "contracts.accept_part", "working", "buyer", "Accept this", {"amount": "1", "reasons": TEXT, "missing": TEXT}
    ),
    Writing("contracts.comments", "working", "author", "Send", {"body": TEXT}),
    Writing("contracts.return_delivery", "working", "buyer", "Return", {"reasons": TEXT}),
    Writing("contracts.amend", "working", "officer", "Check", {**both("scope"), "reason": TEXT}),
    Writing("contracts.split", "working", "officer", "Check", HALVES, at={"position": 2}),
    Writing("contracts.certify_amendment", "paying", "finance", "Certify", {"fund_code": "OTTER-7"}),
    Writing("contracts.hand_over", "working", "officer", "Hand", {"to": ALL, "reason": TEXT}),
    Writing("contracts.refund", "paid", "finance", "Have ", {"reason": TEXT, "sure": "y"}),
    Writing("contracts.report", "working", "author", "Keep", {"final_report": TEXT, "lessons": TEXT}),
    Writing("contracts.terminate", "payable", "officer", "Terminate", {"reason": TEXT}),
    Writing("subscriptions.alerts", "-", "anonymous", "Send me these", {"email": ADDRESS}),
    Writing("subscriptions.follow", "open", "anonymous", "Follow", {"email": ADDRESS}),
)
