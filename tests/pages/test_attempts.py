"""Who was refused at something sealed: the department's officers and administrators see it, and nobody else."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from auth.models import User
from tests.factories import make_administrator, make_department, make_staff, make_user
from tests.pages.conftest import Office

SignIn = Callable[[User], FlaskClient]


@pytest.mark.usefixtures("travel")
def test_officers_see_attempts_at_their_departments_evaluations_and_administrators_all(
    office: Office, sign_in: SignIn
) -> None:
    opportunity, eve = office.post(state="closed"), make_user("Eve Exner")
    for address in (f"/en/opportunities/{opportunity.number}/evaluation/panel", "/en/proposals/nothing-here"):
        assert sign_in(eve).get(address).status_code == 404
    elsewhere = make_staff("officer", make_department("other"), name="Otto")
    administrator = make_administrator("Ada")
    seen = {
        one.name: sign_in(one).get("/en/log/attempts").text.count("Eve Exner")
        for one in (office.officer, elsewhere, administrator)
    }
    assert seen == {office.officer.name: 1, "Otto": 0, "Ada": 2}
    assert sign_in(office.buyer).get("/en/log/attempts").status_code == 403
    assert "Eve Exner" not in sign_in(office.buyer).get(f"/en/opportunities/{opportunity.number}/story").text
