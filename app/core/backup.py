"""A backup is one archive of what belongs together: database, files and keys; restoring puts all three back or nothing.

Without its seal key a database of sealed proposals is worth nothing, so the keys travel in the archive: keep it as safe
as the exchange itself.
"""

import json
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, make_url

FORMAT = 1
MANIFEST, DATABASE, FILES = "manifest.json", "database", "files"


class CannotRestore(Exception):
    """The archive or the place it should go to does not fit; the message says what to do."""


def write(archive: Path, *, database_url: str, files_dir: Path, keys: Mapping[str, str]) -> None:
    """Write database, files and keys into one new archive, readable by its owner alone."""
    url = make_url(database_url)
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / DATABASE
        _dump(url, dump)
        manifest = Path(folder) / MANIFEST
        manifest.write_text(json.dumps({"format": FORMAT, "database": url.get_backend_name(), "keys": dict(keys)}))
        archive.touch(mode=0o600, exist_ok=False)
        with tarfile.open(archive, "w:gz") as tar:
            tar.add(manifest, MANIFEST)
            tar.add(dump, DATABASE)
            if files_dir.exists():
                tar.add(files_dir, FILES)


def restore(archive: Path, *, database_url: str, files_dir: Path) -> dict[str, str]:
    """Put an archive back where nothing is yet, and give the keys that the settings must hold."""
    url = make_url(database_url)
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(archive, "r:gz") as tar:
            tar.extractall(folder, filter="data")
        manifest = json.loads((Path(folder) / MANIFEST).read_text())
        if manifest.get("format") != FORMAT or manifest["database"] != url.get_backend_name():
            message = f"This archive holds a {manifest.get('database')} database; DATABASE_URL names another kind."
            raise CannotRestore(message)
        if files_dir.exists() and any(files_dir.iterdir()):
            message = f"There are files in {files_dir} already. Restore into an empty folder (FILES_DIR)."
            raise CannotRestore(message)
        _load(url, Path(folder) / DATABASE)
        if (Path(folder) / FILES).exists():
            shutil.copytree(Path(folder) / FILES, files_dir, dirs_exist_ok=True)
        return dict(manifest["keys"])


def _dump(url: URL, to: Path) -> None:
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(url.database))) as source, closing(sqlite3.connect(to)) as copy:
            source.backup(copy)
        return
    _run("pg_dump", "--format=custom", "--no-owner", f"--file={to}", _address(url))


def _load(url: URL, dump: Path) -> None:
    if url.get_backend_name() != "sqlite":
        _run(
            "pg_restore",
            "--no-owner",
            "--exit-on-error",
            "--single-transaction",
            f"--dbname={_address(url)}",
            str(dump),
        )
        return
    place = Path(str(url.database))
    if place.exists():
        message = f"There is a database at {place} already. Move it away, or restore elsewhere (DATABASE_URL)."
        raise CannotRestore(message)
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(dump, place)
    place.chmod(0o600)


def _address(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603  (our own arguments)
    except FileNotFoundError as missing:
        message = f"{command[0]} is not installed (PostgreSQL's client programs)."
        raise CannotRestore(message) from missing
    if done.returncode:
        message = f"{command[0]} failed: {done.stderr.strip()}"
        raise CannotRestore(message)
