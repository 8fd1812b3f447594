"""Departments and roles: the chain of appointment, loans, delegation, ends."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.bilingual import Bilingual
from app.core.db import transaction
from app.core.errors import NotAllowed, NotNow, NotValid
from app.core.outbox import Notification
from auth import actions, queries
from auth.actions import DepartmentDetails
from auth.models import Appointment, Department, User
from tests.conftest import NOON, Travel
from tests.factories import appoint, make_administrator, make_department, make_staff, make_user

DAY = timedelta(days=1)


def give(person: User, role: str, department: Department, by: User) -> Appointment:
    with transaction() as at:
        return actions.appoint(person, role, department, by=by, at=at)


def roles(user: User, department: Department) -> frozenset[str]:
    with transaction() as at:
        return queries.roles_in(user, department.id, at)


def told(session: Session) -> list[tuple[str, str]]:
    return [(one.kind, one.address) for one in session.scalars(select(Notification).order_by(Notification.id))]


def test_the_chain_of_appointment_begins_with_the_administrator(session: Session, travel: Travel) -> None:
    rivers, ada = make_department("rivers"), make_administrator()
    officer = make_user(email="olga@rivers.example")
    buyer = make_user(email="boris@rivers.example")

    give(officer, "officer", rivers, ada)
    give(buyer, "buyer", rivers, officer)

    assert (roles(officer, rivers), roles(buyer, rivers)) == (frozenset({"officer"}), frozenset({"buyer"}))
    assert told(session) == [("auth/role_given", "olga@rivers.example"), ("auth/role_given", "boris@rivers.example")]


def test_officers_of_another_department_appoint_nobody(session: Session, travel: Travel) -> None:
    rivers, parks = make_department("rivers"), make_department("parks")
    stranger, person = make_staff("officer", parks), make_user(email="boris@rivers.example")

    with pytest.raises(NotAllowed):
        give(person, "buyer", rivers, stranger)


def test_a_lent_officer_appoints_nobody(session: Session, travel: Travel) -> None:
    rivers, parks = make_department("rivers"), make_department("parks")
    lender, lent = make_staff("officer", parks), make_staff("officer", parks)
    person = make_user(email="boris@rivers.example")
    with transaction() as at:
        actions.lend(lent, parks, rivers, by=lender, at=at)

    assert roles(lent, rivers) == {"officer"}
    with pytest.raises(NotAllowed):
        give(person, "buyer", rivers, lent)


def test_a_role_holds_from_its_first_moment_until_just_before_its_last(session: Session, travel: Travel) -> None:
    rivers = make_department("rivers")
    away, stand_in = make_staff("officer", rivers), make_user(email="ines@rivers.example")
    starts, ends = NOON + DAY, NOON + 3 * DAY
    with transaction() as at:
        actions.delegate(stand_in, rivers, starts_at=starts, ends_at=ends, by=away, at=at)

    tick = timedelta(microseconds=1)
    held = [queries.roles_in(stand_in, rivers.id, at) for at in (starts - tick, starts, ends - tick, ends)]
    assert held == [frozenset(), {"officer"}, {"officer"}, frozenset()]


def test_a_delegated_role_is_not_delegated_further(session: Session, travel: Travel) -> None:
    rivers = make_department("rivers")
    away, stand_in = make_staff("officer", rivers), make_user(email="ines@rivers.example")
    third = make_user(email="third@rivers.example")
    with transaction() as at:
        actions.delegate(stand_in, rivers, starts_at=at, ends_at=at + DAY, by=away, at=at)

    with pytest.raises(NotAllowed), transaction() as at:
        actions.delegate(third, rivers, starts_at=at, ends_at=at + DAY, by=stand_in, at=at)


def test_what_was_delegated_ends_with_the_role(session: Session, travel: Travel) -> None:
    rivers, ada = make_department("rivers"), make_administrator()
    away, now, later = (
        make_staff("officer", rivers),
        make_user(email="n@rivers.example"),
        make_user(email="l@rivers.example"),
    )
    with transaction() as at:
        actions.delegate(now, rivers, starts_at=at, ends_at=at + DAY, by=away, at=at)
        actions.delegate(later, rivers, starts_at=at + DAY, ends_at=at + 2 * DAY, by=away, at=at)
    own = session.scalars(select(Appointment).where(Appointment.user_id == away.id)).one()
    with transaction() as at:
        actions.end_appointment(own, by=ada, at=at)

    assert [roles(one, rivers) for one in (away, now, later)] == [frozenset()] * 3
    with transaction() as at:
        assert queries.roster(rivers, at) == []
        assert queries.has_officer(rivers, at) is False


def test_an_ended_role_does_not_end_again(session: Session, travel: Travel) -> None:
    rivers = make_department("rivers")
    officer, buyer = make_staff("officer", rivers), make_staff("buyer", rivers)
    held = session.scalars(select(Appointment).where(Appointment.user_id == buyer.id)).one()
    with transaction() as at:
        actions.end_appointment(held, by=officer, at=at)

    with pytest.raises(NotNow), transaction() as at:
        actions.end_appointment(held, by=officer, at=at)


def test_a_stranger_ends_nobodys_role(session: Session, travel: Travel) -> None:
    rivers, parks = make_department("rivers"), make_department("parks")
    held = appoint(make_user(email="b@rivers.example"), "buyer", rivers)
    stranger = make_staff("officer", parks)

    with pytest.raises(NotAllowed), transaction() as at:
        actions.end_appointment(held, by=stranger, at=at)


def test_staff_and_whoever_has_an_address_there_may_not_propose(session: Session, travel: Travel) -> None:
    rivers, parks = make_department("rivers"), make_department("parks")
    lent, buyer = make_user(), make_staff("buyer", rivers)
    appoint(lent, "officer", rivers, lent=True)
    colleague, stranger = make_user(email="someone@RIVERS.example".lower()), make_user()

    with transaction() as at:
        assert [queries.may_propose(one, rivers, at) for one in (lent, buyer, colleague, stranger)] == [
            False,
            False,
            False,
            True,
        ]
        assert queries.may_propose(buyer, parks, at) is True


def test_administrators_alone_make_departments(session: Session, travel: Travel) -> None:
    details = DepartmentDetails(
        Bilingual("Coast", "Côte"), Bilingual("C", "C"), ("Coast.example", "@cote.example"), "NS"
    )
    ada, robin = make_administrator(), make_user()
    with transaction() as at:
        coast = actions.create_department("coast", details, by=ada, at=at)

    assert [row.domain for row in coast.domains] == ["coast.example", "cote.example"]
    with pytest.raises(NotAllowed), transaction() as at:
        actions.create_department("shore", details, by=robin, at=at)
    with pytest.raises(NotValid, match="code is taken"), transaction() as at:
        actions.create_department("coast", details, by=ada, at=at)


@pytest.mark.parametrize("domain", ["rivers", "a b.ca", "https://rivers.ca", "-a.ca", "a..ca", "râ.ca"])
def test_only_a_domain_is_a_domain(session: Session, travel: Travel, domain: str) -> None:
    ada = make_administrator()
    details = DepartmentDetails(Bilingual("Coast", "Côte"), Bilingual("C", "C"), (domain,), "NS")

    with pytest.raises(NotValid), transaction() as at:
        actions.create_department("coast", details, by=ada, at=at)


def test_a_domain_belongs_to_one_department(session: Session, travel: Travel) -> None:
    ada = make_administrator()
    make_department("rivers")
    details = DepartmentDetails(Bilingual("Coast", "Côte"), Bilingual("C", "C"), ("rivers.example",), "NS")

    with pytest.raises(NotValid, match="another department"), transaction() as at:
        actions.create_department("coast", details, by=ada, at=at)


def test_a_suspended_person_is_told_why_and_holds_nothing_open(session: Session, travel: Travel) -> None:
    ada, robin = make_administrator(), make_user(email="robin@mail.example")
    with transaction() as at:
        actions.suspend(robin, "Spam in questions.", by=ada, at=at)

    assert robin.is_active is False
    assert told(session) == [("auth/suspended", "robin@mail.example")]
    with transaction() as at:
        actions.reinstate(robin, by=ada, at=at)
    assert robin.is_active is True


def test_nobody_suspends_themselves_or_without_a_reason(session: Session, travel: Travel) -> None:
    ada, robin = make_administrator(), make_user()

    for person, reason in ((ada, "Tired."), (robin, "  ")):
        with pytest.raises(NotValid), transaction() as at:
            actions.suspend(person, reason, by=ada, at=at)


def test_administrators_are_made_by_command_or_by_another(session: Session, travel: Travel) -> None:
    ada, robin, stranger = make_administrator(), make_user(), make_user()
    with transaction() as at:
        actions.make_administrator(robin, by=ada, at=at)
        assert queries.is_administrator(robin, at) is True

    for person, by in ((stranger, stranger), (stranger, make_user())):
        with pytest.raises(NotAllowed), transaction() as at:
            actions.make_administrator(person, by=by, at=at)
