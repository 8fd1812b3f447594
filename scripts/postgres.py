"""A throw-away PostgreSQL: a new cluster in a temporary folder, reached by a socket in it, gone afterwards.

    with throwaway() as url: ...
    python -m scripts.postgres pytest tests/core

The second runs a command with TEST_DATABASE_URL set. No cluster of the machine is used or touched.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

OWNER = "devex"
DATABASE = "devex"
ACCOUNT = "postgres"  # the account of Debian's package: PostgreSQL refuses to run as root
PLACES = "/usr/lib/postgresql"
# what is thrown away need not survive a power cut
SETTINGS = (
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=200",
    "jit=off",
)


def find_program(name: str) -> Path | None:
    """Find one of PostgreSQL's programs: Debian keeps them off the PATH, a folder for each version."""
    kept = sorted(Path(PLACES).glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]))
    if kept:
        return kept[-1]
    found = shutil.which(name)
    return Path(found) if found else None


def is_installed() -> bool:
    """Tell whether a cluster can be made here."""
    return find_program("initdb") is not None and find_program("pg_ctl") is not None


def run(name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs, never as root."""
    program = find_program(name)
    if program is None:
        message = f"PostgreSQL's {name} is not installed (Debian: postgresql)."
        raise FileNotFoundError(message)
    as_account = ["runuser", "-u", ACCOUNT, "--"] if os.geteuid() == 0 else []
    command = [*as_account, str(program), *arguments]
    done = subprocess.run(command, cwd="/", check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        message = f"{name} failed:\n{done.stdout}"
        raise RuntimeError(message)


@contextmanager
def throwaway() -> Iterator[str]:
    """Start a cluster, give the address of an empty database in it, and remove the cluster afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="devex-pg-", dir="/tmp"))  # the path of a socket must be short
    if os.geteuid() == 0:
        shutil.chown(folder, ACCOUNT)
    data = str(folder / "data")
    try:
        run("initdb", "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        options = " ".join(f"-c {setting}" for setting in (*SETTINGS, f"unix_socket_directories={folder}"))
        run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield create(f"postgresql://{OWNER}@/postgres?host={folder}", DATABASE)
        finally:
            run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def create(url: str, name: str, *, template: str = "template0") -> str:
    """Make the database `name` beside the one at `url`, as a copy of `template`; give its address."""
    server = make_url(url)
    keeper = server.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(keeper, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
    return server.set(database=name).render_as_string(hide_password=False)


def main() -> None:
    """Run the command that the command line names, with a cluster of its own."""
    with throwaway() as url:
        environment = {
            **os.environ,
            "TEST_DATABASE_URL": url,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        code = subprocess.run(sys.argv[1:], check=False, env=environment).returncode
    sys.exit(code)


if __name__ == "__main__":
    main()
