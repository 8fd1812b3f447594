"""How the tables are brought up to date, on SQLite and on PostgreSQL alike."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from sqlalchemy import Connection, text

from app.core.db import db

SEARCH_PARTS = ("data", "idx", "content", "docsize", "config")
"""SQLite keeps a full-text table in these further ones; they are its own affair."""


def sqlite_cursor(connection: Connection) -> Any:  # noqa: ANN401 - a driver's cursor has no common type
    """Give the driver's own cursor: a statement sent through it opens no transaction."""
    return connection.connection.cursor()


def full_text_tables(connection: Connection) -> frozenset[str]:
    """Name the tables of the full-text search, which models do not describe."""
    if connection.dialect.name != "sqlite":
        return frozenset({"search_document"})
    cursor = sqlite_cursor(connection)
    cursor.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'")
    names = [row[0] for row in cursor.fetchall()]
    cursor.close()
    return frozenset(names + [f"{name}_{part}" for name in names for part in SEARCH_PARTS])


@contextmanager
def foreign_keys_off(connection: Connection) -> Iterator[None]:
    """Keep the rows of others while SQLite rebuilds tables; the switch works outside a transaction only."""
    if connection.dialect.name != "sqlite":
        yield
        return
    cursor = sqlite_cursor(connection)
    before = cursor.execute("PRAGMA foreign_keys").fetchone()[0]
    cursor.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        cursor.execute(f"PRAGMA foreign_keys = {before:d}")
        cursor.close()


def refuse_orphans(connection: Connection) -> None:
    """Undo a migration that leaves a row pointing at nothing."""
    if connection.dialect.name == "sqlite":
        orphans = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
        if orphans:
            message = f"The migration leaves rows that point at nothing: {orphans[:10]}"
            raise RuntimeError(message)


def described(ignored: frozenset[str]) -> Callable[[str | None, str, Any], bool]:
    """Say which things of the database are compared with the models."""
    return lambda name, kind, _parents: kind != "table" or name not in ignored


def no_empty_revision(_context: object, _revision: object, directives: list[Any]) -> None:
    """Write no file when models and tables already agree."""
    options = context.config.cmd_opts
    if getattr(options, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives.clear()


def migrate_online() -> None:
    """Migrate the database that the application is configured for."""
    with db.engine.connect() as connection, foreign_keys_off(connection):
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            transactional_ddl=True,
            compare_type=True,
            compare_server_default=False,
            include_name=described(full_text_tables(connection)),
            process_revision_directives=no_empty_revision,
        )
        with context.begin_transaction():
            context.run_migrations()
            refuse_orphans(connection)


def migrate_offline() -> None:
    """Print the statements instead of running them."""
    context.configure(
        url=db.engine.url.render_as_string(hide_password=False),
        target_metadata=db.metadata,
        render_as_batch=True,
        literal_binds=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    migrate_offline()
else:
    migrate_online()
