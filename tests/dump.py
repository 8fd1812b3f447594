"""All that lies about of a running exchange: each column of each table, the database's file, files, mails, a backup."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection, text

from app.core.db import db
from app.core.mail import deliver_due
from app.jobs import jobs_of, run


class Post:
    """A carrier that keeps what it was given, as the wire would have had it."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.told: set[str] = set()

    def send(self, message: EmailMessage) -> None:
        """Keep a message."""
        self.sent.append(message.as_bytes())
        self.told.add(message["To"])


def forget_what_was() -> None:
    """Make SQLite's file anew, so that what lies in it is of this test alone."""
    if db.engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(str(db.engine.url.database))) as connection:
            connection.execute("vacuum")


def do_every_job(application: Flask, post: Post) -> None:
    """Do one round of the worker's whole work, and give the post what is to be carried."""
    for job in jobs_of(application):
        if job.name != "deliver notifications":
            run(application, job)
    deliver_due(post, "DevEx <devex@exchange.example>")
    db.session.remove()


def everything_at_rest(application: Flask, archive: Path) -> list[bytes]:
    """Read every table, the database's own files where there are some, every stored file, and a backup made now."""
    kept = database_at_rest()
    folder: Path = application.extensions["devex"].files_dir
    kept.extend(one.read_bytes() for one in folder.rglob("*") if one.is_file())
    done = application.test_cli_runner().invoke(args=["backup", str(archive)])
    assert done.exit_code == 0, done.output
    return [*kept, archive.read_bytes()]


def database_at_rest() -> list[bytes]:
    """Read every column of every table, and SQLite's own files."""
    path = Path(str(db.engine.url.database))
    own = path.parent.glob(f"{path.name}*") if db.engine.dialect.name == "sqlite" else ()
    return [*columns_at_rest(), *(one.read_bytes() for one in own)]


def columns_at_rest() -> list[bytes]:
    """Read every column of every table."""
    db.session.remove()
    with db.engine.connect() as connection:
        return list((_copied if db.engine.dialect.name == "postgresql" else _columns)(connection))


def _columns(connection: Connection) -> Iterator[bytes]:
    """Read each value of a SQLite database, those of the search's own tables too."""
    names = connection.execute(text("select name from sqlite_master where type = 'table'")).scalars().all()
    plain = bytearray()
    for name in (*names, "sqlite_master"):
        for row in connection.exec_driver_sql(f'select * from "{name}"'):
            for value in row:
                if isinstance(value, bytes):
                    yield value
                else:
                    plain += f"{value}\n".encode()
    yield bytes(plain)


def _copied(connection: Connection) -> Iterator[bytes]:
    """Copy each table of PostgreSQL, and what the server remembers of the last statements."""
    query = "select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_tables where schemaname = 'public'"
    names = [f"table {name}" for name in connection.execute(text(query)).scalars()]
    raw = connection.connection.driver_connection
    assert raw is not None
    for name in (*names, "select query from pg_stat_activity"):
        table = name.removeprefix("table ")
        source = table if name.startswith("table ") else f"({name})"
        with raw.cursor() as cursor, cursor.copy(f"copy {source} to stdout (format binary)") as rows:
            yield b"".join(map(bytes, rows))
