"""Splits, thresholds and the money behind amendments; how a contract is settled early, and handed over."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.db import db
from app.core.errors import NotAllowed, NotNow, NotValid
from app.core.money import LARGEST_CENTS
from app.core.outbox import Notification
from auth.models import User
from contracts import actions, queries
from contracts.changes import Added, Changes, Split
from contracts.models import Amendment, Consent, Contract
from opportunities.models import Threshold
from tests.contracts.people import NOON, Cast, accepted, active, delivered
from tests.factories import both, make_staff, save

NAMES = ("accepted_when", "part_title", "part_when")
PART = Added(both("The legend"), both("It is read"), 2_000_00, date(2026, 9, 1))
MORE = Added(both("More gauges", "Plus de jauges"), both("They show"), 1_500_00, date(2026, 10, 1))


@pytest.fixture
def cast(app: Flask) -> Cast:
    return Cast()


def split(contract: Contract, **other: int) -> Changes:
    second = contract.milestones[1]
    values = {"amount_cents": 4_000_00, "was_cents": second.amount_cents, **other}
    one = Split(2, due_on=second.due_on, was_due_on=second.due_on, accepted_when=both("Half"), part=PART, **values)
    return Changes(split=(one,))


def propose(cast: Cast, contract: Contract, changes: Changes) -> Amendment:
    return actions.propose_amendment(contract, changes, "It was two things.", by=cast.officer, at=NOON)


def told(kind: str) -> set[str]:
    rows = db.session.scalars(select(Notification).where(Notification.kind == f"contracts/{kind}"))
    return {db.session.get_one(User, row.recipient_id).name for row in rows}


def test_a_split_makes_two_milestones_worth_what_one_was(cast: Cast) -> None:
    contract = active(cast)
    changes = split(contract)
    assert Changes.of(changes.as_dict()) == changes
    amendment = propose(cast, contract, changes)
    assert (amendment.change_cents, amendment.uncertified_cents) == (0, 0)
    actions.accept_amendment(amendment, by=cast.developer, at=NOON)
    assert [(one.amount_cents, one.accepted_when.en) for one in contract.milestones] == [
        (3_000_00, "It works"),
        (4_000_00, "Half"),
        (2_000_00, "It is read"),
    ]
    assert contract.current_cents == 9_000_00


@pytest.mark.parametrize("wrong", [{"amount_cents": 4_000_01}, {"amount_cents": 0}, {"amount_cents": -1}])
def test_parts_that_do_not_make_the_whole_are_refused_beside_the_second(cast: Cast, wrong: dict[str, int]) -> None:
    contract = active(cast)
    with pytest.raises(NotValid) as refused:
        propose(cast, contract, split(contract, **wrong))
    assert refused.value.field == "part_amount"


def test_a_contract_does_not_outgrow_what_can_be_counted(cast: Cast) -> None:
    with pytest.raises(NotValid):
        propose(cast, active(cast), Changes(added=(replace(MORE, amount_cents=LARGEST_CENTS),)))


def test_both_sides_consent_to_the_same_text_of_an_amendment(cast: Cast) -> None:
    contract = active(cast)
    amendment = propose(cast, contract, split(contract))
    actions.accept_amendment(amendment, by=cast.developer, at=NOON)
    kept = db.session.scalars(select(Consent).where(Consent.amendment_id == amendment.id).order_by(Consent.id)).all()
    assert [(one.side, one.by) for one in kept] == [("department", cast.officer), ("supplier", cast.developer)]
    assert {(one.text, one.sha256) for one in kept} == {(amendment.text, queries.fingerprint(amendment.text))}


def test_what_is_not_certified_is_certified_before_the_supplier_answers(cast: Cast) -> None:
    contract = active(cast)
    amendment = propose(cast, contract, Changes(added=(MORE,)))
    assert (amendment.uncertified_cents, told("amendment_proposed"), told("to_certify")) == (
        1_500_00,
        set(),
        {"Fay Finance"},
    )
    with pytest.raises(NotNow):
        actions.accept_amendment(amendment, by=cast.developer, at=NOON)
    for amount, code in ((1_499_99, "F-1"), (LARGEST_CENTS + 1, "F-1"), (1_500_00, " ")):
        with pytest.raises(NotValid):
            actions.certify_amendment(amendment, amount, code, by=cast.finance, at=NOON)
    for person in (cast.officer, cast.buyer, cast.developer, cast.stranger):
        with pytest.raises(NotAllowed):
            actions.certify_amendment(amendment, 1_500_00, "F-1", by=person, at=NOON)
    actions.certify_amendment(amendment, 2_000_00, "F-1", by=cast.finance, at=NOON)
    assert told("amendment_proposed") == {"Dev Eloper"}
    actions.accept_amendment(amendment, by=cast.developer, at=NOON)
    money = queries.funds(contract)
    assert (money.certified_cents, money.committed_cents, money.left_cents) == (11_000_00, 10_500_00, 500_00)


def test_a_threshold_is_named_with_what_it_asks_while_it_is_in_force(cast: Cast) -> None:
    contract = active(cast)
    for code, since, until in (("old", date(2004, 4, 1), date(2020, 1, 1)), ("now", date(2020, 1, 2), None)):
        asks = both("Publish it.")
        save(Threshold(code=code, name=both(code), asks=asks, amount_cents=10_000_00, from_on=since, until_on=until))
    assert queries.outlook(contract, 999_99, NOON).crossed == ()
    seen = queries.outlook(contract, 1_500_00, NOON)
    assert [(one.code, one.asks.en) for one in seen.crossed] == [("now", "Publish it.")]
    assert (seen.all_cents, seen.all_percent, seen.uncertified_cents) == (1_500_00, 16.7, 1_500_00)


def test_a_contract_that_ends_early_says_what_is_still_paid(cast: Cast) -> None:
    contract = active(cast)
    accepted(cast, contract.milestones[0])
    delivered(cast, contract.milestones[1])
    with pytest.raises(NotNow):
        actions.terminate(contract, "No need.", by=cast.officer, at=NOON)
    actions.return_delivery(contract.milestones[1], "Not it.", by=cast.buyer, at=NOON)
    settled = queries.settlement(contract)
    assert (settled.owed_cents, settled.cancelled_cents, settled.paid_cents) == (3_000_00, 6_000_00, 0)
    actions.terminate(contract, "No need.", by=cast.officer, at=NOON)
    assert told("terminated") == {"Dev Eloper", "Bea Buyer"}
    body = db.session.scalar(select(Notification.body).where(Notification.recipient_id == cast.developer.id)
                             .order_by(Notification.id.desc()))  # fmt: skip
    assert "$3,000" in (body or "").replace("\u00a0", " ")


def test_a_contract_is_handed_over_with_what_waits(cast: Cast) -> None:
    contract = active(cast)
    delivered(cast, contract.milestones[0])
    second = make_staff("buyer", cast.department, "Bob Buyer")
    assert [item.endpoint for item in queries.awaiting(second, NOON)] == []
    for person in (cast.buyer, cast.finance, cast.developer):
        with pytest.raises(NotAllowed):
            actions.hand_over(contract, "buyer", second, "On leave.", by=person, at=NOON)
    for role, taker, reason in (("buyer", second, " "), ("officer", second, "x"), ("buyer", cast.developer, "x")):
        with pytest.raises(NotValid):
            actions.hand_over(contract, role, taker, reason, by=cast.officer, at=NOON)
    actions.hand_over(contract, "buyer", second, "On leave.", by=cast.officer, at=NOON)
    assert [len(queries.awaiting(person, NOON)) for person in (second, cast.buyer)] == [1, 0]
    assert told("handed_over") == {"Bea Buyer", "Bob Buyer", "Dev Eloper"}
    assert [(one.giver, one.taker, one.reason) for one in queries.handovers(contract)] == [
        (cast.buyer, second, "On leave.")
    ]


def test_amounts_that_are_none_are_refused_beside_their_field_and_nothing_typed_is_lost(
    cast: Cast, sign_in: Callable[[User], FlaskClient]
) -> None:
    active(cast)
    officer, here = sign_in(cast.officer), "/en/contracts/1/milestones/2/split"
    typed = {
        **{f"{name}_{lang}": f"The {name}" for name in NAMES for lang in ("en", "fr")},
        "amount": "4000", "part_amount": "2000", "part_due_on": "2026-09-01", "reason": "It was two things.",
    }  # fmt: skip
    for amount, words in (
        ("-5", "An amount is not negative."),
        ("0", "An amount is at least one cent."),
        ("", "Write an amount."),
        ("0.005", "An amount has at most two decimals, for cents."),
        ("9" * 30, "This amount is too large."),
        ("2000 euros", "Write the amount in Canadian dollars"),
        ("\u20ac2000", "Write the amount in Canadian dollars"),
        ("1999.99", "The two parts make $5,999.99 together, but the milestone is worth $6,000."),
    ):
        answer = officer.post(here, data={**typed, "part_amount": amount})
        page = answer.get_data(as_text=True).replace("\u00a0", " ")
        assert (answer.status_code, f'value="{amount}"' in page) == (422, True), amount
        assert f'href="#part_amount">{words}' in page, words
        assert "The part_when" in page
    assert officer.get("/fr/contrats/1/jalons/2/scinder").status_code == 200
    check = officer.post(here, data=typed).headers["Location"]
    assert "Split off: The part_title" in officer.get(check).get_data(as_text=True)
    assert 'value="2000"' in officer.get(here).get_data(as_text=True)
    assert officer.post(check).status_code == 303
    assert "Amendment 1 waits for your answer." in sign_in(cast.developer).get("/en/contracts/1").get_data(as_text=True)


def test_a_contract_is_handed_over_on_its_page(cast: Cast, sign_in: Callable[[User], FlaskClient]) -> None:
    active(cast)
    second = make_staff("officer", cast.department, "Ola Officer")
    db.session.commit()
    officer, here = sign_in(cast.officer), "/en/contracts/1/hand-over"
    assert "Ola Officer, as contracting officer" in officer.get(here).get_data(as_text=True)
    assert officer.get("/fr/contrats/1/transferer").status_code == 200
    for data in ({"reason": "On leave."}, {"to": "buyer:x", "reason": "x"}, {"to": f"officer:{second.key}"}):
        assert officer.post(here, data=data).status_code == 422
    assert officer.post(here, data={"to": f"officer:{second.key}", "reason": "On leave."}).status_code == 303
    page = sign_in(cast.developer).get("/en/contracts/1").get_data(as_text=True)
    assert "handed over from Omar Officer to Ola Officer" in page
    assert "On leave." not in sign_in(cast.stranger).get("/en/contracts/1").get_data(as_text=True)
