"""The port to a payment provider: what we ask of it, and what it may answer.

The caller keeps each attempt as a row, sends it under the attempt's own idempotency key, and looks an unanswered one up
before it ever sends it again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class State(StrEnum):
    """How far the provider is with an order."""

    SENT = "sent"
    PROCESSING = "processing"
    NEEDS_ACTION = "needs_action"
    SETTLED = "settled"
    FAILED = "failed"


class Failure(StrEnum):
    """Why an order failed: of the payer's method, of the payee's account, or a page closed before anybody paid."""

    DECLINED = "declined"
    EXPIRED = "expired"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    ACCOUNT_NOT_READY = "account_not_ready"
    ACCOUNT_CLOSED = "account_closed"
    WITHDRAWN = "withdrawn"
    OTHER = "other"


class GatewayError(Exception):
    """The provider gave no result."""


class GatewayDown(GatewayError):
    """No answer came: whether the provider acted is unknown until the key is looked up."""


class OrderRefused(GatewayError):
    """The order makes no sense to the provider and was not acted upon; sending it again would not help."""


class KeyReused(OrderRefused):
    """Another order was sent under this idempotency key before."""


class Forged(GatewayError):
    """A notice is not the provider's, or too old to be believed."""


@dataclass(frozen=True, slots=True)
class Charge:
    """An order to pay: from the department (payer) to the supplier's account (payee), in whole cents.

    `payer` and `payee` are the provider's references. `method`: the payer's saved payment method; without one, the
    provider answers NEEDS_ACTION with the address of a page to pay on, which leads back to `back`. `description` is in
    the payee's `language`; `procurement` and `milestone` say in the provider's books what is paid for.
    """

    key: str
    payer: str
    payee: str
    amount_cents: int
    currency: str = "CAD"
    description: str = ""
    method: str = ""
    fee_cents: int = 0
    procurement: str = ""
    milestone: str = ""
    language: str = "en"
    back: str = ""


@dataclass(frozen=True, slots=True)
class Refund:
    """An order to give back all or part of a settled charge, named by the provider's reference."""

    key: str
    charge: str
    amount_cents: int


Order = Charge | Refund


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an order: the provider's reference, the state, why it failed, where the payer must act."""

    key: str
    reference: str
    state: State
    failure: Failure | None = None
    action_url: str = ""


class Standing(StrEnum):
    """Whether an account can be paid, and if not, whose turn it is."""

    READY = "ready"
    INCOMPLETE = "incomplete"
    UNDER_REVIEW = "under_review"
    REFUSED = "refused"


class Requirement(StrEnum):
    """What the provider still wants of an account's owner."""

    IDENTITY = "identity"
    BANK_ACCOUNT = "bank_account"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Account:
    """A payee's account at the provider: its reference there, how it stands, what is still wanted of its owner."""

    reference: str
    standing: Standing = Standing.READY
    requirements: tuple[Requirement, ...] = ()


@dataclass(frozen=True, slots=True)
class Method:
    """A payer's saved payment method: its reference at the provider, and how people recognise it ("Visa 4242")."""

    reference: str
    label: str


class Kind(StrEnum):
    """What a notice of the provider is about."""

    CHARGE = "charge"
    REFUND = "refund"
    DISPUTE = "dispute"
    ACCOUNT = "account"
    METHOD = "method"
    OTHER = "other"


class Dispute(StrEnum):
    """What became of a payer's demand, through their bank, to have a charge back."""

    NONE = ""
    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice of the provider, its signature checked: only a hint to look at what it is about.

    `subject`: the provider's reference of the charge (also for a refund or a dispute of it), account or payer; `key`:
    our idempotency key when it names one; `account`: the connected account on which it happened, empty for our own.
    """

    id: str
    kind: Kind
    type: str
    subject: str
    key: str
    at: datetime
    account: str = ""


@dataclass(frozen=True, slots=True)
class Booked:
    """A charge as the provider's books have it, in whole cents."""

    reference: str
    key: str
    state: State
    amount_cents: int
    refunded_cents: int
    dispute: Dispute
    payee: str
    at: datetime


class Payments(Protocol):
    """What the worker asks of a payment provider."""

    def charge(self, order: Charge) -> Result:
        """Pay; the same key always gives the same payment. Raises GatewayDown, OrderRefused."""

    def look_up(self, order: Order, reference: str = "", sent_at: datetime | None = None) -> Result | None:
        """What became of an order sent earlier; None when the provider never got it. Raises GatewayDown.

        `reference`: the provider's, once it answered; `sent_at`: when the order first went, so that the provider's
        list need not be read from its beginning.
        """

    def withdraw(self, order: Charge, reference: str = "", sent_at: datetime | None = None) -> Result | None:
        """Close the page on which a charge waits, so that nobody pays on it any more, and say what became of it.

        SETTLED or PROCESSING when it was paid meanwhile, else FAILED; None when the provider never got the order.
        Raises GatewayDown.
        """

    def refund(self, order: Refund) -> Result:
        """Give back; the same key always gives the same refund. Raises GatewayDown, OrderRefused."""


class Payers(Protocol):
    """What a department's pages ask of a payment provider: a payment method, saved on the provider's own pages."""

    def open_payer(self, key: str, name: str) -> str:
        """The reference of a payer, known to the provider from now on; the same key always gives the same payer."""

    def set_up(self, payer: str, back: str, language: str) -> str:
        """A fresh address where the payer saves a payment method; it leads back to `back`. Raises GatewayDown."""

    def saved(self, payer: str) -> Method | None:
        """The payment method that the payer saved last. Raises GatewayDown."""


class Books(Protocol):
    """What the books of a payment provider tell: notices as things happen, and everything booked in a period."""

    def read_notice(self, body: bytes, signature: str) -> Notice:
        """Check a notice's signature and say what it is about. Raises Forged."""

    def find_booked(self, reference: str) -> Booked | None:
        """How one charge stands in the books now; None when it is not there. Raises GatewayDown."""

    def booked(self, since: datetime, until: datetime) -> Iterator[Booked]:
        """Every charge made in a period (UTC, `until` left out). Raises GatewayDown."""


class Payees(Protocol):
    """What a supplier's pages ask of a payment provider: an account to be paid on, completed on its own pages."""

    def open_account(self, key: str) -> Account:
        """Open an account for a payee; the same key always gives the same account. Raises GatewayDown."""

    def account(self, reference: str) -> Account:
        """How an account stands now. Raises GatewayDown."""

    def onboarding(self, reference: str, back: str, language: str) -> str:
        """A fresh address where the owner completes the account, to be gone to at once; it leads back to `back`."""


class PaymentGateway(Payments, Payers, Payees, Books, Protocol):
    """A payment provider as we need it: its name, and whether it moves money (pages mark one that does not)."""

    name: str
    moves_money: bool
