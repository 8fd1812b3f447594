"""A web server starts without what only commands, the worker and rare pages need."""

import os
import subprocess
import sys
from pathlib import Path

LATER = ("alembic", "authlib", "huey", "icalendar", "requests", "structlog", "tqdm", "typst", "yaml", "app.demo")
QUESTION = f"import sys, wsgi; print(*(name for name in {LATER} if name in sys.modules))"


def test_a_web_server_starts_without_what_it_needs_later(settings: dict[str, str], tmp_path: Path) -> None:
    place = {"DATABASE_URL": f"sqlite:///{tmp_path}/start.sqlite3", "FILES_DIR": str(tmp_path / "files")}
    done = subprocess.run(
        [sys.executable, "-c", QUESTION],
        cwd=Path(__file__).parents[2],
        env={**os.environ, **settings, **place},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "\n"
