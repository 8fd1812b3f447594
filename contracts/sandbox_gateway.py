"""A payment provider that moves no money, and otherwise behaves as one: it delays, refuses and fails.

It keeps its own ledger in a SQLite file, as a real provider keeps its books: what it was sent survives our restart, and
several processes may use it at once. A charge settles once the delay has passed by the clock it was given. The last
four figures of an amount in cents choose another course:

    …66.01  declined at once
    …66.02  processing, then failed for insufficient funds
    …66.03  needs action by the payer until `act` is called
    …66.04  down before acting: the first attempt under a key is lost, the next one is taken
    …66.05  no answer after acting: the first attempt is taken, but the answer is lost

An account is incomplete when it is opened, until `judge` plays the provider that decides about it; charges to one that
is not ready fail. An account that the ledger does not know, of a world that was made without it, is ready.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from contracts.gateway import (
    Account,
    Charge,
    Failure,
    GatewayDown,
    KeyReused,
    OrderRefused,
    Refund,
    Requirement,
    Result,
    Standing,
    State,
)

DECLINED, POOR, NEEDS_ACTION, DOWN, SILENT = 6601, 6602, 6603, 6604, 6605
COURSES: dict[int, tuple[State, Failure | None]] = {
    DECLINED: (State.FAILED, Failure.DECLINED),
    POOR: (State.FAILED, Failure.INSUFFICIENT_FUNDS),
    NEEDS_ACTION: (State.NEEDS_ACTION, None),
}

LEDGER = """
create table if not exists ledger (
    key text primary key,
    reference text not null unique,
    fingerprint text not null,
    charge text not null,
    amount_cents integer not null check (amount_cents > 0),
    outcome text not null,
    failure text,
    due text not null
)"""
ACCOUNTS = "create table if not exists account (reference text primary key, standing text not null)"
PAGES = {"en": "/en/sandbox/accounts", "fr": "/fr/prestataire-essai/comptes"}
WANTED = (Requirement.IDENTITY, Requirement.BANK_ACCOUNT)
LOST = "create table if not exists lost (key text primary key)"


class SandboxGateway:
    """The sandbox, with its ledger at `path`, its clock, and the delay before a payment settles."""

    name = "sandbox"
    moves_money = False

    def __init__(self, path: Path, now: Callable[[], datetime], delay: timedelta = timedelta(0)) -> None:
        """Open the ledger, making it on the first use."""
        self._path, self._now, self._delay = path, now, delay
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._ledger() as ledger:
            ledger.execute(LEDGER)
            ledger.execute(LOST)
            ledger.execute(ACCOUNTS)

    def charge(self, order: Charge) -> Result:
        """Pay, or fail as the amount and the payee say."""
        course = order.amount_cents % 10_000
        with self._ledger() as ledger:
            known = self._known(ledger, order)
            lost = course == DOWN and known is None and self._lose(ledger, order.key)
            if known is None and not lost:
                outcome, failure = _course(order, _standing(ledger, order.payee))
                self._enter(ledger, order, "", outcome, failure)
        if lost or (course == SILENT and known is None):
            msg = "The provider did not answer."
            raise GatewayDown(msg)
        return self._told(order.key)

    def look_up(self, key: str) -> Result | None:
        """What became of an order, by the clock of this moment."""
        with self._ledger() as ledger:
            row = ledger.execute("select * from ledger where key = ?", (key,)).fetchone()
        return self._result(row) if row else None

    def refund(self, order: Refund) -> Result:
        """Give back at most what the charge settled and was not given back before."""
        with self._ledger() as ledger:
            if self._known(ledger, order) is None:
                row = ledger.execute("select * from ledger where reference = ?", (order.charge,)).fetchone()
                if row is None or row["charge"] or self._result(row).state != State.SETTLED:
                    msg = "Only a settled charge can be refunded."
                    raise OrderRefused(msg)
                given = "select coalesce(sum(amount_cents), 0) from ledger where charge = ?"
                (refunded,) = ledger.execute(given, (order.charge,)).fetchone()
                if order.amount_cents > row["amount_cents"] - refunded:
                    msg = "More would be refunded than was paid."
                    raise OrderRefused(msg)
                self._enter(ledger, order, order.charge, State.SETTLED, None)
        return self._told(order.key)

    def open_account(self, key: str) -> Account:
        """Open an account, which is incomplete; the same key always gives the same account."""
        reference = f"{self.name}-{key}"
        with self._ledger() as ledger:
            ledger.execute("insert or ignore into account values (?, ?)", (reference, Standing.INCOMPLETE))
        return self.account(reference)

    def account(self, reference: str) -> Account:
        """How an account stands."""
        with self._ledger() as ledger:
            standing = _standing(ledger, reference)
        return Account(reference, standing, WANTED if standing == Standing.INCOMPLETE else ())

    def onboarding(self, reference: str, back: str, language: str) -> str:
        """The page on which a visitor plays the provider that decides about an account."""
        return f"{PAGES[language]}/{quote(reference)}?back={quote(back, safe='')}"

    def judge(self, reference: str, standing: Standing) -> None:
        """Play the provider that decides about an account."""
        with self._ledger() as ledger:
            ledger.execute("insert or replace into account values (?, ?)", (reference, standing))

    def act(self, key: str) -> None:
        """Play the payer who completes the action asked for: the charge goes on and settles after the delay."""
        with self._ledger() as ledger:
            due = (self._now() + self._delay).isoformat()
            change = "update ledger set outcome = ?, due = ? where key = ? and outcome = ?"
            ledger.execute(change, (State.SETTLED, due, key, State.NEEDS_ACTION))

    @contextmanager
    def _ledger(self) -> Iterator[sqlite3.Connection]:
        """One transaction that waits its turn; an exception undoes it."""
        connection = sqlite3.connect(self._path, timeout=15, isolation_level=None)
        connection.row_factory = sqlite3.Row
        try:
            connection.execute("begin immediate")
            with connection:
                yield connection
        finally:
            connection.close()

    def _known(self, ledger: sqlite3.Connection, order: Charge | Refund) -> sqlite3.Row | None:
        row: sqlite3.Row | None = ledger.execute("select * from ledger where key = ?", (order.key,)).fetchone()
        if row is not None and row["fingerprint"] != _fingerprint(order):
            msg = "Another order was sent under this key."
            raise KeyReused(msg)
        if order.amount_cents <= 0:
            msg = "An amount is at least one cent."
            raise OrderRefused(msg)
        return row

    def _lose(self, ledger: sqlite3.Connection, key: str) -> bool:
        """Lose the first attempt under a key."""
        return ledger.execute("insert or ignore into lost values (?)", (key,)).rowcount == 1

    def _enter(
        self,
        ledger: sqlite3.Connection,
        order: Charge | Refund,
        charge: str,
        outcome: State,
        failure: Failure | None,
    ) -> None:
        reference = "sandbox_" + hashlib.sha256(order.key.encode()).hexdigest()[:24]
        at_once = outcome != State.SETTLED and failure != Failure.INSUFFICIENT_FUNDS
        due = self._now() + (timedelta(0) if at_once else self._delay)
        row = (
            order.key,
            reference,
            _fingerprint(order),
            charge,
            order.amount_cents,
            outcome,
            failure,
            due.isoformat(),
        )
        ledger.execute("insert into ledger values (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def _told(self, key: str) -> Result:
        result = self.look_up(key)
        if result is None:
            msg = "The ledger has lost this order."
            raise GatewayDown(msg)
        return result

    def _result(self, row: sqlite3.Row) -> Result:
        if self._now() < datetime.fromisoformat(row["due"]):
            return Result(row["key"], row["reference"], State.PROCESSING)
        failure = Failure(row["failure"]) if row["failure"] else None
        return Result(row["key"], row["reference"], State(row["outcome"]), failure)


def _standing(ledger: sqlite3.Connection, reference: str) -> Standing:
    row = ledger.execute("select standing from account where reference = ?", (reference,)).fetchone()
    return Standing(row["standing"]) if row else Standing.READY


def _course(order: Charge, standing: Standing) -> tuple[State, Failure | None]:
    if standing != Standing.READY:
        return State.FAILED, Failure.ACCOUNT_NOT_READY
    return COURSES.get(order.amount_cents % 10_000, (State.SETTLED, None))


def _fingerprint(order: Charge | Refund) -> str:
    return json.dumps(asdict(order), sort_keys=True)
