"""Administrators' pages: departments, people and terms, and who is not let in."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.bilingual import Bilingual
from app.core.db import transaction
from app.core.outbox import Notification
from auth import actions, queries
from auth.models import Department, Terms, User
from tests.factories import (
    make_administrator,
    make_department,
    make_staff,
    make_user,
)

SignIn = Callable[[User], FlaskClient]


@pytest.mark.parametrize("path", ["/admin", "/admin/people", "/admin/departments/new", "/admin/terms"])
def test_administration_is_for_administrators(client: FlaskClient, sign_in: SignIn, path: str) -> None:
    officer = make_staff("officer", make_department("rivers"))

    assert client.get(f"/en{path}").status_code == 303
    assert sign_in(officer).get(f"/en{path}").status_code == 403
    assert sign_in(make_administrator()).get(f"/en{path}").status_code == 200


def test_an_administrator_adds_and_changes_a_department(client: FlaskClient, sign_in: SignIn, session: Session) -> None:
    browser = sign_in(make_administrator())
    data = {
        "code": "coast", "name_en": "Coast", "name_fr": "Côte", "abbreviation_en": "C", "abbreviation_fr": "C",
        "domains": "coast.example\ncote.example", "province": "NS",
    }  # fmt: skip
    assert browser.post("/fr/admin/ministeres/nouveau", data={**data, "name_fr": ""}).status_code == 422
    assert browser.post("/fr/admin/ministeres/nouveau", data=data).location == "/fr/ministeres/coast"
    assert browser.post("/en/admin/departments/coast", data={**data, "domains": "cote.example"}).status_code == 303

    coast = session.scalars(select(Department)).one()
    assert (coast.name, [row.domain for row in coast.domains]) == (Bilingual("Coast", "Côte"), ["cote.example"])


def test_a_suspended_persons_session_ends_at_once(client: FlaskClient, sign_in: SignIn) -> None:
    robin = make_user()
    theirs, ours = sign_in(robin), sign_in(make_administrator())
    assert theirs.get("/en/account").status_code == 200

    assert ours.post(f"/en/admin/people/{robin.key}", data={"reason": ""}).status_code == 422
    assert ours.post(f"/en/admin/people/{robin.key}", data={"reason": "Spam."}).status_code == 303
    assert theirs.get("/en/account").status_code == 303
    assert ours.post(f"/en/admin/people/{robin.key}", data={"reinstate": "1"}).status_code == 303
    assert sign_in(robin).get("/en/account").status_code == 200


def test_people_are_found_by_name_address_and_login_a_page_at_a_time(client: FlaskClient, sign_in: SignIn) -> None:
    browser = sign_in(make_administrator())
    for number in range(27):
        make_user(f"Person {number:02d}", email=f"p{number}@mail.example")
    make_user("Per%cent_", email="odd@mail.example")

    page = browser.get("/en/admin/people?q=PERSON").text
    assert (page.count("@mail.example"), "Person 26" in page, "Person 01" in page) == (25, True, False)
    after = page.split("after=")[1].split('"')[0]
    assert "Person 01" in browser.get(f"/en/admin/people?q=PERSON&after={after}").text
    assert browser.get("/en/admin/people?q=%25cent_").text.count("odd@mail.example") == 1
    assert "Nobody matches." in browser.get("/en/admin/people?q=(c%2B%2B'--").text
    assert browser.get("/en/admin/people?after=99999999999999999999").status_code == 200


def test_new_terms_are_a_new_version_and_whoever_accepted_is_told(
    client: FlaskClient, sign_in: SignIn, session: Session
) -> None:
    ada, robin = make_administrator(), make_user(language="fr")
    with transaction() as at:
        first = actions.publish_terms("terms", Bilingual("Be kind.", "Soyez aimable."), by=ada, at=at)
        for person in (robin, ada):
            actions.accept(person, first, by=person, at=at)
    browser = sign_in(ada)

    same = browser.post("/en/admin/terms?kind=terms", data={"body_en": "Be kind.", "body_fr": "Soyez aimable."})
    half = browser.post("/en/admin/terms?kind=terms", data={"body_en": "Be **very** kind.", "body_fr": " "})
    done = browser.post(
        "/en/admin/terms?kind=terms", data={"body_en": "Be **very** kind.", "body_fr": "Soyez très aimable."}
    )

    assert (same.status_code, half.status_code, done.status_code) == (422, 422, 303)
    assert "Be **very** kind." in half.text
    assert [terms.number for terms in session.scalars(select(Terms))] == [1, 2]
    letter = session.scalars(select(Notification).where(Notification.recipient_id == robin.id)).one()
    assert (letter.recipient_id, letter.language, letter.kind) == (robin.id, "fr", "auth/terms_changed")
    assert "<strong>very</strong>" in client.get("/en/terms").text
    assert "Be kind." in client.get("/en/terms/1").text
    assert [client.get(f"/en/terms/{number}").status_code for number in (0, 3)] == [404, 404]
    assert browser.get("/en/admin/terms?kind=poems").status_code == 404


def test_terms_are_ticked_each_or_not_accepted(client: FlaskClient, sign_in: SignIn, session: Session) -> None:
    ada, robin = make_administrator(), make_user()
    with transaction() as at:
        due = [str(actions.publish_terms(kind, Bilingual("A", "B"), by=ada, at=at).id) for kind in ("terms", "privacy")]
    browser = sign_in(robin)

    half = browser.post("/en/welcome", data={"name": "Robin R.", "language": "fr", "accepted": due[:1]})
    assert (half.status_code, "Robin R." in half.text, queries.acceptances_of(robin)) == (422, True, [])
    assert (
        browser.post(
            "/en/welcome?next=//evil.example", data={"name": "R", "language": "fr", "accepted": due}
        ).status_code
        == 303
    )
    assert len(queries.acceptances_of(robin)) == 2


def test_the_first_administrator_is_made_by_command(app: Flask, client: FlaskClient) -> None:
    robin = make_user("Robin", email="robin@mail.example")
    run = app.test_cli_runner().invoke

    assert run(args=["make-administrator", "Robin@mail.example"]).output == "Robin is an administrator now.\n"
    again = run(args=["make-administrator", "robin@mail.example"])
    nobody = run(args=["make-administrator", "nobody@mail.example"])

    assert (again.exit_code, "already an administrator" in again.output) == (1, True)
    assert (nobody.exit_code, "Sign in once" in nobody.output or "sign in once" in nobody.output) == (1, True)
    with transaction() as at:
        assert queries.is_administrator(robin, at) is True
