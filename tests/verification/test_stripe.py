"""Stripe's gateway in what only Stripe has: errors, keys that age, pages that close, what its books carry."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from contracts.gateway import Dispute, Failure, Forged, GatewayDown, Kind, Refund, Requirement, State
from contracts.stripe_gateway import StripeGateway
from contracts.stripe_words import about, account_of
from tests.verification.benches import PLAIN, Bench, stripe_bench_on
from tests.verification.stripe_fake import Fake, Fault, serving
from tests.verification.stripe_ledger import SECRET
from tests.verification.stripe_material import Unknown, validated

DAY = timedelta(days=1)


@pytest.fixture
def fake() -> Iterator[Fake]:
    with serving() as made:
        yield made


@pytest.fixture
def bench(fake: Fake) -> Bench:
    return stripe_bench_on(fake)


@pytest.mark.parametrize(
    ("method", "failure"),
    [
        ("pm_card_chargeDeclined", Failure.DECLINED),
        ("pm_card_chargeDeclinedInsufficientFunds", Failure.INSUFFICIENT_FUNDS),
        ("pm_card_chargeDeclinedExpiredCard", Failure.EXPIRED),
        ("pm_debit_accountClosed", Failure.ACCOUNT_CLOSED),
    ],
)
def test_each_reason_of_a_bank_has_its_word(bench: Bench, method: str, failure: Failure) -> None:
    order = bench.order(method=method)
    result = bench.gateway.charge(order)
    assert (result.state, result.failure, bench.gateway.look_up(order)) == (State.FAILED, failure, result)


@pytest.mark.parametrize("do", ["429", "500", "500_after", "drop_before", "drop_after"])
def test_a_fault_at_stripe_leaves_the_order_open_and_pays_once(bench: Bench, fake: Fake, do: str) -> None:
    order = bench.order()
    fake.faults.append(Fault(do, path="/v1/payment_intents"))
    with pytest.raises(GatewayDown):
        bench.gateway.charge(order)
    found = bench.gateway.look_up(order)
    assert (found is not None) == do.endswith("_after")
    assert bench.gateway.charge(order).state == State.PROCESSING
    assert len(fake.books()["charges"]) == 1


def test_an_answer_that_takes_too_long_is_none(fake: Fake, bench: Bench) -> None:
    impatient = StripeGateway("sk_test_1", SECRET, api_base=fake.base, retries=0, timeout=0.05)
    fake.faults.append(Fault("delay", path="/v1/payment_intents", seconds=0.3))
    with pytest.raises(GatewayDown):
        impatient.charge(bench.order())


def test_a_key_that_stripe_refuses_is_no_answer_about_the_order(fake: Fake, bench: Bench) -> None:
    with pytest.raises(GatewayDown):
        StripeGateway("rk_test_1", SECRET, api_base=fake.base, retries=0).charge(bench.order())


def test_an_order_older_than_its_key_is_found_in_the_lists(bench: Bench, fake: Fake) -> None:
    order = bench.order()
    sent_at = datetime.now(UTC)
    first = bench.gateway.charge(order)
    for number in range(120):
        bench.gateway.charge(bench.order(key=f"other-{number}", method="pm_card_visa"))
    fake.ledger.clock = (sent_at + 2 * DAY).timestamp()
    assert bench.gateway.look_up(order, sent_at=sent_at) == first
    assert bench.gateway.charge(order).reference != first.reference, "a key that old pays twice: so it is looked up"


def test_a_charge_that_needs_the_cardholder_goes_on_as_one_page(bench: Bench, fake: Fake) -> None:
    order = bench.order("action")
    first = bench.gateway.charge(order)
    assert bench.gateway.charge(order) == first
    assert bench.gateway.look_up(order) == first
    bench.act(order.key)
    bench.settle()
    assert [one["status"] for one in fake.books()["intents"]] == ["requires_payment_method", "succeeded"]
    assert len(fake.books()["sessions"]) == 1


def test_a_bank_that_asks_back_gives_its_own_page(bench: Bench) -> None:
    result = bench.gateway.charge(bench.order(method="pm_card_threeDSecure2Required"))
    assert (result.state, result.action_url.startswith("https://hooks.stripe.test/")) == (State.NEEDS_ACTION, True)
    withdrawn = bench.gateway.withdraw(bench.order(), result.reference)
    assert withdrawn is not None
    assert (withdrawn.state, withdrawn.failure) == (State.FAILED, Failure.WITHDRAWN)


def test_a_card_refused_on_a_page_leaves_it_open_and_a_day_closes_it(bench: Bench, fake: Fake) -> None:
    order = bench.order("page")
    page = bench.gateway.charge(order)
    fake.ledger.pay(page.reference, "pm_card_chargeDeclined")
    assert bench.gateway.look_up(order, page.reference) == page
    fake.ledger.clock = (datetime.now(UTC) + DAY).timestamp()
    closed = bench.gateway.look_up(order, page.reference)
    assert closed is not None
    assert (closed.state, closed.failure) == (State.FAILED, Failure.WITHDRAWN)


def test_what_is_charged_names_its_procurement_and_goes_to_the_payee_less_the_fee(bench: Bench, fake: Fake) -> None:
    for course in ("", "page"):
        order = bench.order(course, f"key{course}", fee_cents=100, procurement="ocds-1", milestone="3-1")
        bench.gateway.charge(order)
        if course:
            bench.act(order.key)
    bench.settle()
    for one in fake.books()["charges"]:
        assert (one["amount"], one["currency"], one["application_fee_amount"]) == (PLAIN, "cad", 100)
        assert one["transfer_data"] == {"destination": bench.order().payee}
        assert (one["description"], one["metadata"]["procurement"], one["metadata"]["milestone"]) == (
            "Milestone 1",
            "ocds-1",
            "3-1",
        )
    charge = fake.books()["charges"][0]["id"]
    bench.gateway.refund(Refund("r", charge, 100))
    assert [bool(one["transfer_reversal"]) for one in fake.books()["refunds"]] == [True]


def test_the_books_name_what_became_of_a_dispute(bench: Bench, fake: Fake) -> None:
    charge = bench.gateway.charge(bench.order(method="pm_card_visa")).reference
    for status, dispute in (("needs_response", Dispute.OPEN), ("won", Dispute.WON), ("lost", Dispute.LOST)):
        fake.ledger.dispute(charge, status)
        booked = bench.gateway.find_booked(charge)
        assert booked is not None
        assert booked.dispute == dispute


def test_an_event_of_the_other_mode_is_refused(fake: Fake, bench: Bench) -> None:
    body, signature = bench.notice(Kind.ACCOUNT, bench.order().payee, "")
    live = StripeGateway("sk_live_1", SECRET, api_base=fake.base)
    assert (live.moves_money, bench.gateway.moves_money) == (True, False)
    with pytest.raises(Forged):
        live.read_notice(body, signature)


@pytest.mark.parametrize(
    ("event_type", "thing", "kind", "subject"),
    [
        ("payment_intent.payment_failed", {"id": "pi_1"}, Kind.CHARGE, "pi_1"),
        ("charge.succeeded", {"id": "ch_1", "payment_intent": "pi_1"}, Kind.CHARGE, "pi_1"),
        ("charge.refunded", {"id": "ch_1", "payment_intent": "pi_1"}, Kind.REFUND, "pi_1"),
        ("refund.updated", {"id": "re_1", "payment_intent": "pi_1"}, Kind.REFUND, "pi_1"),
        ("charge.dispute.created", {"id": "dp_1", "payment_intent": "pi_1"}, Kind.DISPUTE, "pi_1"),
        ("checkout.session.expired", {"id": "cs_1", "mode": "payment"}, Kind.CHARGE, "cs_1"),
        ("checkout.session.completed", {"id": "cs_1", "mode": "setup", "customer": "cus_1"}, Kind.METHOD, "cus_1"),
        ("payment_method.detached", {"id": "pm_1", "customer": None}, Kind.METHOD, ""),
        ("balance.available", {"object": "balance"}, Kind.OTHER, ""),
    ],
)
def test_every_event_says_what_to_look_at(event_type: str, thing: dict[str, str], kind: Kind, subject: str) -> None:
    assert about(event_type, thing, "") == (kind, subject)


def test_what_stripe_wants_of_an_owner_is_said_in_few_words() -> None:
    due = ["person_1.dob.day", "external_account", "business_profile.url", "tos_acceptance.date"]
    account = account_of("acct_1", {"requirements": {"currently_due": due}})
    assert account.requirements == (Requirement.IDENTITY, Requirement.BANK_ACCOUNT, Requirement.OTHER)


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({"amount": "1", "currency": "cad", "tip": "1"}, "tip"),
        ({"amount": "1.5", "currency": "cad"}, "amount"),
        ({"currency": "cad"}, "amount"),
        ({"amount": "1", "currency": "cad", "transfer_data": {"to": "acct_1"}}, "transfer_data[destination]"),
        ({"amount": "1", "currency": "cad", "idempotency_key": "x"}, "idempotency_key"),
    ],
)
def test_the_stand_in_knows_no_more_than_stripes_own_types(params: dict[str, object], named: str) -> None:
    with pytest.raises(Unknown) as refused:
        validated("PaymentIntentCreateParams", params)
    assert refused.value.param == named
