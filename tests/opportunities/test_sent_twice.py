"""What somebody sends twice is made once, and told once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.audit import Event
from app.core.bilingual import Bilingual
from app.core.db import db, transaction
from app.core.errors import NotNow
from app.core.outbox import Notification
from auth.models import Department, User
from opportunities import actions
from opportunities.models import Opportunity
from tests.factories import CLOSING, both, make_department, make_opportunity, make_staff, make_user

pytestmark = pytest.mark.usefixtures("travel")

WORDS = Bilingual("One more test.", "Un essai de plus.")
LATER = CLOSING + timedelta(days=7)


def written() -> tuple[int, int]:
    """Count what was logged and what was told."""
    return tuple(db.session.scalar(select(func.count()).select_from(one)) or 0 for one in (Event, Notification))  # type: ignore[return-value]


def twice(act: Callable[..., object], *given: object, by: User, **more: object) -> bool:
    """Do the same two times; say whether it gave the same row and wrote nothing more."""
    with transaction() as at:
        first = act(*given, by=by, at=at, **more)
    once = written()
    with transaction() as at:
        second = act(*given, by=by, at=at, **more)
    return (second is first, written()) == (True, once)


@pytest.fixture
def department(app: Flask) -> Department:
    """Whose opportunities they are."""
    return make_department()


@pytest.fixture
def buyer(department: Department) -> User:
    """Who writes for the department."""
    return make_staff("buyer", department)


@pytest.fixture
def tender(department: Department, buyer: User) -> Opportunity:
    """What is open for proposals."""
    return make_opportunity(department, buyer)


def test_a_question_is_asked_once_while_it_waits(tender: Opportunity) -> None:
    for asker, words in ((make_user(), "May we use Rust?"), (make_user(), "May we use Rust?")):
        assert twice(actions.ask, tender, words, "en", by=asker)
        assert twice(actions.ask, tender, f"{words} And Go?", "en", by=asker)
    assert len(tender.questions) == 4


@pytest.mark.parametrize("material", [False, True])
def test_an_addendum_is_issued_once(tender: Opportunity, buyer: User, *, material: bool) -> None:
    assert twice(actions.issue_addendum, tender, WORDS, by=buyer, material=material)
    assert len(tender.addenda) == 1


def test_an_addendum_with_a_change_is_issued_once_from_one_page(tender: Opportunity, buyer: User) -> None:
    changes = {"summary": both("A map of every gauge", "Une carte de chaque jauge")}
    assert twice(actions.issue_addendum, tender, WORDS, changes, by=buyer, version=tender.version)
    other = {"summary": both("A map", "Une carte")}
    with pytest.raises(NotNow), transaction() as at:
        actions.issue_addendum(tender, WORDS, other, by=buyer, at=at, version=1)


def test_the_closing_is_moved_once(tender: Opportunity, buyer: User) -> None:
    assert twice(actions.extend, tender, LATER, WORDS, by=buyer)
    assert len(tender.addenda) == 1


def test_funds_are_certified_once_for_one_sum(department: Department, buyer: User) -> None:
    tender, finance = make_opportunity(department, buyer, state="review"), make_staff("finance", department)
    before = len(tender.certificates)
    for sum_cents in (10_000_00, 11_000_00):
        assert twice(actions.certify, tender, sum_cents, "F-7", by=finance)
    assert len(tender.certificates) - before == 2


def test_a_draft_is_begun_once_until_something_is_written(department: Department, buyer: User) -> None:
    begun = (department, Bilingual("Gauges"))
    assert twice(actions.start, *begun, ocid_prefix="ocds-devex0", by=buyer)
    with transaction() as at:
        first = actions.start(*begun, ocid_prefix="ocds-devex0", by=buyer, at=at)
        actions.write(first, {"summary": both("A map")}, by=buyer, at=at + timedelta(seconds=1))
    with transaction() as at:
        assert actions.start(*begun, ocid_prefix="ocds-devex0", by=buyer, at=at) is not first
    with transaction() as at:
        ranked = actions.start(*begun, ocid_prefix="ocds-devex0", pattern="priced", by=buyer, at=at)
    assert ranked.plan.format != first.plan.format


def test_a_page_saved_twice_is_no_conflict_but_another_text_is(department: Department, buyer: User) -> None:
    draft = make_opportunity(department, buyer, state="draft")
    shown = draft.version
    for _press in range(2):
        with transaction() as at:
            actions.write(draft, {"summary": both("Otters")}, by=buyer, at=at, version=shown)
    with pytest.raises(NotNow), transaction() as at:
        actions.write(draft, {"summary": both("Beavers")}, by=buyer, at=at, version=shown)
    assert draft.summary == both("Otters")
