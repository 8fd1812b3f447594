"""Two people at the same moment, on either database."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier, Thread

import pytest
from flask import Flask

from app.core.bilingual import Bilingual
from app.core.db import db, transaction
from app.core.errors import Refusal
from auth.models import Department, User
from opportunities import actions, queries
from opportunities.models import Opportunity
from tests.factories import CLOSING, both, make_department, make_opportunity, make_staff

pytestmark = pytest.mark.usefixtures("travel")


def at_once(app: Flask, *acts: Callable[[], None]) -> list[str]:
    """Let acts begin at the same moment, each in a context of its own; gives what was refused."""
    barrier, refusals = Barrier(len(acts)), []

    def run(act: Callable[[], None]) -> None:
        with app.app_context():
            barrier.wait()
            try:
                act()
            except Refusal as refusal:
                refusals.append(type(refusal).__name__)
            finally:
                db.session.remove()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refusals


def test_two_drafts_begun_at_once_get_numbers_of_their_own(app: Flask) -> None:
    department = make_department()
    buyer = make_staff("buyer", department)
    make_opportunity(department, buyer)
    numbers = department.id, buyer.id

    def begin(title: str) -> None:
        with transaction() as at:
            found, by = db.session.get_one(Department, numbers[0]), db.session.get_one(User, numbers[1])
            actions.start(found, Bilingual(title), ocid_prefix="ocds-devex0", by=by, at=at)

    titles = ("The one", "The other", "The other")
    assert at_once(app, *(partial(begin, title) for title in titles)) == []
    db.session.rollback()
    drafts = {one.number: one.title.en for one in db.session.query(Opportunity).filter_by(state="draft")}
    assert sorted(drafts.values()) == ["The one", "The other"]


def test_of_two_officers_publishing_at_once_one_publishes(app: Flask) -> None:
    department = make_department()
    opportunity = make_opportunity(department, make_staff("buyer", department), state="approved")
    officers = [make_staff("officer", department).id for _ in range(2)]
    number = opportunity.number

    def publish(officer: int) -> Callable[[], None]:
        def act() -> None:
            with transaction(on=queries.get_opportunity(number)) as at:
                actions.publish(queries.get_opportunity(number), by=db.session.get_one(User, officer), at=at)

        return act

    assert at_once(app, *(publish(officer) for officer in officers)) == ["NotNow"]
    db.session.rollback()
    assert [edition.number for edition in queries.get_opportunity(number).editions] == [1]


def test_the_job_does_not_close_what_was_just_extended(app: Flask) -> None:
    department = make_department()
    buyer = make_staff("buyer", department)
    opportunity = make_opportunity(department, buyer)
    number, by_id, later = opportunity.number, buyer.id, CLOSING + timedelta(days=1)

    def extend() -> None:
        with transaction(on=queries.get_opportunity(number)):
            actions.extend(
                queries.get_opportunity(number), later, both("Later"), by=db.session.get_one(User, by_id),
                at=CLOSING - timedelta(microseconds=1),
            )  # fmt: skip

    def close() -> None:
        with transaction():
            actions.close_due(at=CLOSING)

    at_once(app, extend, close)
    db.session.rollback()
    found = queries.get_opportunity(number)
    assert (found.state, found.closing_at) in {("open", later), ("closed", datetime(2026, 6, 24, 18, 0, tzinfo=UTC))}
