"""Deliveries by their actions: what is delivered with evidence, by whom, and who returns or accepts it."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.db import db
from app.core.errors import NotAllowed, NotNow, NotValid
from app.core.files import Upload
from app.core.outbox import Notification
from contracts import actions
from tests.contracts.people import LINK, NOON, Cast, accepted, active, delivered, drawn_up


@pytest.fixture
def cast(app: Flask) -> Cast:
    return Cast()


def told(kind: str) -> set[str]:
    return set(db.session.scalars(select(Notification.address).filter_by(kind=f"contracts/{kind}")))


def test_a_milestone_is_delivered_returned_delivered_again_and_accepted(cast: Cast) -> None:
    contract = active(cast)
    milestone = delivered(cast, contract.milestones[0])
    assert told("delivered") == {cast.buyer.email}
    with pytest.raises(NotValid):
        actions.return_delivery(milestone, " ", by=cast.buyer, at=NOON)
    actions.return_delivery(milestone, "The keyboard does not work.", by=cast.buyer, at=NOON)
    assert (milestone.state, told("returned")) == ("returned", {cast.developer.email})
    accepted(cast, milestone)
    assert [one.decision for one in milestone.deliveries] == ["returned", "accepted"]
    assert told("accepted") == {cast.developer.email}
    assert told("to_release") == {cast.finance.email}


def test_only_the_supplier_delivers_and_only_a_buyer_decides(cast: Cast) -> None:
    milestone = active(cast).milestones[0]
    for person in (cast.buyer, cast.officer, cast.finance, cast.stranger):
        with pytest.raises(NotAllowed):
            actions.deliver(milestone, "Mine.", [LINK], [], by=person, at=NOON)
    delivered(cast, milestone)
    for person in (cast.officer, cast.finance, cast.developer, cast.stranger):
        with pytest.raises(NotAllowed):
            actions.accept_delivery(milestone, by=person, at=NOON)
        with pytest.raises(NotAllowed):
            actions.return_delivery(milestone, "No.", by=person, at=NOON)


def test_nothing_is_delivered_before_the_contract_is_active(cast: Cast) -> None:
    milestone = drawn_up(cast).milestones[0]
    with pytest.raises(NotNow):
        actions.deliver(milestone, "Early.", [LINK], [], by=cast.developer, at=NOON)


@pytest.mark.parametrize(
    ("note", "links"),
    [
        ("", [LINK]),
        ("Done.", []),
        ("Done.", ["javascript:alert(1)"]),
        ("Done.", ["ftp://example.org/x"]),
        ("Done.", ["https://"]),
        ("Done.", ["https://name:word@example.org/"]),
        ("Done.", ["https://example.org/\u202e"]),
        ("Done.", ["https://example.org:port/"]),
        ("Done.", ["https://example.org/" + "x" * 600]),
        ("Done.", [f"https://example.org/{number}" for number in range(11)]),
        ("x" * 10_001, [LINK]),
    ],
)
def test_a_delivery_needs_a_note_and_evidence_that_can_be_looked_at(cast: Cast, note: str, links: list[str]) -> None:
    milestone = active(cast).milestones[0]
    with pytest.raises(NotValid):
        actions.deliver(milestone, note, links, [], by=cast.developer, at=NOON)


def test_files_are_evidence_too(cast: Cast) -> None:
    milestone = active(cast).milestones[0]
    upload = Upload("report.txt", "text/plain", b"All tests pass.")
    delivery = actions.deliver(milestone, "A report.", [], [upload], by=cast.developer, at=NOON)
    assert [(one.title, one.size, one.sha256) for one in delivery.files] == [("report.txt", 15, upload.sha256)]
    with pytest.raises(NotValid):
        actions.deliver(milestone, "Too many.", [], [upload] * 6, by=cast.developer, at=NOON)


def test_the_kind_of_evidence_is_read_from_its_address(cast: Cast) -> None:
    milestone = active(cast).milestones[0]
    home = "https://github.com/example/gauges"
    links = [f"{home}/pull/7", f"{home}/commit/abc", f"{home}/releases/tag/v1", home, home]
    delivery = actions.deliver(milestone, "All.", links, [], by=cast.developer, at=NOON)
    assert [one.kind for one in delivery.evidence] == ["pull_request", "commit", "release", "link"]


def test_a_delivery_makes_the_invoice_with_the_taxes_of_the_province(app: Flask) -> None:
    cast = Cast(tax_number="123456789 RT0001")
    milestone = delivered(cast, active(cast).milestones[0])
    invoice = milestone.deliveries[0].invoice
    assert (invoice["number"], invoice["amount_cents"]) == ("1-1-1", 3_000_00)
    assert [(line["tax"], line["amount_cents"]) for line in invoice["lines"]] == [("HST", 390_00)]
