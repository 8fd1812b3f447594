"""Paying through a stand-in for Stripe that can hold an answer, so that whoever asked dies while it waits."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from app.core.db import transaction
from contracts import actions, queries
from contracts.gateway import Method
from contracts.models import Contract
from contracts.stripe_gateway import StripeGateway
from tests.contracts.people import LINK, NOON, Cast
from tests.factories import make_award, make_opportunity
from tests.verification.stripe_fake import Fake, server_of
from tests.verification.stripe_ledger import SECRET

CARD = "pm_card_visa"
KEY = "sk_test_crash"
PATIENCE = 60


class Holding(Fake):
    """A stand-in that holds one request: before it acts (and then never does), or after it has acted."""

    def __init__(self) -> None:
        super().__init__()
        self.hold: tuple[str, str, bool] | None = None
        self.reached, self.let_go = threading.Event(), threading.Event()

    def holds(self, method: str, path: str, *, acts: bool) -> None:
        """Hold the next request that fits."""
        self.reached.clear()
        self.let_go.clear()
        self.hold = (method, path, acts)

    def answer(self, method: str, path: str, params: dict[str, Any], key: str) -> tuple[int, Any]:
        """Answer, unless this is the request to hold."""
        hold = self.hold
        if hold is None or method != hold[0] or not path.startswith(hold[1]):
            return super().answer(method, path, params, key)
        self.hold = None
        said = super().answer(method, path, params, key) if hold[2] else None
        self.reached.set()
        self.let_go.wait(PATIENCE)
        if said is None:
            raise ConnectionAbortedError
        return said


@contextmanager
def holding() -> Iterator[Holding]:
    """Serve a fresh one from a thread of this process."""
    fake = Holding()
    server = server_of(fake)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        fake.let_go.set()
        server.shutdown()
        server.server_close()
        thread.join()


def gateway_on(fake: Fake) -> StripeGateway:
    """Stripe's gateway, by Stripe's library, against a stand-in."""
    return StripeGateway(KEY, SECRET, api_base=fake.base, retries=0, timeout=5)


def settled_in(cast: Cast, gateway: StripeGateway, fake: Fake) -> None:
    """Let the department and the developer be known at the stand-in: a payer with a card, an account that is paid."""
    account = gateway.open_account(cast.developer.key)
    fake.ledger.judge(account.reference, "ready")
    ready = gateway.account(account.reference)
    with transaction() as at:
        actions.connect_account(cast.developer, ready, provider=gateway.name, by=cast.developer, at=at)
    pay_by(cast, gateway, CARD)


def pay_by(cast: Cast, gateway: StripeGateway, method: str) -> None:
    """Let the department pay by a method from now on."""
    payer = gateway.open_payer(cast.department.code, "Rivers")
    with transaction() as at:
        actions.save_method(cast.department, payer, Method(method, "Visa 4242"), by=cast.finance, at=at)


def agreed(cast: Cast) -> Contract:
    """One more contract between the same people, agreed by both sides."""
    opportunity = make_opportunity(cast.department, cast.buyer, state="awarded")
    make_award(opportunity, cast.officer, cast.developer, at=NOON - timedelta(days=20))
    with transaction() as at:
        contract = actions.draw_up(opportunity, by=cast.officer, at=at)
        for person in (cast.developer, cast.officer):
            actions.accept(contract, contract.text_hash, by=person, at=NOON)
    return contract


def ordered(cast: Cast, place: tuple[int, int]) -> str:
    """Take a milestone (contract, position) as far as the order to pay it; give the key of the attempt."""
    with transaction() as at:
        milestone = queries.get_milestone(queries.get_contract(place[0]), place[1])
        actions.deliver(milestone, "The map.", [LINK], [], by=cast.developer, at=at)
        actions.accept_delivery(milestone, by=cast.buyer, at=at)
        return actions.release(milestone, by=cast.finance, at=at).key
