"""Organizations: found, invite, accept, decline, leave, remove, change roles."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.db import db, transaction
from app.core.errors import NotAllowed, NotNow, NotValid
from app.core.outbox import Notification
from auth import actions, queries
from auth.actions import Details
from auth.models import Membership, Organization, User
from tests.conftest import Travel
from tests.factories import make_organization, make_user


def place_of(session: Session, user: User) -> Membership:
    return session.scalars(select(Membership).where(Membership.user_id == user.id)).one()


def invited(organization: Organization, address: str, by: User, role: str = "member") -> Membership:
    with transaction() as at:
        return actions.invite(organization, address, role, by=by, at=at)


def test_who_founds_an_organization_owns_it(session: Session, travel: Travel) -> None:
    robin = make_user()
    with transaction() as at:
        made = actions.found(Details(" Three  Pines ", website="https://pines.example", province="QC"), by=robin, at=at)

    assert (made.name, queries.role_in(robin, made)) == ("Three Pines", "owner")
    assert queries.organizations_of(robin) == [made]


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (Details(""), "name"),
        (Details("x" * 121), "name"),
        (Details("Pines", website="javascript:alert(1)"), "website"),
        (Details("Pines", website="https://"), "website"),
        (Details("Pines", website="https://a b"), "website"),
        (Details("Pines", province="ZZ"), "province"),
        (Details("Pines", github_organization="../admin"), "github_organization"),
        (Details("Pines", tax_number="12345"), "tax_number"),
    ],
)
def test_hostile_details_are_refused_beside_their_field(
    session: Session, travel: Travel, details: Details, field: str
) -> None:
    robin = make_user()
    with pytest.raises(NotValid) as refused, transaction() as at:
        actions.found(details, by=robin, at=at)

    assert refused.value.field == field


def test_only_who_has_the_invited_address_verified_may_accept(session: Session, travel: Travel) -> None:
    owner, ines, stranger = make_user(), make_user(email="ines@mail.example"), make_user()
    organization = make_organization(owner)
    place = invited(organization, "Ines@Mail.example", owner)

    for person in (stranger, owner):
        with pytest.raises(NotAllowed), transaction() as at:
            actions.answer(place, "accept", by=person, at=at)
    with transaction() as at:
        actions.answer(place, "accept", by=ines, at=at)

    assert (place.state, place.user, queries.role_in(ines, organization)) == ("active", ines, "member")
    letters = session.scalars(select(Notification)).all()
    assert [(one.kind, one.address, one.recipient_id) for one in letters] == [
        ("auth/invitation", "ines@mail.example", ines.id)
    ]


def test_a_declined_invitation_stays_declined_and_can_be_sent_anew(session: Session, travel: Travel) -> None:
    owner, ines = make_user(), make_user(email="ines@mail.example")
    organization = make_organization(owner)
    place = invited(organization, "ines@mail.example", owner)
    with transaction() as at:
        actions.answer(place, "decline", by=ines, at=at)

    with pytest.raises(NotNow), transaction() as at:
        actions.answer(place, "accept", by=ines, at=at)
    assert invited(organization, "ines@mail.example", owner).state == "invited"


def test_an_address_is_invited_once(session: Session, travel: Travel) -> None:
    owner = make_user()
    organization = make_organization(owner)
    invited(organization, "ines@mail.example", owner)

    with pytest.raises(NotValid):
        invited(organization, "INES@mail.example", owner)


@pytest.mark.parametrize("address", ["", "ines", "ines@mail", "a@b.c,d@e.f", "<ines@mail.example>", "a b@mail.example"])
def test_only_an_address_is_invited(session: Session, travel: Travel, address: str) -> None:
    owner = make_user()
    organization = make_organization(owner)

    with pytest.raises(NotValid):
        invited(organization, address, owner)


def test_one_person_holds_one_place(session: Session, travel: Travel) -> None:
    owner = make_user(email="owner@mail.example")
    organization = make_organization(owner)
    with transaction() as at:
        said = actions.Claims(
            "https://github.com", owner.identities[0].subject, "o", "O", ("owner@mail.example", "o@work.example")
        )
        actions.recognize(said, at=at)
    place = invited(organization, "o@work.example", owner)

    with pytest.raises(NotNow), transaction() as at:
        actions.answer(place, "accept", by=owner, at=at)


def test_members_invite_nobody(session: Session, travel: Travel) -> None:
    owner, member = make_user(), make_user()
    organization = make_organization(owner, "Pines", member)

    with pytest.raises(NotAllowed):
        invited(organization, "ines@mail.example", member)


def test_the_last_owner_neither_leaves_nor_steps_down(session: Session, travel: Travel) -> None:
    owner, member = make_user(), make_user()
    make_organization(owner, "Pines", member)
    place = place_of(session, owner)

    with pytest.raises(NotNow), transaction() as at:
        actions.leave(place, by=owner, at=at)
    with pytest.raises(NotNow), transaction() as at:
        actions.change_role(place, "member", by=owner, at=at)

    with transaction() as at:
        actions.change_role(place_of(session, member), "owner", by=owner, at=at)
        actions.leave(place, by=owner, at=at)
    assert (place.state, place_of(session, member).role) == ("left", "owner")


def test_two_owners_who_leave_at_the_same_moment_do_not_both_leave(app: Flask, travel: Travel) -> None:
    first, second = make_user(), make_user()
    organization = make_organization(first, "Pines", second)
    with transaction() as at:
        actions.change_role(place_of(db.session(), second), "owner", by=first, at=at)
    keys, start = (first.key, second.key), Barrier(2)
    number = organization.id
    db.session.remove()

    def leave(key: str) -> str:
        with app.app_context():
            person = queries.get_user(key)
            place = db.session.scalars(select(Membership).where(Membership.user_id == person.id)).one()
            start.wait(timeout=20)
            try:
                with transaction() as at:
                    actions.leave(place, by=person, at=at)
            except NotNow:
                return "stays"
            finally:
                db.session.remove()
            return "left"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(leave, keys)) == ["left", "stays"]
    owners = select(func.count(Membership.id)).where(
        Membership.organization_id == number, Membership.role == "owner", Membership.state == "active"
    )
    assert db.session.scalar(owners) == 1


def test_nobody_leaves_for_somebody_else(session: Session, travel: Travel) -> None:
    owner, member = make_user(), make_user()
    make_organization(owner, "Pines", member)

    with pytest.raises(NotAllowed), transaction() as at:
        actions.leave(place_of(session, member), by=owner, at=at)


def test_a_removed_member_sees_the_organization_no_more(session: Session, travel: Travel) -> None:
    owner, member = make_user(), make_user()
    organization = make_organization(owner, "Pines", member)
    with transaction() as at:
        actions.remove(place_of(session, member), by=owner, at=at)

    assert queries.organizations_of(member) == []
    assert queries.role_in(member, organization) == ""


def test_admins_change_no_roles(session: Session, travel: Travel) -> None:
    owner, admin = make_user(), make_user()
    make_organization(owner, "Pines", admin)
    with transaction() as at:
        actions.change_role(place_of(session, admin), "admin", by=owner, at=at)

    with pytest.raises(NotAllowed), transaction() as at:
        actions.change_role(place_of(session, owner), "member", by=admin, at=at)
