"""Tables of truth: who may do what on which state; what each person is awaited for."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from app.core.db import db
from auth.models import User
from contracts import actions, queries
from contracts.gateway import State
from contracts.lifecycle import AMENDMENT, CONTRACT, MILESTONE, PAYMENT, PROVIDER, REFUND
from contracts.models import ATTEMPT_STATES, Amendment, Contract, Milestone, PaymentAttempt, Refund
from contracts.policy import Facts
from evaluations.models import Award
from opportunities.models import Opportunity
from tests.contracts.people import NOON, Cast, accepted, active, delivered, drawn_up, released
from tests.factories import appoint, make_award, make_opportunity

OFFICER, BUYER = Facts(roles=frozenset({"officer"})), Facts(roles=frozenset({"buyer"}))
FINANCE = Facts(roles=frozenset({"finance"}), payee="ready", payer=True)
SUPPLIER, MEMBER = Facts(supplier=True, member=True), Facts(member=True)
ADMINISTRATOR, STRANGER = Facts(roles=frozenset({"administrator"})), Facts()
EVERYBODY = {
    "officer": OFFICER,
    "buyer": BUYER,
    "finance": FINANCE,
    "supplier": SUPPLIER,
    "member": MEMBER,
    "administrator": ADMINISTRATOR,
    "stranger": STRANGER,
}
PERSON = User(id=7, name="Somebody")


def a_contract(state: str = "active", *milestones: str) -> Contract:
    opportunity = Opportunity(id=1, standstill_days=0)
    award = Award(state="made", made_at=NOON)
    contract = Contract(id=1, state=state, award=award, opportunity=opportunity)
    for position, of in enumerate(milestones, 1):
        Milestone(contract=contract, position=position, state=of)
    return contract


@pytest.mark.parametrize(
    ("state", "of"),
    [
        ("proposed", {"supplier": {"accept_as_supplier", "decline"}, "officer": {"accept_as_department", "decline"}}),
        ("active", {"supplier": {"report"}, "officer": {"complete", "terminate"}, "buyer": {"complete"}}),
        ("completed", {}),
        ("terminated", {}),
        ("declined", {}),
    ],
)
def test_who_may_do_what_with_a_contract(app: Flask, state: str, of: dict[str, set[str]]) -> None:
    contract = a_contract(state, "paid", "cancelled")
    for name, facts in EVERYBODY.items():
        assert CONTRACT.open_to(contract, by=PERSON, at=NOON, facts=facts) == of.get(name, set()), name


@pytest.mark.parametrize(
    ("state", "of"),
    [
        ("planned", {"supplier": {"deliver", "cancel"}, "officer": {"cancel"}}),
        ("delivered", {"buyer": {"accept", "return"}}),
        ("returned", {"supplier": {"deliver", "cancel"}, "officer": {"cancel"}}),
        ("accepted", {"finance": {"release"}}),
        ("released", {}),
        ("paid", {}),
        ("cancelled", {}),
    ],
)
def test_who_may_do_what_with_a_milestone(app: Flask, state: str, of: dict[str, set[str]]) -> None:
    milestone = a_contract("active", state).milestones[0]
    milestone.accepted_by_id = 8
    for name, facts in EVERYBODY.items():
        assert MILESTONE.open_to(milestone, by=PERSON, at=NOON, facts=facts) == of.get(name, set()), name


def test_who_accepted_does_not_release(app: Flask) -> None:
    milestone = a_contract("active", "accepted").milestones[0]
    milestone.accepted_by_id = PERSON.id
    assert MILESTONE.open_to(milestone, by=PERSON, at=NOON, facts=FINANCE) == frozenset()


@pytest.mark.parametrize("payee", ["", "not_ready"])
def test_nothing_is_released_to_a_supplier_who_cannot_be_paid(app: Flask, payee: str) -> None:
    milestone = a_contract("active", "accepted").milestones[0]
    facts = replace(FINANCE, payee=payee)
    assert MILESTONE.open_to(milestone, by=PERSON, at=NOON, facts=facts) == frozenset()


def test_nothing_is_released_before_the_department_said_how_it_pays(app: Flask) -> None:
    milestone = a_contract("active", "accepted").milestones[0]
    assert MILESTONE.open_to(milestone, by=PERSON, at=NOON, facts=replace(FINANCE, payer=False)) == frozenset()


@pytest.mark.parametrize("state", ["proposed", "completed", "terminated", "declined"])
def test_no_work_goes_on_in_a_contract_that_is_not_active(app: Flask, state: str) -> None:
    for of in ("planned", "delivered", "returned"):
        milestone = a_contract(state, of).milestones[0]
        for facts in EVERYBODY.values():
            assert MILESTONE.open_to(milestone, by=PERSON, at=NOON, facts=facts) <= {"cancel"}


def test_who_answers_an_amendment(app: Flask) -> None:
    amendment = Amendment(contract=a_contract(), state="proposed")
    answers = {name: AMENDMENT.open_to(amendment, by=PERSON, at=NOON, facts=facts) for name, facts in EVERYBODY.items()}
    assert {name: names for name, names in answers.items() if names} == {
        "supplier": {"accept", "decline"},
        "officer": {"decline"},
    }


def test_only_the_provider_moves_a_payment_that_is_ordered(app: Flask) -> None:
    milestone = a_contract("active", "released").milestones[0]
    for state in ATTEMPT_STATES:
        attempt = PaymentAttempt(milestone=milestone, state=state, failure="declined")
        for facts in EVERYBODY.values():
            assert PAYMENT.open_to(attempt, by=PERSON, at=NOON, facts=facts) == frozenset()
    moves = {
        state: set(
            PAYMENT.open_to(PaymentAttempt(state=state, failure=""), by=PROVIDER, at=NOON, facts=STRANGER) - {"order"}
        )
        for state in ATTEMPT_STATES
    }
    assert moves == {
        "ordered": {"send"},
        "sent": {"process", "ask", "settle", "fail"},
        "processing": {"ask", "settle", "fail"},
        "needs_action": {"process", "settle", "fail"},
        "settled": {"refund", "dispute", "lose"},
        "failed": set(),
        "refunded": set(),
        "disputed": {"refund", "win", "lose"},
    }


@pytest.mark.parametrize(
    ("failure", "milestone", "other", "found"),
    [
        ("no_answer", "released", "failed", True),
        ("declined", "released", "failed", False),
        ("no_answer", "accepted", "failed", False),
        ("no_answer", "released", "ordered", False),
        ("no_answer", "released", "disputed", False),
    ],
)
def test_a_payment_given_up_is_found_settled_only_if_its_answer_was_lost(
    app: Flask, failure: str, milestone: str, other: str, *, found: bool
) -> None:
    of = a_contract("active", milestone).milestones[0]
    attempt = PaymentAttempt(milestone=of, state="failed", failure=failure)
    PaymentAttempt(milestone=of, state=other, failure="")
    assert ("find" in PAYMENT.open_to(attempt, by=PROVIDER, at=NOON, facts=STRANGER)) == found


def test_finance_takes_back_what_has_settled_unless_they_accepted_the_work(app: Flask) -> None:
    milestone = a_contract("active", "paid").milestones[0]
    for state in ATTEMPT_STATES:
        refund = Refund(attempt=PaymentAttempt(milestone=milestone, state=state))
        may = {
            name
            for name, facts in EVERYBODY.items()
            if not REFUND.refusal(refund, "order", by=PERSON, at=NOON, facts=facts)
        }
        assert may == ({"finance"} if state == "settled" else set()), state
    milestone.accepted_by_id = PERSON.id
    refund = Refund(attempt=PaymentAttempt(milestone=milestone, state="settled"))
    assert REFUND.open_to(refund, by=PERSON, at=NOON, facts=FINANCE) == frozenset()


def test_only_the_provider_moves_a_refund_that_is_ordered(app: Flask) -> None:
    attempt = PaymentAttempt(milestone=a_contract("active", "paid").milestones[0], state="settled")
    moves = {}
    for state in ("ordered", "sent", "processing", "settled", "failed"):
        refund = Refund(attempt=attempt, state=state)
        for facts in EVERYBODY.values():
            assert REFUND.open_to(refund, by=PERSON, at=NOON, facts=facts) == frozenset()
        moves[state] = set(REFUND.open_to(refund, by=PROVIDER, at=NOON, facts=STRANGER))
    assert moves == {
        "ordered": {"send"},
        "sent": {"process", "settle", "fail"},
        "processing": {"settle", "fail"},
        "settled": set(),
        "failed": set(),
    }


@pytest.fixture
def cast(app: Flask, travel: Callable[[datetime | timedelta], datetime]) -> Cast:
    travel(NOON)
    return Cast()


def waits(person: User) -> list[tuple[str, dict[str, object]]]:
    return [(item.endpoint, item.arguments) for item in queries.awaiting(person, NOON)]


ONE, FIRST = {"number": 1}, {"number": 1, "position": 1}


def test_what_waits_for_each_person_along_the_way(cast: Cast) -> None:
    people = (cast.developer, cast.officer, cast.buyer, cast.finance, cast.stranger)

    def for_all() -> list[list[tuple[str, dict[str, object]]]]:
        return [waits(person) for person in people]

    nothing: list[tuple[str, dict[str, object]]] = []
    here = {"number": cast.opportunity.number}
    assert for_all() == [nothing, [("contracts.draw_up", here)], nothing, nothing, nothing]
    contract = drawn_up(cast)
    accept = [("contracts.accept", ONE)]
    assert for_all() == [accept, accept, nothing, nothing, nothing]
    actions.accept(contract, contract.text_hash, by=cast.officer, at=NOON)
    assert for_all() == [accept, nothing, nothing, nothing, nothing]
    actions.accept(contract, contract.text_hash, by=cast.developer, at=NOON)
    assert {name for name, _place in waits(cast.developer)} == {"contracts.payee", "contracts.milestone"}
    delivered(cast, contract.milestones[0])
    assert waits(cast.buyer) == [("contracts.milestone", FIRST)]
    assert queries.awaiting(cast.buyer, NOON)[0].due == NOON + timedelta(days=15)


def test_finance_is_awaited_for_what_somebody_else_accepted(cast: Cast) -> None:
    milestone = accepted(cast, active(cast).milestones[0])
    appoint(cast.buyer, "finance", cast.department)
    assert waits(cast.finance) == [("contracts.release", FIRST)]
    assert waits(cast.buyer) == []
    actions.release(milestone, by=cast.finance, at=NOON)
    assert waits(cast.finance) == []
    actions.note_sent(milestone.attempts[0], at=NOON)
    actions.note_answer(milestone.attempts[0], actions.Answer(State.FAILED, failure="declined"), at=NOON)
    assert waits(cast.finance) == [("contracts.milestone", FIRST)]


def test_contracts_of_a_person_are_those_of_their_side_and_their_departments(cast: Cast) -> None:
    active(cast)
    released(cast, queries.get_contract(1).milestones[0])
    for person in (cast.developer, cast.buyer, cast.officer, cast.finance):
        assert [(one.number, one.state, one.value_cents) for one in queries.contracts_of(person, NOON)] == [
            (1, "active", 9_000_00)
        ]
    assert queries.contracts_of(cast.stranger, NOON) == []
    money = queries.statement(queries.get_contract(1))
    assert (money.current_cents, money.accepted_cents, money.paid_cents, money.remaining_cents) == (
        9_000_00,
        3_000_00,
        0,
        6_000_00,
    )
    db.session.rollback()


def test_what_waits_is_read_with_as_many_statements_for_one_contract_as_for_three(
    cast: Cast, travel: Callable[[datetime | timedelta], datetime]
) -> None:
    def statements() -> int:
        db.session.rollback()
        counted: list[str] = []

        def count(*details: object) -> None:
            counted.append(str(details[2]))

        event.listen(db.engine, "before_cursor_execute", count)
        queries.awaiting(cast.buyer, NOON)
        event.remove(db.engine, "before_cursor_execute", count)
        return len(counted)

    delivered(cast, active(cast).milestones[0])
    one = statements()
    for _time in range(2):
        opportunity = make_opportunity(cast.department, cast.buyer, state="awarded")
        make_award(opportunity, cast.officer, cast.developer, at=NOON - timedelta(days=9))
        contract = actions.draw_up(opportunity, by=cast.officer, at=NOON)
        for person in (cast.developer, cast.officer):
            actions.accept(contract, contract.text_hash, by=person, at=NOON)
        delivered(cast, contract.milestones[0])
    assert len(waits(cast.buyer)) == 3
    assert statements() == one
