"""Who may do what among people: the tables of truth."""

from datetime import timedelta

import pytest

from app.core.errors import NotAllowed, NotNow, NotValid, Refusal
from auth import policy
from auth.models import Membership
from auth.policy import AppointmentFacts, DelegationFacts, EndFacts, LoanFacts, MembershipFacts, Ties
from tests.conftest import NOON


def kind(refusal: Refusal | None) -> type[Refusal] | None:
    return type(refusal) if refusal is not None else None


FITS = {"verified_here": True}


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        (AppointmentFacts("buyer", by_officer=True, **FITS), None),
        (AppointmentFacts("officer", by_officer=True, has_officer=True, **FITS), None),
        (AppointmentFacts("finance", by_officer=True, **FITS), None),
        (AppointmentFacts("officer", by_administrator=True, **FITS), None),
        (AppointmentFacts("officer", by_administrator=True, has_officer=True, **FITS), NotAllowed),
        (AppointmentFacts("buyer", by_administrator=True, **FITS), NotAllowed),
        (AppointmentFacts("finance", by_administrator=True, **FITS), NotAllowed),
        (AppointmentFacts("buyer", **FITS), NotAllowed),
        (AppointmentFacts("buyer", by_officer=True, verified_here=False), NotValid),
        (AppointmentFacts("buyer", by_officer=True, is_self=True, **FITS), NotValid),
        (AppointmentFacts("officer", by_administrator=True, is_self=True, **FITS), NotValid),
        (AppointmentFacts("buyer", by_officer=True, already_holds=True, **FITS), NotValid),
        (AppointmentFacts("buyer", by_officer=True, suspended=True, **FITS), NotValid),
    ],
)
def test_administrators_appoint_the_first_officer_and_officers_the_rest(
    facts: AppointmentFacts, refusal: type[Refusal] | None
) -> None:
    assert kind(policy.appointment_refusal(facts)) is refusal


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        (LoanFacts(by_officer_of_lender=True, is_officer_of_lender=True), None),
        (LoanFacts(by_administrator=True, is_officer_of_lender=True), None),
        (LoanFacts(is_officer_of_lender=True), NotAllowed),
        (LoanFacts(by_officer_of_lender=True), NotValid),
        (LoanFacts(by_officer_of_lender=True, is_officer_of_lender=True, same_department=True), NotValid),
        (LoanFacts(by_officer_of_lender=True, is_officer_of_lender=True, is_self=True), NotValid),
        (LoanFacts(by_officer_of_lender=True, is_officer_of_lender=True, already_holds=True), NotValid),
        (LoanFacts(by_officer_of_lender=True, is_officer_of_lender=True, suspended=True), NotValid),
    ],
)
def test_a_department_lends_an_officer_of_its_own(facts: LoanFacts, refusal: type[Refusal] | None) -> None:
    assert kind(policy.loan_refusal(facts)) is refusal


DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("starts", "ends", "more", "refusal"),
    [
        (NOON, NOON + DAY, {}, None),
        (NOON - DAY, NOON + TICK, {}, None),
        (NOON - DAY, NOON, {}, NotValid),
        (NOON + DAY, NOON + DAY, {}, NotValid),
        (NOON + DAY, NOON + DAY + TICK, {}, None),
        (NOON, NOON + timedelta(days=366), {}, None),
        (NOON, NOON + timedelta(days=366) + TICK, {}, NotValid),
        (NOON, NOON + DAY, {"holds_it_oneself": False}, NotAllowed),
        (NOON, NOON + DAY, {"is_self": True}, NotValid),
        (NOON, NOON + DAY, {"verified_here": False}, NotValid),
        (NOON, NOON + DAY, {"already_holds": True}, NotValid),
        (NOON, NOON + DAY, {"suspended": True}, NotValid),
    ],
)
def test_an_officer_delegates_for_days_to_come(
    starts: object, ends: object, more: dict[str, bool], refusal: type[Refusal] | None
) -> None:
    facts = {"holds_it_oneself": True, "verified_here": True, "starts_at": starts, "ends_at": ends, **more}

    assert kind(policy.delegation_refusal(DelegationFacts(**facts), NOON)) is refusal  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "may"),
    [
        (EndFacts(), False),
        (EndFacts(is_holder=True), True),
        (EndFacts(by_officer=True), True),
        (EndFacts(by_administrator=True), True),
        (EndFacts(by_delegator=True), True),
    ],
)
def test_a_role_is_ended_by_its_holder_and_by_those_above(facts: EndFacts, *, may: bool) -> None:
    assert policy.may_end(facts) is may


@pytest.mark.parametrize(
    ("ties", "may"),
    [
        (Ties(), True),
        (Ties(frozenset({"buyer"})), False),
        (Ties(verified_here=True), False),
        (Ties(frozenset({"finance"}), verified_here=True), False),
    ],
)
def test_a_departments_staff_do_not_bid_there(ties: Ties, *, may: bool) -> None:
    assert policy.may_propose_to(ties) is may


@pytest.mark.parametrize(
    ("role", "target", "invites", "removes"),
    [
        ("owner", "owner", True, True),
        ("owner", "admin", True, True),
        ("owner", "member", True, True),
        ("admin", "owner", False, False),
        ("admin", "admin", True, False),
        ("admin", "member", True, True),
        ("member", "member", False, False),
        ("", "member", False, False),
    ],
)
def test_owners_and_admins_invite_and_remove(role: str, target: str, *, invites: bool, removes: bool) -> None:
    place, facts = Membership(role=target, state="active"), MembershipFacts(role=role)

    assert policy.may_invite(None, place, facts) is invites
    assert policy.may_remove(None, place, facts) is removes
    assert policy.may_remove(None, place, MembershipFacts(role=role, is_own=True)) is False


@pytest.mark.parametrize(
    ("role", "state", "owners", "refusal"),
    [
        ("owner", "active", 1, NotNow),
        ("owner", "active", 2, None),
        ("owner", "invited", 1, None),
        ("admin", "active", 1, None),
    ],
)
def test_the_last_owner_stays(role: str, state: str, owners: int, refusal: type[Refusal] | None) -> None:
    place = Membership(role=role, state=state)

    assert kind(policy.not_the_last_owner(place, NOON, MembershipFacts(owners=owners))) is refusal


@pytest.mark.parametrize(
    ("address", "domain"),
    [("a@Rivers.Example", "rivers.example"), ("a@b@rivers.example ", "rivers.example"), ("nothing", "nothing")],
)
def test_the_domain_is_what_follows_the_last_at(address: str, domain: str) -> None:
    assert policy.domain_of(address) == domain
