"""Amendments: by an officer with a reason, answered by the supplier, sums kept, history kept."""

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from app.core.audit import Event
from app.core.db import db
from app.core.errors import NotAllowed, NotFound, NotNow, NotValid
from contracts import actions
from contracts.changes import Added, Changed, Changes
from contracts.models import Amendment, Contract
from tests.contracts.people import NOON, Cast, active, delivered, drawn_up
from tests.factories import both

MORE = Added(both("More gauges", "Plus de jauges"), both("They show"), 1_000_00, date(2026, 10, 1))


@pytest.fixture
def cast(app: Flask) -> Cast:
    return Cast()


def dearer(contract: Contract, position: int = 1, cents: int = 4_000_00) -> Changed:
    milestone = contract.milestones[position - 1]
    return Changed(position, cents, milestone.amount_cents, milestone.due_on, milestone.due_on)


def propose(cast: Cast, contract: Contract, *changed: Changed, added: tuple[Added, ...] = ()) -> Amendment:
    changes = Changes(tuple(changed), added)
    return actions.propose_amendment(contract, changes, "The need grew.", by=cast.officer, at=NOON)


def certify(cast: Cast, amendment: Amendment) -> Amendment:
    if amendment.uncertified_cents:
        actions.certify_amendment(amendment, amendment.uncertified_cents, "F-100", by=cast.finance, at=NOON)
    return amendment


def test_an_accepted_amendment_changes_value_and_milestones_alike(cast: Cast) -> None:
    contract = active(cast)
    amendment = propose(cast, contract, dearer(contract), added=(MORE,))
    assert (amendment.number, amendment.change_cents, contract.current_cents) == (1, 2_000_00, 9_000_00)
    actions.accept_amendment(certify(cast, amendment), by=cast.developer, at=NOON)
    assert [one.amount_cents for one in contract.milestones] == [4_000_00, 6_000_00, 1_000_00]
    assert (contract.value_cents, contract.current_cents) == (9_000_00, 11_000_00)
    events = [event.action for event in db.session.query(Event).order_by(Event.id)][-4:]
    assert events == ["amendment.propose", "amendment.certify", "amendment.accept", "milestone.plan"]


def test_a_declined_amendment_leaves_everything_as_it_was(cast: Cast) -> None:
    contract = active(cast)
    amendment = propose(cast, contract, dearer(contract))
    actions.decline_amendment(amendment, by=cast.developer, at=NOON)
    assert (amendment.state, contract.current_cents, contract.milestones[0].amount_cents) == (
        "declined",
        9_000_00,
        3_000_00,
    )
    assert propose(cast, contract, dearer(contract)).number == 2


def test_an_officer_takes_an_amendment_back(cast: Cast) -> None:
    contract = active(cast)
    amendment = propose(cast, contract, dearer(contract))
    assert actions.decline_amendment(amendment, by=cast.officer, at=NOON).state == "declined"


def test_only_an_officer_proposes_and_only_the_supplier_accepts(cast: Cast) -> None:
    contract = active(cast)
    changes = Changes((dearer(contract),))
    for person in (cast.buyer, cast.finance, cast.developer, cast.stranger):
        with pytest.raises(NotAllowed):
            actions.propose_amendment(contract, changes, "Mine.", by=person, at=NOON)
        db.session.rollback()
    amendment = propose(cast, contract, dearer(contract))
    for person in (cast.officer, cast.buyer, cast.finance, cast.stranger):
        with pytest.raises(NotAllowed):
            actions.accept_amendment(amendment, by=person, at=NOON)


def test_one_amendment_waits_at_a_time(cast: Cast) -> None:
    contract = active(cast)
    propose(cast, contract, dearer(contract))
    with pytest.raises(NotNow):
        propose(cast, contract, dearer(contract, 2))


def test_an_amount_of_nothing_cancels_a_milestone(cast: Cast) -> None:
    contract = active(cast)
    actions.accept_amendment(propose(cast, contract, dearer(contract, 2, 0)), by=cast.developer, at=NOON)
    assert [one.state for one in contract.milestones] == ["planned", "cancelled"]
    assert contract.current_cents == 3_000_00


def test_what_is_delivered_can_no_longer_be_amended(cast: Cast) -> None:
    contract = active(cast)
    amendment = propose(cast, contract, dearer(contract))
    db.session.commit()
    delivered(cast, contract.milestones[0])
    with pytest.raises(NotNow):
        actions.accept_amendment(amendment, by=cast.developer, at=NOON)
    actions.decline_amendment(amendment, by=cast.developer, at=NOON)
    with pytest.raises(NotNow):
        propose(cast, contract, dearer(contract))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (Changes(scope=both("Wider")), " "),
        (Changes(), "Nothing."),
        (Changes((Changed(1, 0, 3_000_00), Changed(2, 0, 6_000_00))), "All of it."),
        (Changes((Changed(1, -1, 3_000_00),)), "Less."),
        (Changes(added=(replace(MORE, amount_cents=0),)), "For nothing."),
    ],
)
def test_an_amendment_that_makes_no_sense_is_refused(cast: Cast, changes: Changes, reason: str) -> None:
    contract = active(cast)
    for milestone in contract.milestones:
        milestone.due_on = None
    with pytest.raises(NotValid):
        actions.propose_amendment(contract, changes, reason, by=cast.officer, at=NOON)


def test_an_amendment_names_milestones_that_there_are(cast: Cast) -> None:
    contract = active(cast)
    with pytest.raises(NotFound):
        propose(cast, contract, Changed(9, 1, 1))
    stale = replace(dearer(contract), was_cents=1)
    with pytest.raises(NotNow):
        propose(cast, contract, stale)


def test_nothing_is_amended_before_the_contract_is_active(cast: Cast) -> None:
    contract = drawn_up(cast)
    with pytest.raises(NotNow):
        propose(cast, contract, dearer(contract))


def test_nothing_ends_while_an_amendment_waits(cast: Cast) -> None:
    contract = active(cast)
    propose(cast, contract, dearer(contract))
    with pytest.raises(NotNow):
        actions.terminate(contract, "No need.", by=cast.officer, at=NOON)


def test_changes_are_kept_as_they_were_written() -> None:
    changes = Changes((Changed(1, 2, 3, date(2026, 1, 2), None),), (MORE,), both("Wider"))
    assert Changes.of(changes.as_dict()) == changes
    assert changes.change_cents == 999_99
