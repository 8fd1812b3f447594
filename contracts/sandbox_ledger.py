"""The sandbox's books: a SQLite file that survives our restart and is shared by several processes."""

import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from contracts.gateway import Charge, Dispute, Failure, KeyReused, Method, Order, OrderRefused, Refund, Standing, State

TABLES = (
    """create table if not exists ledger (
        key text primary key,
        reference text not null unique,
        fingerprint text not null,
        charge text not null,
        amount_cents integer not null check (amount_cents > 0),
        outcome text not null,
        failure text,
        due text not null
    )""",
    "create table if not exists entered (key text primary key, at text not null, dispute text not null default '')",
    "create table if not exists account (reference text primary key, standing text not null)",
    "create table if not exists payer (reference text primary key, method text not null, label text not null)",
    "create table if not exists lost (key text primary key)",
    "create table if not exists secret (secret text not null)",
)

CHARGES = "select ledger.*, at, dispute from ledger join entered using (key) where charge = ''"


class Ledger:
    """One transaction in the sandbox's books."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def find(self, key: str) -> sqlite3.Row | None:
        """The entry under a key."""
        return self._one("select * from ledger where key = ?", key)

    def known(self, order: Order) -> sqlite3.Row | None:
        """The entry that an order made earlier; refuses another order under its key, and an amount of nothing."""
        row = self.find(order.key)
        if row is not None and row["fingerprint"] != _fingerprint(order):
            msg = "Another order was sent under this key."
            raise KeyReused(msg)
        if order.amount_cents <= 0:
            msg = "An amount is at least one cent."
            raise OrderRefused(msg)
        return row

    def enter(
        self, order: Order, reference: str, course: tuple[State, Failure | None], at: datetime, due: datetime
    ) -> None:
        """Write an order down, with how it ends and when."""
        charge = order.charge if isinstance(order, Refund) else ""
        row = (order.key, reference, _fingerprint(order), charge, order.amount_cents, *course, due.isoformat())
        self._connection.execute("insert into ledger values (?, ?, ?, ?, ?, ?, ?, ?)", row)
        self._connection.execute("insert into entered (key, at) values (?, ?)", (order.key, at.isoformat()))

    def end(self, key: str, outcome: State, failure: Failure | None, due: datetime) -> None:
        """End a charge that waits for its payer."""
        change = "update ledger set outcome = ?, failure = ?, due = ? where key = ? and outcome = ?"
        self._connection.execute(change, (outcome, failure, due.isoformat(), key, State.NEEDS_ACTION))

    def refunded(self, reference: str) -> int:
        """How many cents of a charge were given back."""
        row = self._one("select coalesce(sum(amount_cents), 0) as cents from ledger where charge = ?", reference)
        return int(row["cents"]) if row else 0

    def charges(self, since: datetime, until: datetime) -> list[sqlite3.Row]:
        """The charges of a period, oldest first, each with when it was entered and what became of a dispute."""
        period = f"{CHARGES} and at >= ? and at < ? order by at, key"
        return list(self._connection.execute(period, (since.isoformat(), until.isoformat())))

    def booked(self, reference: str) -> sqlite3.Row | None:
        """One charge in the same way."""
        return self._one(f"{CHARGES} and reference = ?", reference)

    def dispute(self, key: str, dispute: Dispute) -> None:
        """Write what became of a payer's demand to have a charge back."""
        self._connection.execute("update entered set dispute = ? where key = ?", (dispute, key))

    def lose(self, key: str) -> bool:
        """Lose the first attempt under a key."""
        return self._connection.execute("insert or ignore into lost values (?)", (key,)).rowcount == 1

    def standing(self, reference: str) -> Standing:
        """How an account stands; one that the books do not know, of a world made without them, is ready."""
        row = self._one("select standing from account where reference = ?", reference)
        return Standing(row["standing"]) if row else Standing.READY

    def stand(self, reference: str, standing: Standing, *, over: bool = True) -> None:
        """Write how an account stands; without `over` only when it is new."""
        verb = "replace" if over else "ignore"
        self._connection.execute(f"insert or {verb} into account values (?, ?)", (reference, standing))  # noqa: S608  (one of two words of ours)

    def save(self, payer: str, method: Method) -> None:
        """Save a payer's method in place of an earlier one."""
        row = (payer, method.reference, method.label)
        self._connection.execute("insert or replace into payer values (?, ?, ?)", row)

    def method(self, payer: str) -> Method | None:
        """The method that a payer saved last."""
        row = self._one("select * from payer where reference = ?", payer)
        return Method(row["method"], row["label"]) if row else None

    def secret(self) -> bytes:
        """The secret that signs notices, made on the first use."""
        row = self._one("select secret from secret")
        if row is None:
            self._connection.execute("insert into secret values (?)", (secrets.token_hex(32),))
            return self.secret()
        return str(row["secret"]).encode()

    def _one(self, statement: str, *values: str) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._connection.execute(statement, values).fetchone()
        return row


def payee_of(row: sqlite3.Row) -> str:
    """The account that an entry pays."""
    return str(json.loads(row["fingerprint"])["payee"])


def make(path: Path) -> None:
    """Make the books on their first use."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=15)
    with connection:
        for table in TABLES:
            connection.execute(table)
    connection.close()


@contextmanager
def opened(path: Path) -> Iterator[Ledger]:
    """One transaction that waits its turn; an exception undoes it."""
    connection = sqlite3.connect(path, timeout=15, isolation_level=None)
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("begin immediate")
        with connection:
            yield Ledger(connection)
    finally:
        connection.close()


def _fingerprint(order: Charge | Refund) -> str:
    return json.dumps(asdict(order), sort_keys=True)
