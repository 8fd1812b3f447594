"""Asking the provider to carry out an order, a charge or a refund: the one place that says when it may be sent again.

The key is the order's own. What was sent before is looked up first, and after `KEY_LIFE` it is never sent again,
because a provider forgets idempotency keys after about a day.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.gateway import Charge, GatewayDown, KeyReused, Order, OrderRefused, Payments, Result, State
from contracts.models import PaymentAttempt, Refund
from contracts.policy import NO_ANSWER

KEY_LIFE = timedelta(hours=20)
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)
AT_ONCE = 100
REFUSED = "refused"


@dataclass(frozen=True)
class Claim:
    """A row that this worker holds: its order, whether the provider has it, and whether it may be sent (again)."""

    row_id: int
    order: Order
    reference: str
    sent_at: datetime | None
    first: bool
    answered: bool
    sendable: bool


@dataclass(frozen=True)
class Answer:
    """What became of an order, as it is recorded."""

    state: State
    reference: str = ""
    failure: str = ""
    action_url: str = ""


def claim_of(row: PaymentAttempt | Refund, order: Order, *, at: datetime, first: bool) -> Claim:
    """Say what is known of an order that is held; `first`: it was never sent."""
    young = row.sent_at is not None and at < row.sent_at + KEY_LIFE
    answered = row.state != "sent" or bool(row.reference)
    sendable = young and not answered
    return Claim(row.id, order, row.reference, row.sent_at, first=first, answered=answered, sendable=sendable)


def ask(gateway: Payments, claim: Claim) -> Answer | None:
    """Send a first order; look an older one up, and send it again only if it never arrived; None: no answer."""
    try:
        found = None if claim.first else gateway.look_up(claim.order, claim.reference, claim.sent_at)
        if found is None and claim.answered:
            return None  # the provider had it once: neither sent again nor given up
        if found is None and not claim.sendable:
            return Answer(State.FAILED, failure=NO_ANSWER)
        return read_result(found or _send(gateway, claim.order))
    except (GatewayDown, KeyReused):
        return None
    except OrderRefused:
        return Answer(State.FAILED, failure=REFUSED)


def _send(gateway: Payments, order: Order) -> Result:
    return gateway.charge(order) if isinstance(order, Charge) else gateway.refund(order)


def read_result(result: Result) -> Answer:
    """Give the provider's result as it is recorded."""
    failure = result.failure.value if result.failure else ""
    return Answer(result.state, result.reference, failure, result.action_url)


def wait_after(tries: int) -> timedelta:
    """How long to wait before asking again: twice as long after each try, an hour at most."""
    return min(FIRST_WAIT * (1 << min(tries - 1, 12)), LONGEST_WAIT)
