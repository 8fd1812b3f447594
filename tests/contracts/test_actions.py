"""A contract's whole way by its actions: drawn up, accepted, delivered, returned, accepted, paid, completed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.core.audit import Event
from app.core.db import db
from app.core.errors import NotAllowed, NotNow, NotValid
from app.core.outbox import Notification
from auth.actions import Claims, note_same_human
from auth.models import Membership
from contracts import actions, queries
from contracts.gateway import Account, Standing
from contracts.models import Contract
from evaluations.models import Evaluation
from tests.contracts.people import NOON, Cast, accepted, active, delivered, drawn_up, paid, released, sandbox
from tests.factories import appoint, make_department, make_staff, make_user, save

Travel = Callable[[datetime | timedelta], datetime]


@pytest.fixture
def cast(app: Flask) -> Cast:
    return Cast()


def told(kind: str) -> set[str]:
    return set(db.session.scalars(select(Notification.address).filter_by(kind=f"contracts/{kind}")))


def acts() -> list[str]:
    return list(db.session.scalars(select(Event.action).order_by(Event.id)))


def test_a_contract_is_drawn_up_from_the_award(cast: Cast) -> None:
    contract = drawn_up(cast)
    assert (contract.number, contract.state, contract.value_cents) == (1, "proposed", 9_000_00)
    assert [one.amount_cents for one in contract.milestones] == [3_000_00, 6_000_00]
    assert [one.due_on for one in contract.milestones] == [
        NOON.date() + timedelta(days=14),
        NOON.date() + timedelta(days=28),
    ]
    assert contract.text_hash == queries.fingerprint(queries.text_of(contract))
    assert told("to_accept") == {cast.developer.email}
    assert acts() == ["contract.draw_up", "milestone.plan", "milestone.plan"]
    assert queries.find_contract(cast.opportunity) is contract


def test_milestones_are_scaled_to_what_was_awarded(app: Flask) -> None:
    cast = Cast(value_cents=10_000_00)
    cast.award.value_cents = 7_777_77
    contract = drawn_up(cast)
    assert [one.amount_cents for one in contract.milestones] == [2_592_58, 5_185_19]


def test_nobody_but_an_officer_draws_a_contract_up(cast: Cast) -> None:
    elsewhere = make_staff("officer", make_department("lakes"))
    for person in (cast.buyer, cast.finance, cast.developer, cast.stranger, elsewhere):
        with pytest.raises(NotAllowed):
            actions.draw_up(cast.opportunity, by=person, at=NOON)
        db.session.rollback()


def test_a_contract_waits_for_the_standstill_to_the_microsecond(app: Flask) -> None:
    cast = Cast(standstill_days=10)
    over = cast.award.made_at + timedelta(days=10) if cast.award.made_at else NOON
    with pytest.raises(NotNow):
        actions.draw_up(cast.opportunity, by=cast.officer, at=over - timedelta(microseconds=1))
    db.session.rollback()
    assert actions.draw_up(cast.opportunity, by=cast.officer, at=over).state == "proposed"


def test_one_award_makes_one_contract(cast: Cast) -> None:
    drawn_up(cast)
    with pytest.raises(NotNow):
        actions.draw_up(cast.opportunity, by=cast.officer, at=NOON)


def test_both_sides_accept_what_they_read(cast: Cast) -> None:
    contract = drawn_up(cast)
    with pytest.raises(NotNow):
        actions.accept(contract, "0" * 64, by=cast.developer, at=NOON)
    actions.accept(contract, contract.text_hash, by=cast.developer, at=NOON)
    assert (contract.state, told("supplier_accepted")) == ("proposed", {cast.officer.email, cast.buyer.email})
    with pytest.raises(NotNow):
        actions.accept(contract, contract.text_hash, by=cast.developer, at=NOON)
    actions.accept(contract, contract.text_hash, by=cast.officer, at=NOON)
    assert contract.state == "active"
    assert told("began") == {cast.developer.email, cast.buyer.email}
    kept = db.session.scalars(select(Event.facts).where(Event.action.like("contract.accept%"))).all()
    assert [facts["text_hash"] for facts in kept] == [contract.text_hash] * 2


def test_a_text_that_was_changed_behind_the_contract_is_not_accepted(cast: Cast) -> None:
    contract = drawn_up(cast)
    contract.licence = "GPL-3.0"
    with pytest.raises(NotNow):
        actions.accept(contract, contract.text_hash, by=cast.developer, at=NOON)


def test_only_the_two_sides_accept(cast: Cast) -> None:
    contract = drawn_up(cast)
    for person in (cast.buyer, cast.finance, cast.stranger):
        with pytest.raises(NotAllowed):
            actions.accept(contract, contract.text_hash, by=person, at=NOON)


def test_those_who_speak_for_an_organization_act_and_its_members_do_not(app: Flask) -> None:
    cast = Cast(organization=True)
    contract, organization = drawn_up(cast), cast.organization
    assert organization is not None
    people = {}
    for role in ("admin", "member"):
        people[role] = make_user(f"A {role}")
        save(
            Membership(
                organization=organization, user=people[role], address=role, role=role, state="active", invited_at=NOON
            )
        )
    with pytest.raises(NotAllowed):
        actions.accept(contract, contract.text_hash, by=people["member"], at=NOON)
    actions.accept(contract, contract.text_hash, by=people["admin"], at=NOON)
    assert contract.supplier_accepted_by is people["admin"]
    assert contract.supplier_name == "Three Pines Software"
    assert queries.facts(contract, people["member"], NOON).party


def test_an_officer_on_the_suppliers_side_decides_nothing_for_the_department(cast: Cast) -> None:
    contract = active(cast)
    for role in ("officer", "buyer", "finance"):
        appoint(cast.developer, role, cast.department)
    milestone = delivered(cast, contract.milestones[0])
    with pytest.raises(NotAllowed):
        actions.accept_delivery(milestone, by=cast.developer, at=NOON)
    with pytest.raises(NotAllowed):
        actions.terminate(contract, "No.", by=cast.developer, at=NOON)
    actions.accept_delivery(milestone, by=cast.buyer, at=NOON)
    with pytest.raises(NotAllowed):
        actions.release(milestone, by=cast.developer, at=NOON)


def test_the_winner_declines_and_the_officer_may_award_again(cast: Cast) -> None:
    contract = drawn_up(cast)
    with pytest.raises(NotValid):
        actions.decline(contract, "  ", by=cast.developer, at=NOON)
    actions.decline(contract, "I am too busy.", by=cast.developer, at=NOON)
    db.session.commit()
    evaluation = db.session.scalars(select(Evaluation)).one()
    assert (contract.state, cast.award.state, cast.award.proponent.proposal.state) == ("declined",) * 3
    assert (evaluation.state, cast.opportunity.state) == ("locked", "evaluation")
    assert told("declined") == {cast.officer.email, cast.buyer.email}
    with pytest.raises(NotNow):
        actions.accept(contract, contract.text_hash, by=cast.developer, at=NOON)


def test_an_officer_ends_a_contract_that_its_winner_does_not_answer(cast: Cast) -> None:
    contract = drawn_up(cast)
    actions.decline(contract, "No answer in 30 days.", by=cast.officer, at=NOON)
    assert cast.opportunity.state == "evaluation"


def test_payment_is_released_by_finance_and_never_by_who_accepted(cast: Cast) -> None:
    milestone = accepted(cast, active(cast).milestones[0])
    appoint(cast.buyer, "finance", cast.department)
    for person in (cast.buyer, cast.officer, cast.developer, cast.stranger):
        with pytest.raises(NotAllowed):
            actions.release(milestone, by=person, at=NOON)
    attempt = actions.release(milestone, by=cast.finance, at=NOON)
    assert (milestone.state, attempt.state, attempt.amount_cents) == ("released", "ordered", 3_000_00)
    with pytest.raises(NotNow):
        actions.release(milestone, by=cast.finance, at=NOON)
    with pytest.raises(NotNow):
        actions.pay_again(milestone, by=cast.finance, at=NOON)


def test_who_accepted_does_not_release_by_another_account(cast: Cast) -> None:
    milestone = accepted(cast, active(cast).milestones[0])
    identity = cast.buyer.identities[0]
    claims = Claims(identity.issuer, identity.subject, "", "", ())
    note_same_human(cast.finance, claims, by=cast.finance, at=NOON)
    with pytest.raises(NotAllowed):
        actions.release(milestone, by=cast.finance, at=NOON)


def test_the_database_itself_keeps_accepter_and_releaser_apart(cast: Cast) -> None:
    milestone = accepted(cast, active(cast).milestones[0])
    milestone.released_by = milestone.accepted_by
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_payment_waits_until_the_supplier_can_be_paid(cast: Cast) -> None:
    milestone = accepted(cast, active(cast, connected=False).milestones[0])
    with pytest.raises(NotNow):
        actions.release(milestone, by=cast.finance, at=NOON)
    account = Account("acct-1", Standing.INCOMPLETE)
    actions.connect_account(cast.developer, account, provider="sandbox", by=cast.developer, at=NOON)
    with pytest.raises(NotNow):
        actions.release(milestone, by=cast.finance, at=NOON)
    row = queries.find_account(cast.developer)
    assert row is not None
    for _twice in range(2):
        actions.note_account(row, Account("acct-1"), by=cast.developer, at=NOON)
    assert [event.action for event in db.session.scalars(select(Event).where(Event.kind == "payee"))] == [
        "payee.connect",
        "payee.check",
    ]
    assert actions.release(milestone, by=cast.finance, at=NOON).payee == "acct-1"


def test_nobody_connects_an_account_for_somebody_else(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        actions.connect_account(cast.developer, Account("x"), provider="x", by=cast.stranger, at=NOON)


def finished(cast: Cast, folder: Path) -> Contract:
    contract = active(cast)
    for milestone in list(contract.milestones):
        paid(cast, milestone, sandbox(folder))
    return queries.get_contract(contract.number)


def test_a_paid_contract_is_reported_and_completed(cast: Cast, travel: Travel, tmp_path: Path) -> None:
    contract = finished(cast, tmp_path)
    assert [one.state for one in contract.milestones] == ["paid", "paid"]
    with pytest.raises(NotValid):
        actions.report(contract, "", "", by=cast.developer, at=NOON)
    with pytest.raises(NotAllowed):
        actions.report(contract, "Ours.", "", by=cast.buyer, at=NOON)
    actions.report(contract, "The map is at the repository.", "Ask early.", by=cast.developer, at=NOON)
    with pytest.raises(NotAllowed):
        actions.complete(contract, by=cast.developer, at=NOON)
    actions.complete(contract, by=cast.buyer, at=NOON)
    assert (contract.state, contract.opportunity.state) == ("completed", "completed")
    assert told("completed") == {cast.developer.email, cast.officer.email}


def test_a_contract_is_not_complete_before_everything_is_paid(cast: Cast) -> None:
    contract = active(cast)
    released(cast, contract.milestones[0])
    with pytest.raises(NotNow):
        actions.complete(contract, by=cast.officer, at=NOON)


def test_a_terminated_contract_still_pays_what_was_accepted(cast: Cast, travel: Travel, tmp_path: Path) -> None:
    contract = active(cast)
    accepted(cast, contract.milestones[0])
    with pytest.raises(NotValid):
        actions.terminate(contract, "", by=cast.officer, at=NOON)
    actions.terminate(contract, "The need is gone.", by=cast.officer, at=NOON)
    assert [one.state for one in contract.milestones] == ["accepted", "cancelled"]
    actions.release(contract.milestones[0], by=cast.finance, at=NOON - timedelta(days=60))
    db.session.commit()
    assert actions.carry_out_due(sandbox(tmp_path)) == 1
    assert [one.state for one in queries.get_contract(1).milestones] == ["paid", "cancelled"]


def test_what_was_delivered_is_decided_before_a_contract_is_terminated(cast: Cast) -> None:
    contract = active(cast)
    delivered(cast, contract.milestones[0])
    with pytest.raises(NotNow):
        actions.terminate(contract, "The need is gone.", by=cast.officer, at=NOON)
