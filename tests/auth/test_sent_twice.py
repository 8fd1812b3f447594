"""What somebody sends twice is made once."""

from datetime import timedelta

import pytest
from flask import Flask

from app.core.db import db, transaction
from auth import actions
from auth.actions import Details
from auth.models import Appointment, Organization
from tests.conftest import NOON
from tests.factories import make_department, make_staff, make_user

pytestmark = pytest.mark.usefixtures("travel")


def test_an_organization_is_founded_once_by_one_person(app: Flask) -> None:
    founder, other = make_user(), make_user()
    for by in (founder, founder, other):
        with transaction() as at:
            actions.found(Details("Three Pines"), by=by, at=at)
    with transaction() as at:
        actions.found(Details("Three Pines", website="https://pines.example"), by=founder, at=at)
    assert db.session.query(Organization).count() == 3


def test_a_role_is_delegated_once_for_the_same_days(app: Flask) -> None:
    department = make_department()
    officer, buyer = make_staff("officer", department), make_staff("buyer", department)
    days = {"starts_at": NOON, "ends_at": NOON + timedelta(days=5)}
    for _press in range(2):
        with transaction() as at:
            actions.delegate(buyer, department, **days, by=officer, at=at)
    assert db.session.query(Appointment).filter_by(delegated_by_id=officer.id).count() == 1
