"""A delivery accepted in part: two milestones whose amounts add up; the controls of s. 33 and 34 hold for each."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as some

from app.core.bilingual import Bilingual
from app.core.db import db
from app.core.errors import NotAllowed, NotNow, NotValid
from auth.models import User
from contracts import actions, queries, splitting
from contracts.actions import Part
from contracts.invoicing import Invoice, make_invoice
from contracts.models import Contract, Milestone
from contracts.taxes import PROVINCES
from tests.contracts.people import NOON, Cast, active, delivered
from tests.factories import appoint

Travel = Callable[[datetime | timedelta], datetime]
SignIn = Callable[[User], FlaskClient]
PART = Part(2_000_00, "The legend is not there.", "The legend.", date(2026, 9, 1))


@given(some.integers(2, 10**12), some.data())
def test_the_two_parts_add_up(amount: int, data: some.DataObject) -> None:
    first = data.draw(some.integers(1, amount - 1))
    assert splitting.parts(amount, first) == (first, amount - first)


@pytest.mark.parametrize("first", [-1, 0, 100, 101])
def test_a_part_is_neither_nothing_nor_everything(first: int) -> None:
    with pytest.raises(ValueError, match="less than the whole"):
        splitting.parts(100, first)


def test_the_rest_is_named_in_the_languages_there_are() -> None:
    assert splitting.rest_title(2, Bilingual("Map", "Carte")).as_dict() == {
        "en": "Rest of milestone 2: Map",
        "fr": "Reste du jalon 2\u00a0: Carte",
    }
    assert splitting.rest_title(2, Bilingual(fr="Carte")).en == ""


@given(some.integers(2, 10**10), some.data(), some.sampled_from(PROVINCES), some.sampled_from(["included", "extra"]))
def test_the_invoice_of_each_part_sums_to_the_cent(
    amount: int, data: some.DataObject, province: str, taxes: str
) -> None:
    parts = splitting.parts(amount, data.draw(some.integers(1, amount - 1)))
    made = [make_invoice("1", part, taxes, province, date(2026, 7, 1), "123") for part in parts]
    agreed = [one.total_cents if taxes == "included" else one.amount_cents for one in made]
    assert agreed == list(parts)


@pytest.fixture
def cast(app: Flask, travel: Travel) -> Cast:
    travel(NOON)
    return Cast(tax_number="123456789 RT0001")


def waiting(cast: Cast) -> Milestone:
    return delivered(cast, active(cast).milestones[0])


def amounts(contract: Contract) -> list[tuple[int, str, int]]:
    return [(one.position, one.state, one.amount_cents) for one in queries.get_contract(contract.number).milestones]


def test_what_is_missing_becomes_the_last_milestone(cast: Cast) -> None:
    milestone = waiting(cast)
    rest = actions.accept_part(milestone, PART, by=cast.buyer, at=NOON)
    db.session.commit()
    assert amounts(milestone.contract) == [
        (1, "accepted", 2_000_00),
        (2, "planned", 6_000_00),
        (3, "planned", 1_000_00),
    ]  # fmt: skip
    assert (rest.title.en, rest.missing, rest.due_on) == (
        f"Rest of milestone 1: {milestone.title.en}", "The legend.", date(2026, 9, 1),
    )  # fmt: skip
    assert rest.accepted_when == milestone.accepted_when
    delivery = milestone.deliveries[0]
    made, whole = Invoice.of(delivery.invoice), Invoice.of(delivery.whole_invoice or {})
    assert (made.number, made.amount_cents, made.tax_cents) == ("1-1-1.2", 2_000_00, 260_00)
    assert (whole.number, whole.amount_cents, whole.tax_cents) == ("1-1-1", 3_000_00, 390_00)


def test_a_rest_may_be_accepted_in_part_again_and_keeps_its_first_name(cast: Cast) -> None:
    milestone = waiting(cast)
    rest = actions.accept_part(milestone, PART, by=cast.buyer, at=NOON)
    delivered(cast, rest)
    last = actions.accept_part(rest, Part(1, "Only a line.", "All but a line."), by=cast.buyer, at=NOON)
    assert (last.position, last.amount_cents) == (4, 999_99)
    assert last.title.en == f"Rest of milestone 3: {milestone.title.en}"


def test_release_stays_with_another_person(cast: Cast) -> None:
    milestone = waiting(cast)
    appoint(cast.buyer, "finance", cast.department)
    actions.accept_part(milestone, PART, by=cast.buyer, at=NOON)
    with pytest.raises(NotAllowed):
        actions.release(milestone, by=cast.buyer, at=NOON)
    attempt = actions.release(milestone, by=cast.finance, at=NOON)
    assert (attempt.amount_cents, attempt.tax_cents) == (2_000_00, 260_00)


@pytest.mark.parametrize(
    "part",
    [
        Part(0, "Why.", "What."),
        Part(-1, "Why.", "What."),
        Part(3_000_00, "Why.", "What."),
        Part(10**12, "Why.", "What."),
        Part(1, " ", "What."),
        Part(1, "Why.", " "),
        Part(1, "x" * 10_001, "What."),
    ],
)
def test_a_part_that_is_none_is_refused_and_nothing_moves(cast: Cast, part: Part) -> None:
    milestone = waiting(cast)
    with pytest.raises(NotValid):
        actions.accept_part(milestone, part, by=cast.buyer, at=NOON)
    assert [state for _position, state, _amount in amounts(milestone.contract)] == ["delivered", "planned"]


def test_only_a_buyer_accepts_a_part_and_only_of_a_delivery(cast: Cast) -> None:
    milestone = waiting(cast)
    appoint(cast.developer, "buyer", cast.department)
    for person in (cast.developer, cast.officer, cast.finance, cast.stranger):
        with pytest.raises(NotAllowed):
            actions.accept_part(milestone, PART, by=person, at=NOON)
    with pytest.raises(NotNow):
        actions.accept_part(milestone.contract.milestones[1], PART, by=cast.buyer, at=NOON)
    assert amounts(milestone.contract)[1:] == [(2, "planned", 6_000_00)]


def test_the_page_of_a_part_keeps_what_was_typed_and_shows_both_halves(cast: Cast, sign_in: SignIn) -> None:
    waiting(cast)
    buyer, here = sign_in(cast.buyer), "/en/contracts/1/milestones/1"
    assert buyer.get("/fr/contrats/1/jalons/1/accepter-en-partie").status_code == 200
    typed = {"amount": "3,000", "reasons": "No legend.", "missing": "The legend."}
    answer = buyer.post(f"{here}/accept-part", data=typed)
    assert (answer.status_code, "No legend." in answer.get_data(as_text=True)) == (422, True)
    assert buyer.post(f"{here}/accept-part", data={**typed, "amount": "2,000.01"}).status_code == 303
    page = buyer.get(here).get_data(as_text=True)
    assert "Accepted in part by Bea Buyer" in page
    assert "$999.99" in page
    assert "It replaces invoice 1-1-1" in page
    rest = sign_in(cast.developer).get("/en/contracts/1/milestones/3").get_data(as_text=True)
    assert "The legend." in rest
    public = buyer.application.test_client().get("/en/contracts/1/milestones/3").get_data(as_text=True)
    assert "The legend." not in public
    assert buyer.post(f"{here}/accept-part", data=typed).status_code == 409
