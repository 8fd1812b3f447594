"""People's pages: what is typed is kept, refusals stand beside their field, strangers see nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.bilingual import Bilingual
from app.core.db import transaction
from app.core.outbox import Notification
from auth import actions, queries
from auth.models import Appointment, Membership, Organization, User
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
