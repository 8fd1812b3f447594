"""People's pages: what is typed is kept, refusals stand beside their field, strangers see nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.bilingual import Bilingual
from app.core.db import transaction
from app.core.outbox import Notification
from auth import actions, queries
from auth.models import Appointment, Department, Membership, Organization, Terms, User
from tests.conftest import NOON, Travel
from tests.factories import (
    appoint,
    make_administrator,
    make_department,
    make_organization,
    make_skill,
    make_staff,
    make_user,
)

SignIn = Callable[[User], FlaskClient]


def profile(**values: Any) -> dict[str, Any]:
    return {
        "name": "Robin", "email": "robin@mail.example", "language": "en", "bio": "", "links": "", "province": "",
        "tax_number": "", **values,
    }  # fmt: skip


def test_a_profile_is_saved_whole(client: FlaskClient, sign_in: SignIn) -> None:
    robin = make_user(email="robin@mail.example")
    make_skill("python")
    browser = sign_in(robin)

    answer = browser.post(
        "/fr/compte/profil",
        data=profile(
            name=" Robin  T. ", language="fr", bio="Cartes.", links="https://a.ca\r\n\r\nhttps://b.ca", province="QC",
            tax_number="123456789 rt 0001", skills=["python"],
        ),
    )  # fmt: skip

    assert (answer.status_code, answer.location) == (303, "/fr/compte")
    found = queries.get_user(robin.key)
    assert (found.name, found.language, found.bio, found.province) == ("Robin T.", "fr", "Cartes.", "QC")
    assert (found.links, found.tax_number) == (["https://a.ca", "https://b.ca"], "123456789RT0001")
    assert [skill.code for skill in found.skills] == ["python"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Écrivez le nom que les autres voient."),
        ({"name": "x" * 121}, "121"),
        ({"tax_number": "12"}, "Écrivez neuf chiffres"),
        ({"links": "javascript:alert(1)"}, "Écrivez une adresse Web entière"),
        ({"links": "\n".join(f"https://{n}.ca" for n in range(9))}, "Au plus 8 liens."),
        ({"email": "other@mail.example"}, "Where"),
        ({"language": "de"}, "de"),
        ({"province": "ZZ"}, "ZZ"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    client: FlaskClient, sign_in: SignIn, wrong: dict[str, str], sentence: str
) -> None:
    browser = sign_in(make_user(email="robin@mail.example"))

    answer = browser.post("/fr/compte/profil", data=profile(bio="Une heure <b>de</b> travail", **wrong))

    assert answer.status_code == 422
    assert "Une heure &lt;b&gt;de&lt;/b&gt; travail" in answer.text
    assert 'class="error-summary"' in answer.text
    assert sentence in answer.text or sentence in ("Where", "121", "de", "ZZ")


def test_an_organization_is_made_and_its_members_invited(
    client: FlaskClient, sign_in: SignIn, session: Session
) -> None:
    owner, ines = make_user(), make_user(email="ines@mail.example", language="fr")
    browser = sign_in(owner)
    made = browser.post("/en/organizations/new", data={"name": "Three Pines", "province": "QC"})
    assert browser.post(f"{made.location}/invite", data={"email": "nonsense", "role": "member"}).status_code == 422
    assert (
        browser.post(f"{made.location}/invite", data={"email": "Ines@mail.example", "role": "admin"}).status_code == 303
    )

    letter = session.scalars(select(Notification)).one()
    key = session.scalars(select(Membership.key).where(Membership.state == "invited")).one()
    assert letter.language == "fr"
    assert f"http://devex.test/fr/invitations/{key}" in letter.body
    guest = sign_in(ines)
    assert "Three Pines" in guest.get(f"/fr/invitations/{key}").text
    assert guest.post(f"/fr/invitations/{key}", data={"answer": "accept"}).status_code == 303
    assert queries.role_in(ines, session.scalars(select(Organization)).one()) == "admin"


def test_an_invitation_says_nothing_to_anybody_else(client: FlaskClient, sign_in: SignIn) -> None:
    owner, stranger = make_user(), make_user()
    organization = make_organization(owner, "Secret Pines")
    with transaction() as at:
        key = actions.invite(organization, "ines@mail.example", "member", by=owner, at=at).key

    for verb in (sign_in(stranger).get, sign_in(stranger).post):
        answer = verb(f"/en/invitations/{key}")
        assert answer.status_code == 403
        assert "Secret Pines" not in answer.text


@pytest.mark.parametrize("path", ["", "/edit", "/invite", "/leave"])
def test_strangers_find_no_organization(client: FlaskClient, sign_in: SignIn, path: str) -> None:
    organization = make_organization(make_user())
    browser = sign_in(make_user())

    there = browser.get(f"/en/organizations/{organization.key}{path}")
    nowhere = browser.get(f"/en/organizations/nothing{path}")

    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert there.text.replace(organization.key, "nothing") == nowhere.text


def test_a_member_is_promoted_and_removed(client: FlaskClient, sign_in: SignIn, session: Session) -> None:
    owner, member = make_user(), make_user()
    organization = make_organization(owner, "Pines", member)
    key = session.scalars(select(Membership.key).where(Membership.user_id == member.id)).one()
    browser = sign_in(owner)

    assert browser.post(f"/en/members/{key}", data={"role": "admin"}).status_code == 303
    assert queries.role_in(member, organization) == "admin"
    assert browser.post(f"/en/members/{key}", data={"role": "emperor"}).status_code == 422
    assert browser.post(f"/en/members/{key}", data={"remove": "1"}).status_code == 303
    assert queries.role_in(member, organization) == ""


def test_an_officer_gives_delegates_lends_and_ends_roles(
    client: FlaskClient, sign_in: SignIn, session: Session
) -> None:
    rivers = make_department("rivers")
    make_department("parks")
    officer, second = make_staff("officer", rivers), make_staff("officer", rivers)
    buyer = make_user(email="boris@rivers.example")
    browser = sign_in(officer)
    person = {"email": "Boris@rivers.example"}

    given = browser.post("/en/departments/rivers/appoint", data={**person, "role": "buyer"})
    assert given.status_code == 303
    days = {"first_day": "2026-06-15", "until": "2026-06-19"}
    assert browser.post("/en/departments/rivers/delegate", data={**person, **days}).status_code == 303
    assert (
        browser.post("/en/departments/rivers/lend", data={"email": second.email, "department": "parks"}).status_code
        == 303
    )

    held = {(one.role, one.lent, one.delegated_by_id is not None) for one in session.scalars(select(Appointment))}
    assert held == {
        ("officer", False, False),
        ("buyer", False, False),
        ("officer", False, True),
        ("officer", True, False),
    }
    stand_in = session.scalars(select(Appointment).where(Appointment.delegated_by_id.is_not(None))).one()
    assert (stand_in.starts_at.isoformat(), (stand_in.ends_at or NOON).isoformat()) == (
        "2026-06-15T04:00:00+00:00", "2026-06-20T04:00:00+00:00",
    )  # fmt: skip
    own = session.scalars(select(Appointment).where(Appointment.user_id == buyer.id, Appointment.role == "buyer")).one()
    assert browser.post(f"/en/departments/rivers/roles/{own.id}").status_code == 303
    with transaction() as at:
        assert queries.roles_in(buyer, rivers.id, at) == frozenset()


BACKWARDS = {"first_day": "2026-06-15", "until": "2026-06-14"}


@pytest.mark.parametrize(
    ("page", "data", "sentence"),
    [
        ("appoint", {"email": "nobody@rivers.example", "role": "buyer"}, "Nobody has signed in with this address"),
        (
            "appoint",
            {"email": "stranger@mail.example", "role": "buyer"},
            "no verified e-mail address",
        ),
        ("appoint", {"email": "me@rivers.example", "role": "finance"}, "Nobody appoints themselves."),
        (
            "delegate",
            {"email": "stranger@mail.example", "first_day": "2026-06-15", "until": "2026-06-14"},
            "The last day must",
        ),
        ("delegate", {"email": "stranger@mail.example", "first_day": "x", "until": ""}, "Choose the last day."),
        ("lend", {"email": "stranger@mail.example", "department": "parks"}, "Only an officer of your own department"),
    ],
)
def test_a_wrong_appointment_is_refused_beside_its_field(
    client: FlaskClient, sign_in: SignIn, page: str, data: dict[str, str], sentence: str
) -> None:
    rivers = make_department("rivers")
    make_department("parks")
    make_user(email="stranger@mail.example")
    officer = make_user(email="me@rivers.example")
    appoint(officer, "officer", rivers)

    answer = sign_in(officer).post(f"/en/departments/rivers/{page}", data=data)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert data["email"] in answer.text


@pytest.mark.parametrize("page", ["", "/appoint", "/lend", "/delegate"])
def test_a_department_is_shown_to_those_who_hold_a_role_there(client: FlaskClient, sign_in: SignIn, page: str) -> None:
    rivers, parks = make_department("rivers"), make_department("parks")
    stranger, buyer = sign_in(make_staff("officer", parks)), sign_in(make_staff("buyer", rivers))

    assert stranger.get(f"/en/departments/rivers{page}").status_code == 403
    assert buyer.get(f"/en/departments/rivers{page}").status_code == (403 if page else 200)


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


def test_what_waits_for_a_person_is_named_oldest_first(client: FlaskClient, travel: Travel) -> None:
    ada, robin = make_administrator(), make_user(email="robin@mail.example")
    make_department("rivers")
    owner = make_user()
    organization = make_organization(owner)
    with transaction() as at:
        actions.invite(organization, "robin@mail.example", "member", by=owner, at=at)
    with transaction() as at:
        actions.publish_terms("privacy", Bilingual("A", "B"), by=ada, at=at)
    with transaction() as at:
        assert [one.endpoint for one in queries.awaiting(robin, at)] == ["auth.invitation", "auth.welcome"]
        assert [one.endpoint for one in queries.awaiting(ada, at)] == ["auth.welcome", "auth.department"]


def test_nobody_signs_in_too_often(client: FlaskClient) -> None:
    answers = [client.get("/sign-in/github/callback").status_code for _time in range(22)]

    assert answers == [404] * 20 + [429] * 2
