"""`make run`: sets an installation up in `instance/`, fills it with the demonstration's world once, and serves it.

Web server and worker run in this one process. Choosing a person instead of signing in is switched on here and nowhere
else, and only where the server listens on a loopback address.
"""

import base64
import os
import secrets
import signal
import sys
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select
from waitress.server import create_server

from app.config import ROOT, WrongSetting
from app.core import clock
from app.core.db import db
from app.demo import seeding
from app.demo.cast import everybody, starting_cast
from app.factory import create_app, require_keys
from app.jobs import Worker
from auth.models import Department
from auth.views import demonstration
from auth.views.demonstration import CastMember

INSTANCE = ROOT / "instance"
THREADS = 8


def kept_secret(path: Path, make: str) -> str:
    """Read a secret of this installation, made at random the first time and readable by its owner alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(make)
    return path.read_text().strip()


def settings(host: str, port: int) -> dict[str, str]:
    """Give the demonstration's settings: its own database, files and keys, whatever the environment says."""
    kept_secret(INSTANCE / "seal.key", base64.b64encode(secrets.token_bytes(32)).decode())
    shown = f"[{host}]" if ":" in host else host
    return {
        "DEVEX_SECRET_KEY": kept_secret(INSTANCE / "secret.key", secrets.token_hex(32)),
        "DEVEX_SEAL_KEY_FILE": str(INSTANCE / "seal.key"),
        "DATABASE_URL": f"sqlite:///{INSTANCE / 'devex.sqlite3'}",
        "FILES_DIR": str(INSTANCE / "files"),
        "BASE_URL": f"http://{shown}:{port}",
    }


def prepare(app: Flask) -> None:
    """Bring the tables up to date, and seed the world into an empty database."""
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        if db.session.scalar(select(Department.id).limit(1)) is None:
            print("Making the demonstration’s world (once) …", flush=True)
            seeding.seed(clock.now(), app.extensions["devex"].ocid_prefix)
        db.session.rollback()


def greet(address: str) -> None:
    """Say where to look and whom to sign in as."""
    print(f"\n  DevEx is at {address}/en/  ·  {address}/fr/")
    print(f"  Choose a person to be at {address}/en/demonstration:")
    for person in starting_cast():
        print(f"    {person.name:<24} {person.line.en}")
    print("  No money moves and no mail leaves. Ctrl-C stops it.\n", flush=True)


def stop(_signal: int, _frame: object) -> None:
    """End by leaving `serve`, so that what has begun is finished."""
    raise SystemExit(0)


def main() -> None:
    """Set up, say where to look, and serve until told to stop."""
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, stop)
    try:
        app = create_app(settings(host, port))
        demonstration.enable(app, host=host, people=[CastMember(one.email, one.line) for one in everybody()])
    except WrongSetting as wrong:
        sys.exit(str(wrong))
    prepare(app)
    try:
        require_keys(app)
    except WrongSetting as wrong:
        sys.exit(str(wrong))
    server = create_server(app, host=host, port=port, threads=THREADS, ident=None)
    worker = Worker(app)
    worker.start()
    greet(app.extensions["devex"].base_url)
    try:
        server.run()
    except SystemExit:
        pass
    finally:
        server.close()
        worker.stop()
        print("Stopped.", flush=True)


if __name__ == "__main__":
    main()
