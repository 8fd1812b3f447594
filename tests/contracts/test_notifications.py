"""Every notification of contracts says itself in both languages, without a gap."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from app.core.render import TEMPLATES, renderer
from contracts import actions, queries
from contracts.changes import Changes
from contracts.models import Evidence, Handover, Milestone, MilestoneComment, Reconciliation, Refund
from tests.contracts.people import NOON, Cast, active, released
from tests.factories import both

KINDS = sorted({path.name.split(".")[0] for path in (TEMPLATES / "notifications" / "contracts").iterdir()})


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_notification_is_said_whole(
    app: Flask, travel: Callable[[datetime | timedelta], datetime], language: str
) -> None:
    travel(NOON)
    cast = Cast()
    contract = active(cast)
    milestone = released(cast, contract.milestones[0])
    amendment = actions.propose_amendment(contract, Changes(scope=both("Wider")), "Why.", by=cast.officer, at=NOON)
    facts = {
        "name": "Dev",
        "at": NOON,
        "why": "",
        "contract": queries.get_contract(1),
        "milestone": milestone,
        "payment": milestone.attempts[0],
        "amendment": amendment,
        "reasons": "The keyboard.",
        "connected": False,
        "to_pay": True,
        "opportunity": cast.opportunity,
        "supplier": "Dev Eloper",
        "reason": "Too busy.",
        "rest": Milestone(position=4, amount_cents=1_000_00, missing="The legend."),
        "comment": MilestoneComment(by=cast.buyer, body="Where is the legend?"),
        "handover": Handover(giver=cast.buyer, taker=cast.officer, role="buyer", reason="On leave."),
        "settled": queries.settlement(contract),
        "clock": queries.Clock(NOON, 0, NOON, 2, 1_23),
        "evidence": Evidence(reference="7", person="hubot", happened_at=NOON),
        "refund": Refund(reason="Paid by mistake.", failure="refused"),
        "report": Reconciliation(id=1, open=2),
    }
    for kind in KINDS:
        letter = renderer.letter(f"contracts/{kind}", language, facts)
        assert letter.subject
        assert not re.search(r"None|\{\{|\{%", letter.subject + letter.body), kind
        assert all(f"http://devex.test/{language}/" in link for link in re.findall(r"\]\((.*?)\)", letter.body)), kind
