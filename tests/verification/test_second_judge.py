"""PaymentIntents as localstripe answers for them: a stand-in by others, a process of its own, never imported."""

import itertools
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
import stripe
from stripe import StripeClient

from contracts.gateway import Charge, Failure, Result, State
from contracts.stripe_gateway import StripeGateway
from tests.verification.benches import PLAIN
from tests.verification.conftest import LOCALSTRIPE

KEYS = itertools.count(1)
COURSES = [
    ("4242424242424242", State.SETTLED, None),
    ("4000000000000341", State.FAILED, Failure.DECLINED),
    ("4000002500003155", State.NEEDS_ACTION, None),
]


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    """Where localstripe answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    served = subprocess.Popen(
        [LOCALSTRIPE, "--port", str(port), "--from-scratch"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with socket.socket() as door:
                if door.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        served.terminate()
        served.wait()


def confirmed(base: str, card: str) -> tuple[Charge, str]:
    """Make an intent under a key of ours and confirm it by a card, with what localstripe knows of both."""
    client = StripeClient("sk_test_1", base_addresses={"api": base}, max_network_retries=0)
    customer = client.v1.customers.create({"name": "Department of Rivers"})
    method = client.v1.payment_methods.create(
        {"type": "card", "card": {"number": card, "exp_month": 12, "exp_year": 2040, "cvc": "123"}}
    )
    client.v1.payment_methods.attach(method.id, {"customer": customer.id})
    order = Charge(f"attempt-{next(KEYS)}", customer.id, "acct_1", PLAIN, method=method.id)
    intent = client.v1.payment_intents.create(
        {
            "amount": order.amount_cents,
            "currency": "cad",
            "customer": order.payer,
            "payment_method": order.method,
            "metadata": {"devex_key": order.key},
        },
        {"idempotency_key": order.key},
    )
    with suppress(stripe.CardError):
        client.v1.payment_intents.confirm(intent.id)
    return order, intent.id


@pytest.mark.parametrize(("card", "state", "failure"), COURSES)
def test_an_intent_of_localstripe_is_read_as_one_of_stripes(
    base: str, card: str, state: State, failure: Failure | None
) -> None:
    gateway = StripeGateway("sk_test_1", "whsec_1", api_base=base, retries=0)
    order, reference = confirmed(base, card)
    found = Result(order.key, reference, state, failure)
    assert gateway.look_up(order, reference) == found
    booked = gateway.find_booked(reference)
    assert booked is not None
    assert (booked.key, booked.state, booked.amount_cents, booked.refunded_cents) == (order.key, state, PLAIN, 0)
    waits = state == State.NEEDS_ACTION
    withdrawn = Result(order.key, reference, State.FAILED, Failure.WITHDRAWN) if waits else found
    assert gateway.withdraw(order, reference) == withdrawn
