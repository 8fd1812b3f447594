"""A payment provider that moves no money, and otherwise behaves as one: it delays, refuses and fails.

It keeps its own ledger in a SQLite file, as a real provider keeps its books: what it was sent survives our restart, and
several processes may use it at once. A charge settles once the delay has passed by the clock it was given. One without
a saved method waits for the payer. The last four figures of an amount in cents choose another course:

    …66.01  declined at once
    …66.02  processing, then failed for insufficient funds
    …66.03  needs action by the payer until `act` is called
    …66.04  down before acting: the first attempt under a key is lost, the next one is taken
    …66.05  no answer after acting: the first attempt is taken, but the answer is lost

An account is incomplete when it is opened, until `judge` plays the provider that decides about it; charges to one that
is not ready fail. An account that the ledger does not know, of a world that was made without it, is ready.
"""

import hashlib
import hmac
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from contracts import sandbox_ledger
from contracts.gateway import (
    Account,
    Booked,
    Charge,
    Dispute,
    Failure,
    Forged,
    GatewayDown,
    Kind,
    Method,
    Notice,
    Order,
    OrderRefused,
    Refund,
    Requirement,
    Result,
    Standing,
    State,
)
from contracts.sandbox_ledger import Ledger

DECLINED, POOR, NEEDS_ACTION, DOWN, SILENT = 6601, 6602, 6603, 6604, 6605
COURSES: dict[int, tuple[State, Failure | None]] = {
    DECLINED: (State.FAILED, Failure.DECLINED),
    POOR: (State.FAILED, Failure.INSUFFICIENT_FUNDS),
    NEEDS_ACTION: (State.NEEDS_ACTION, None),
}
PLACES = {"en": "/en/sandbox", "fr": "/fr/prestataire-essai"}
ACCOUNTS = {"en": "accounts", "fr": "comptes"}
PAYERS = {"en": "payers", "fr": "payeurs"}
PAYMENTS = {"en": "payments", "fr": "paiements"}
WANTED = (Requirement.IDENTITY, Requirement.BANK_ACCOUNT)
TOLERANCE = timedelta(minutes=5)


