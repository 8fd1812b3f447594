"""A backup holds database, files and keys together, and comes back whole or not at all."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from app.config import Config
from app.core import backup
from app.core.db import db
from app.core.files import DiskStore
from tests.factories import make_user

KEYS = {"DEVEX_SEAL_KEY": "key", "DEVEX_SECRET_KEY": "secret"}


@pytest.fixture
def archive(app: Flask, tmp_path: Path) -> Path:
    make_user("Kept")
    settings: Config = app.extensions["devex"]
    files = tmp_path / "files"
    DiskStore(files).put(b"kept bytes")
    db.session.rollback()
    made = tmp_path / "backup.tar.gz"
    backup.write(made, database_url=settings.database_url, files_dir=files, keys=KEYS)
    return made


def empty_database(app: Flask, tmp_path: Path) -> str:
    """Give the address of a place without a database (SQLite) or of an empty one (PostgreSQL)."""
    url = db.engine.url
    if url.get_backend_name() == "sqlite":
        return f"sqlite:///{tmp_path}/restored.sqlite3"
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("drop database if exists restored with (force)"))
        connection.execute(text("create database restored"))
    return url.set(database="restored").render_as_string(hide_password=False)


def test_what_was_backed_up_comes_back_whole(app: Flask, archive: Path, tmp_path: Path) -> None:
    url, files = empty_database(app, tmp_path), tmp_path / "restored"
    keys = backup.restore(archive, database_url=url, files_dir=files)
    engine = create_engine(url)
    with engine.connect() as connection:
        names = list(connection.execute(text('select name from "user"')).scalars())
    engine.dispose()
    assert (keys, names) == (KEYS, ["Kept"])
    assert [path.read_bytes() for path in files.rglob("*") if path.is_file()] == [b"kept bytes"]


def test_an_archive_is_its_owners_alone(archive: Path) -> None:
    assert archive.stat().st_mode & 0o077 == 0


def test_nothing_is_written_over(app: Flask, archive: Path, tmp_path: Path) -> None:
    url = empty_database(app, tmp_path)
    with pytest.raises(backup.CannotRestore, match="FILES_DIR"):
        backup.restore(archive, database_url=url, files_dir=tmp_path / "files")
    with pytest.raises(FileExistsError):
        backup.write(archive, database_url=url, files_dir=tmp_path, keys=KEYS)
