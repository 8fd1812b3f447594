"""The tree that proves the audit log: it follows the sequence, and nobody who writes waits for it.

Each leaf is an event's commitment, the SHA-256 of its salt and public form; salt and form are shown once the public may
see the event. Every few minutes the tree grows to the next multiple of `BATCH`, by blank leaves where there are too few
events, and a signed head is published: how fast it grows does not tell what happened while proposals are sealed.
"""

import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, Row, Select, and_, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core import merkle
from app.core.audit import Event, Reader, hold, moment_of, public_form, read_on, visible_to
from app.core.commitments import commit
from app.core.db import Base, Identifier, columns, db
from app.core.notes import Head
from app.core.signing import signatures

BATCH = 4
AT_ONCE = 2_000
CURSOR = "tree"


class LogLeaf(Base):
    """One leaf: the commitment (hexadecimal) of an event, or of nothing."""

    __tablename__ = "log_leaf"

    number: Mapped[int] = mapped_column(Identifier, primary_key=True, autoincrement=False)
    event_id: Mapped[int | None] = mapped_column(Identifier, unique=True)
    commitment: Mapped[str]


class LogNode(Base):
    """The hash over the 2^level leaves that begin at place · 2^level."""

    __tablename__ = "log_node"

    level: Mapped[int] = mapped_column(Identifier, primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(Identifier, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class LogHead(Base):
    """A published tree head: how many leaves, when, and the signed note."""

    __tablename__ = "log_head"

    size: Mapped[int] = mapped_column(Identifier, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    note: Mapped[str]


def grow(*, at: datetime) -> LogHead:
    """Add the events that have numbers by now, some blank leaves, and sign the head; in a writing transaction."""
    cursor = hold(CURSOR)
    size, commitments = leaves(), list[tuple[int | None, str]]()
    while events := read_on(cursor, AT_ONCE):
        commitments += [(event.id, event.commitment) for event in events]
    blanks = -(size + len(commitments)) % BATCH or (0 if commitments else BATCH)
    added = scattered(commitments, blanks)
    nodes = _append(size, added)
    signer, whole = signatures.signer(at), size + len(added)
    head = Head(signer.name, whole, merkle.root(nodes, whole), moment_of(at))
    row = LogHead(size=whole, at=at, note=signer.sign(head.lines))
    db.session.add(row)
    db.session.flush()
    return row


def scattered(commitments: list[tuple[int | None, str]], blanks: int) -> list[tuple[int | None, str]]:
    """Put blank leaves among the events' by chance: a gap between public ones does not count the sealed."""
    places = range(len(commitments) + blanks)
    blank, events = set(secrets.SystemRandom().sample(places, blanks)), iter(commitments)
    return [(None, secrets.token_hex(32)) if place in blank else next(events) for place in places]


def _append(size: int, added: list[tuple[int | None, str]]) -> merkle.Nodes:
    fresh: dict[tuple[int, int], bytes] = {}

    def nodes(level: int, place: int) -> bytes:
        found = fresh.get((level, place))
        return node(level, place) if found is None else found

    for number, (_event, commitment) in enumerate(added, size):
        leaf = merkle.leaf_hash(bytes.fromhex(commitment))
        fresh.update({(level, place): found for level, place, found in merkle.added(nodes, number, leaf)})
    db.session.execute(
        insert(LogLeaf),
        [{"number": n, "event_id": event, "commitment": text} for n, (event, text) in enumerate(added, size)],
    )
    db.session.execute(
        insert(LogNode), [{"level": level, "place": place, "hash": one} for (level, place), one in fresh.items()]
    )
    return nodes


def leaves() -> int:
    """Count the leaves."""
    return int(db.session.scalar(select(func.coalesce(func.max(LogLeaf.number), -1))) or 0) + 1


def node(level: int, place: int) -> bytes:
    """Read the hash of a perfect subtree."""
    return db.session.execute(select(LogNode.hash).filter_by(level=level, place=place)).scalar_one()


def find_head() -> LogHead | None:
    """Find the head that was published last."""
    return db.session.scalar(select(LogHead).order_by(LogHead.size.desc()).limit(1))


_LAST_NOTE = select(LogHead.note).order_by(LogHead.size.desc()).limit(1)


def last_note() -> str:
    """Give the head that was published last as it was signed; nothing before the first."""
    return columns(_LAST_NOTE).scalar() or ""


def entries() -> Select[int, str, Any]:
    """Select every leaf in order, each with its event if the public may see that."""
    shown = and_(Event.id == LogLeaf.event_id, visible_to(Reader()))
    found: Select[int, str, Any] = select(LogLeaf.number, LogLeaf.commitment, Event).outerjoin(Event, shown)
    return found.order_by(LogLeaf.number)


def leaves_of(procurement: str, size: int) -> list[Row[int, str, Any]]:
    """List the public leaves of a procurement in the tree of a size."""
    of_it = entries().where(Event.procurement == procurement, LogLeaf.number < size)
    return list(db.session.execute(of_it))


def written(row: Row[int, str, Any]) -> dict[str, Any]:
    """Write a leaf as outsiders check it."""
    number, commitment, event = row
    opened = {"salt": event.salt, "event": public_form(event)} if event is not None else {}
    return {"index": number, "commitment": commitment, **opened}


def stands(row: Row[int, str, Any], head: LogHead, root: bytes) -> bool:
    """Say whether an event, as the log has it now, is what the published head holds at its place."""
    number, _commitment, event = row
    leaf = merkle.leaf_hash(commit(event.salt, public_form(event)))
    return merkle.includes(root, head.size, number, leaf, merkle.inclusion(node, number, head.size))


def whole_log(size: int) -> Iterator[dict[str, Any]]:
    """Give the first `size` leaves, one after the other, with little of them in memory."""
    chosen = entries().where(LogLeaf.number < size).execution_options(yield_per=1_000)
    for row in db.session.execute(chosen):
        yield written(row)
