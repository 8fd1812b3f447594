"""The database: base class, moments, the engine recipe and the one way to write."""

import fcntl
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Connection,
    CursorResult,
    Date,
    DateTime,
    Dialect,
    Engine,
    Executable,
    Index,
    Integer,
    MetaData,
    Text,
    event,
    func,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, registry
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.types import TypeDecorator

from app.core import clock
from app.core.bilingual import N_
from app.core.errors import NotNow
from app.core.late import refusal_drawn

BUSY_SECONDS = 15
_SQLITE_MOMENT = "%Y-%m-%d %H:%M:%S.%f"
_writing: ContextVar[bool] = ContextVar("writing", default=False)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, to the microsecond, aware on both databases; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Send a moment in UTC; SQLite keeps it without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a moment needs its time zone"
            raise ValueError(msg)
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  (signature is SQLAlchemy's)
        """Give back an aware moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
Identifier = BigInteger().with_variant(Integer(), "sqlite")


class _Declared(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    registry = registry(
        metadata=metadata,
        type_annotation_map={
            int: Identifier,
            datetime: Moment,
            date: Date,
            str: Text,
            dict[str, Any]: JSON,
            list[Any]: JSON,
        },
    )


db = SQLAlchemy(model_class=_Declared)

if TYPE_CHECKING:
    Base = _Declared
else:
    Base = db.Model


def unique_while(condition: str, name: str, *columns: str) -> Index:
    """Let there be one row of these columns among those that meet a condition, on both databases."""
    where = text(condition)
    return Index(name, *columns, unique=True, sqlite_where=where, postgresql_where=where)


def random_key() -> str:
    """Make the random name of a private thing for its address: 128 bits, URL-safe."""
    return secrets.token_urlsafe(16)


class Row:
    """Every table's number."""

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)


class Keyed:
    """A private thing's random name in addresses."""

    key: Mapped[str] = mapped_column(Text, unique=True, default=random_key)


class Stateful:
    """A thing with a life cycle; a lost update is refused by its version."""

    state: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805  (a class attribute in SQLAlchemy's words)
        return {"version_id_col": cls.version}


def engine_options(url: str) -> dict[str, Any]:
    """Give the engine's options for a database address (SQLite needs its own transactions, see docs/decisions)."""
    if url.startswith("sqlite"):
        return {"connect_args": {"isolation_level": None, "timeout": BUSY_SECONDS}, "hide_parameters": True}
    return {"pool_pre_ping": True, "hide_parameters": True}


def prepare_engine(engine: Engine) -> None:
    """Teach a SQLite engine WAL, foreign keys, leaving no trace, the microsecond clock and explicit transactions."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in ("journal_mode=wal", "synchronous=full", "foreign_keys=on", "temp_store=memory", "secure_delete=on"):
        connection.execute(f"pragma {pragma}").close()
    connection.create_function("devex_now", 0, lambda: clock.now().strftime(_SQLITE_MOMENT))


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN DEFERRED")


@contextmanager
def _queue(path: str) -> Iterator[None]:
    """Wait in line for the only writer's place; SQLite's own waiting starves some writers for seconds."""
    with Path(path + ".queue").open("a") as place:
        fcntl.flock(place, fcntl.LOCK_EX)
        yield


def _line() -> Any:  # noqa: ANN401  (a context manager either way)
    engine = db.engine
    if engine.dialect.name == "sqlite" and engine.url.database not in (None, "", ":memory:"):
        return _queue(str(engine.url.database))
    return nullcontext()


@contextmanager
def transaction(on: Base | None = None) -> Iterator[datetime]:
    """Open the one transaction of an act and give the database's clock, read after the lock.

    `on` is the row (usually the opportunity or contract) whose acts must queue: on PostgreSQL it is locked
    before the clock is read; SQLite has one writer. Whatever was read before is read again. Raising undoes all.
    Refuses with NotNow what somebody else changed in between, and anything while a refused page is drawn again.
    """
    late, session = refusal_drawn(), db.session
    if late is not None:
        raise late
    target = (type(on), on.id) if on is not None else None  # type: ignore[attr-defined]
    session.rollback()
    with _line():
        writing = _writing.set(True)
        try:
            if target is not None:
                session.get(target[0], target[1], with_for_update=True, populate_existing=True)
            yield database_now()
            session.commit()
        except (StaleDataError, IntegrityError) as lost:
            session.rollback()
            raise NotNow(N_("Somebody else changed this at the same moment. Look at what stands now.")) from lost
        except BaseException:
            session.rollback()
            raise
        finally:
            _writing.reset(writing)


def inserting(model: type[Base], **made: ColumnElement[Any]) -> sqlite.Insert | postgresql.Insert:
    """Give the insert that leaves out rows whose unique key is taken; `made` are columns the database works out."""
    maker = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    insert = maker(model.metadata.tables[model.__tablename__])
    return (insert.values(**made) if made else insert).on_conflict_do_nothing()


def insert_new(model: type[Base], rows: list[dict[str, Any]]) -> None:
    """Insert many rows at once, leaving out those whose unique key is taken."""
    if rows:
        db.session.execute(inserting(model), rows)


def columns(statement: Executable, **given: object) -> CursorResult[Any]:
    """Read columns (not objects) by a statement that is kept ready, a fifth of the cost of one put together anew."""
    db.session.flush()
    return db.session.connection().execute(statement, given)


_NOW = select(func.devex_now(type_=Moment))


def database_now() -> datetime:
    """Read the database's own clock, to the microsecond."""
    return db.session.connection().execute(_NOW).scalar_one()
