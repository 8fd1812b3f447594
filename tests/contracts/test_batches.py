"""Releasing several payments at once: each by the rule of one alone, none twice, none lost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from app.core.audit import Event
from app.core.db import db, transaction
from app.core.errors import NotAllowed, NotFound, NotNow, NotValid
from auth.models import Department, User
from contracts import actions, queries
from contracts.models import Contract, PaymentAttempt, ReleaseBatch
from tests.contracts.people import NOON, Cast, accepted, active
from tests.factories import appoint, make_department, make_staff

Travel = Callable[[datetime | timedelta], datetime]
SignIn = Callable[[User], FlaskClient]
KEY = "k" * 22
BOTH = [(1, 1), (1, 2)]


@pytest.fixture
def cast(app: Flask, travel: Travel) -> Cast:
    travel(NOON)
    return Cast(tax_number="123456789 RT0001")


def both_accepted(cast: Cast, *, connected: bool = True) -> Contract:
    contract = active(cast, connected=connected)
    for milestone in contract.milestones:
        accepted(cast, milestone)
    return contract


def stands() -> tuple[list[str], int]:
    """How the milestones stand, and how many payments are ordered."""
    db.session.rollback()
    states = [one.state for one in queries.get_contract(1).milestones]
    return states, db.session.scalar(select(func.count(PaymentAttempt.id))) or 0


def test_a_batch_releases_each_payment_by_itself(cast: Cast) -> None:
    both_accepted(cast)
    batch = actions.release_together(cast.department, BOTH, KEY, by=cast.finance, at=NOON)
    db.session.commit()
    assert stands() == (["released", "released"], 2)
    assert [(one.attempt is not None, one.refused_because) for one in batch.lines] == [(True, ""), (True, "")]
    written = select(Event.action).where(Event.at == NOON, Event.action.in_(("milestone.release", "batch.release")))
    assert sorted(db.session.scalars(written)) == ["batch.release", "milestone.release", "milestone.release"]


def test_a_second_click_gives_the_same_batch(cast: Cast) -> None:
    both_accepted(cast)
    first = actions.release_together(cast.department, BOTH, KEY, by=cast.finance, at=NOON)
    db.session.commit()
    again = actions.release_together(cast.department, BOTH, KEY, by=cast.finance, at=NOON)
    assert (again.id, stands()) == (first.id, (["released", "released"], 2))
    with pytest.raises(NotNow):
        actions.release_together(cast.department, BOTH, "x" * 22, by=cast.finance, at=NOON)
    db.session.rollback()
    assert db.session.scalar(select(func.count(ReleaseBatch.id))) == 1


def test_what_is_refused_keeps_its_reason_and_the_others_go(cast: Cast) -> None:
    contract = both_accepted(cast)
    actions.release(contract.milestones[0], by=cast.finance, at=NOON)
    db.session.commit()
    batch = actions.release_together(cast.department, BOTH, KEY, by=cast.finance, at=NOON)
    db.session.commit()
    reason = "This can no longer be done, or not yet. Look at what stands now."
    assert [one.refused_because for one in batch.lines] == [reason, ""]
    assert stands() == (["released", "released"], 2)


def test_two_in_finance_at_once_release_each_payment_once(app: Flask, cast: Cast) -> None:
    both_accepted(cast)
    other = make_staff("finance", cast.department, "Fran Finance")
    people, number = [cast.finance.id, other.id], cast.department.id
    db.session.remove()
    together, told = Barrier(2), []

    def click(person: int) -> None:
        with app.app_context():
            department = db.session.get_one(Department, number)
            together.wait()
            try:
                with transaction(department) as at:
                    by = db.session.get_one(User, person)
                    actions.release_together(department, BOTH, f"key-of-person-{person:08}", by=by, at=at)
                told.append("released")
            except NotNow:
                told.append("too late")
            db.session.remove()

    clicks = [Thread(target=click, args=(person,)) for person in people]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert (sorted(told), stands()) == (["released", "too late"], (["released", "released"], 2))


def test_several_payments_wait_for_finance_as_one_thing_to_do(cast: Cast) -> None:
    contract = active(cast)
    waiting = []
    for milestone in contract.milestones:
        accepted(cast, milestone)
        waiting.append([(one.endpoint, one.due) for one in queries.awaiting(cast.finance, NOON)])
    until = NOON + timedelta(days=30)
    assert waiting == [[("contracts.release", until)], [("contracts.releases", until)]]


def test_who_accepted_the_work_releases_none_of_it(cast: Cast) -> None:
    appoint(cast.buyer, "finance", cast.department)
    both_accepted(cast)
    with pytest.raises(NotNow):
        actions.release_together(cast.department, BOTH, KEY, by=cast.buyer, at=NOON)
    assert stands() == (["accepted", "accepted"], 0)
    shown, _more = queries.list_waiting(cast.department, cast.buyer, NOON)
    assert {one.refusal for one in shown} == {queries.YOUR_OWN}


def test_a_supplier_without_an_account_is_not_paid(cast: Cast) -> None:
    both_accepted(cast, connected=False)
    with pytest.raises(NotNow):
        actions.release_together(cast.department, BOTH, KEY, by=cast.finance, at=NOON)
    shown, _more = queries.list_waiting(cast.department, cast.finance, NOON)
    assert [one.refusal[:41] for one in shown] == ["The supplier has not connected an account"] * 2


def test_only_finance_of_that_department_releases(cast: Cast) -> None:
    both_accepted(cast)
    other = make_department("lakes")
    appoint(cast.finance, "finance", other)
    with pytest.raises(NotAllowed):
        actions.release_together(cast.department, BOTH, KEY, by=cast.officer, at=NOON)
    with pytest.raises(NotFound):
        actions.release_together(other, BOTH, KEY, by=cast.finance, at=NOON)
    with pytest.raises(NotValid):
        actions.release_together(cast.department, [], KEY, by=cast.finance, at=NOON)


def test_pages_follow_each_other_and_ask_as_much_for_one_as_for_two(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_accepted(cast)
    asked: list[str] = []
    listen = ("before_cursor_execute", lambda *arguments: asked.append(arguments[2]))
    event.listen(db.engine, *listen)
    counts = []
    for most in (1, 25):
        db.session.expire_all()
        department, person = cast.department, db.session.merge(cast.finance)
        assert (department.code, person.name) == ("rivers", "Fay Finance")
        asked.clear()
        monkeypatch.setattr("contracts.queries.releasing.PAGE", most)
        queries.list_waiting(department, person, NOON)
        counts.append(len(asked))
    event.remove(db.engine, *listen)
    assert (counts[0], counts[0] <= 6) == (counts[1], True)
    monkeypatch.setattr("contracts.queries.releasing.PAGE", 1)
    first, more = queries.list_waiting(cast.department, cast.finance, NOON)
    second, rest = queries.list_waiting(cast.department, cast.finance, NOON, (1, 1))
    assert ([one.name for one in first], more, [one.name for one in second], rest) == (["1-1"], True, ["1-2"], False)


def test_finance_chooses_checks_and_releases_on_three_pages(cast: Cast, travel: Travel, sign_in: SignIn) -> None:
    both_accepted(cast)
    travel(NOON + timedelta(days=33))
    browser, here = sign_in(cast.finance), "/en/departments/rivers/releases"
    listed = browser.get(here).get_data(as_text=True)
    assert listed.count('type="checkbox"') == 2
    assert "3 days late" in listed
    assert browser.get("/fr/ministeres/rivers/ordres-de-paiement").status_code == 200
    assert browser.get(f"{here}/check").headers["Location"] == here
    assert browser.get(f"{here}/check?pay=9-9").status_code == 404
    check = browser.get(f"{here}/check?pay=1-1&pay=1-2").get_data(as_text=True)
    assert "Release 2 payments of $10,170 in all" in check
    assert "HST 13%: $390" in check
    sent = {"pay": ["1-1", "1-2"], "key": KEY}
    assert [browser.post(f"{here}/check", data=sent).headers["Location"] for _click in range(2)] == [f"{here}/1"] * 2
    assert stands() == (["released", "released"], 2)
    shown = browser.get(f"{here}/1").get_data(as_text=True)
    assert "$10,170" in shown
    assert "No payment waits" in browser.get(here).get_data(as_text=True)
    assert sign_in(cast.officer).get(f"{here}/1").status_code == 200
    assert (sign_in(cast.officer).get(here).status_code, sign_in(cast.developer).get(f"{here}/1").status_code) == (
        403,
        403,
    )