class SandboxGateway:
    """The sandbox, with its ledger at `path`, its clock, and the delay before a payment settles."""

    name = "sandbox"
    moves_money = False

    def __init__(self, path: Path, now: Callable[[], datetime], delay: timedelta = timedelta(0)) -> None:
        """Open the ledger, making it on the first use."""
        self._path, self._now, self._delay = path, now, delay
        sandbox_ledger.make(path)

    def charge(self, order: Charge) -> Result:
        """Pay, or fail as the amount and the payee say."""
        course = order.amount_cents % 10_000
        with self._ledger() as ledger:
            known = ledger.known(order)
            lost = course == DOWN and known is None and ledger.lose(order.key)
            if known is None and not lost:
                self._enter(ledger, order, _course(order, ledger.standing(order.payee)))
        if lost or (course == SILENT and known is None):
            msg = "The provider did not answer."
            raise GatewayDown(msg)
        return self._told(order)

    def look_up(self, order: Order, reference: str = "", sent_at: datetime | None = None) -> Result | None:  # noqa: ARG002  (the key is enough here)
        """What became of an order, by the clock of this moment."""
        with self._ledger() as ledger:
            row = ledger.find(order.key)
        return self._result(row, order) if row else None

    def withdraw(self, order: Charge, reference: str = "", sent_at: datetime | None = None) -> Result | None:
        """End a charge that waits for its payer."""
        with self._ledger() as ledger:
            ledger.end(order.key, State.FAILED, Failure.WITHDRAWN, self._now())
        return self.look_up(order, reference, sent_at)

    def refund(self, order: Refund) -> Result:
        """Give back at most what the charge settled and was not given back before."""
        with self._ledger() as ledger:
            if ledger.known(order) is None:
                row = ledger.booked(order.charge)
                if row is None or self._state(row) != State.SETTLED:
                    msg = "Only a settled charge can be refunded."
                    raise OrderRefused(msg)
                if order.amount_cents > row["amount_cents"] - ledger.refunded(order.charge):
                    msg = "More would be refunded than was paid."
                    raise OrderRefused(msg)
                self._enter(ledger, order, (State.SETTLED, None))
        return self._told(order)

    def open_payer(self, key: str, name: str) -> str:  # noqa: ARG002  (a real provider keeps the name)
        """Name a payer; the same key always gives the same one."""
        return f"{self.name}-{key}"

    def set_up(self, payer: str, back: str, language: str) -> str:
        """The page on which a visitor plays the provider that saves a payment method."""
        return _page(PAYERS, payer, back, language)

    def saved(self, payer: str) -> Method | None:
        """The method that the payer saved last."""
        with self._ledger() as ledger:
            return ledger.method(payer)

    def save(self, payer: str, label: str) -> None:
        """Play the payer who saves a method on the provider's page."""
        reference = "method_" + hashlib.sha256(f"{payer} {label}".encode()).hexdigest()[:16]
        with self._ledger() as ledger:
            ledger.save(payer, Method(reference, label))

    def open_account(self, key: str) -> Account:
        """Open an account, which is incomplete; the same key always gives the same account."""
        reference = f"{self.name}-{key}"
        with self._ledger() as ledger:
            ledger.stand(reference, Standing.INCOMPLETE, over=False)
        return self.account(reference)

    def account(self, reference: str) -> Account:
        """How an account stands."""
        with self._ledger() as ledger:
            standing = ledger.standing(reference)
        return Account(reference, standing, WANTED if standing == Standing.INCOMPLETE else ())

    def onboarding(self, reference: str, back: str, language: str) -> str:
        """The page on which a visitor plays the provider that decides about an account."""
        return _page(ACCOUNTS, reference, back, language)

    def read_notice(self, body: bytes, signature: str) -> Notice:
        """Believe a notice that `notice` signed, while it is fresh."""
        moment, _, mark = signature.partition(",")
        if not hmac.compare_digest(mark.encode(), self._sign(body, moment).encode()):
            msg = "The signature is not the provider's."
            raise Forged(msg)
        if abs(self._now() - datetime.fromisoformat(moment)) > TOLERANCE:
            msg = "The notice is too old."
            raise Forged(msg)
        said = json.loads(body)
        kind, at = Kind(said["kind"]), datetime.fromisoformat(said["at"])
        return Notice(said["id"], kind, said["type"], said["subject"], said["key"], at)

    def notice(self, kind: Kind, subject: str, key: str = "") -> tuple[bytes, str]:
        """Play the provider that sends a notice: its body and its signature."""
        moment = self._now().isoformat()
        number = hashlib.sha256(f"{kind} {subject} {key} {moment}".encode()).hexdigest()[:24]
        said = {"id": number, "kind": kind, "type": f"sandbox.{kind}", "subject": subject, "key": key, "at": moment}
        body = json.dumps(said).encode()
        return body, f"{moment},{self._sign(body, moment)}"

    def find_booked(self, reference: str) -> Booked | None:
        """How one charge stands in the ledger."""
        with self._ledger() as ledger:
            row, refunded = ledger.booked(reference), ledger.refunded(reference)
        return self._booked(row, refunded) if row else None

    def booked(self, since: datetime, until: datetime) -> Iterator[Booked]:
        """Every charge entered in a period."""
        with self._ledger() as ledger:
            rows = [(row, ledger.refunded(row["reference"])) for row in ledger.charges(since, until)]
        for row, refunded in rows:
            yield self._booked(row, refunded)

    def judge(self, reference: str, standing: Standing) -> None:
        """Play the provider that decides about an account."""
        with self._ledger() as ledger:
            ledger.stand(reference, standing)

    def act(self, key: str) -> None:
        """Play the payer who completes the action asked for: the charge goes on and settles after the delay."""
        with self._ledger() as ledger:
            ledger.end(key, State.SETTLED, None, self._now() + self._delay)

    def dispute(self, key: str, dispute: Dispute = Dispute.OPEN) -> None:
        """Play the bank through which a payer demands a charge back, or that decides about it."""
        with self._ledger() as ledger:
            ledger.dispute(key, dispute)

    def _ledger(self) -> AbstractContextManager[Ledger]:
        return sandbox_ledger.opened(self._path)

    def _enter(self, ledger: Ledger, order: Order, course: tuple[State, Failure | None]) -> None:
        outcome, failure = course
        reference = "sandbox_" + hashlib.sha256(order.key.encode()).hexdigest()[:24]
        at_once = outcome != State.SETTLED and failure != Failure.INSUFFICIENT_FUNDS
        now = self._now()
        ledger.enter(order, reference, course, now, now + (timedelta(0) if at_once else self._delay))

    def _told(self, order: Order) -> Result:
        result = self.look_up(order)
        if result is None:
            msg = "The ledger has lost this order."
            raise GatewayDown(msg)
        return result

    def _booked(self, row: sqlite3.Row, refunded: int) -> Booked:
        return Booked(
            reference=row["reference"],
            key=row["key"],
            state=self._state(row),
            amount_cents=row["amount_cents"],
            refunded_cents=refunded,
            dispute=Dispute(row["dispute"]),
            payee=sandbox_ledger.payee_of(row),
            at=datetime.fromisoformat(row["at"]),
        )

    def _state(self, row: sqlite3.Row) -> State:
        return State.PROCESSING if self._now() < datetime.fromisoformat(row["due"]) else State(row["outcome"])

    def _result(self, row: sqlite3.Row, order: Order) -> Result:
        state = self._state(row)
        failure = Failure(row["failure"]) if row["failure"] and state == State.FAILED else None
        page = ""
        if state == State.NEEDS_ACTION and isinstance(order, Charge):
            page = _page(PAYMENTS, order.key, order.back, order.language)
        return Result(row["key"], row["reference"], state, failure, page)

    def _sign(self, body: bytes, moment: str) -> str:
        with self._ledger() as ledger:
            secret = ledger.secret()
        return hmac.new(secret, moment.encode() + b"." + body, hashlib.sha256).hexdigest()


def _page(kind: dict[str, str], reference: str, back: str, language: str) -> str:
    return f"{PLACES[language]}/{kind[language]}/{quote(reference)}?back={quote(back, safe='')}"


def _course(order: Charge, standing: Standing) -> tuple[State, Failure | None]:
    if standing != Standing.READY:
        return State.FAILED, Failure.ACCOUNT_NOT_READY
    usual = (State.SETTLED if order.method else State.NEEDS_ACTION, None)
    return COURSES.get(order.amount_cents % 10_000, usual)
