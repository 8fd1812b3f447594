"""An installation of an earlier version keeps its data when it is brought up to date."""

import json
import sqlite3
from pathlib import Path

from flask_migrate import upgrade

from app.factory import create_app
from scripts.steps import ROOT

MIGRATIONS = str(ROOT / "migrations")
FILLED = {
    "INTEGER": 1,
    "TEXT": "some",
    "JSON": "{}",
    "DATETIME": "2026-06-10 16:00:00.000000",
    "BLOB": b"",
    "BOOLEAN": 0,
}
"""What a column holds that a test does not speak of; rows of one each, so that references hold."""

PULL, PAGE = "https://github.com/Example/map/pull/7", "https://map.example/"
LINKS = ({"kind": "pull_request", "url": PULL}, {"kind": "link", "url": PAGE})


def put(old: sqlite3.Connection, table: str, **values: object) -> None:
    """Write a row, its other columns filled in."""
    columns = old.execute(f"select name, type from pragma_table_info('{table}') where \"notnull\"").fetchall()
    row = {**{name: FILLED[kind] for name, kind in columns}, **values}
    names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
    old.execute(f'insert into "{table}" ({names}) values ({marks})', tuple(row.values()))


def test_scores_payees_and_evidence_of_the_first_version_are_kept(settings: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "old.sqlite3"
    with create_app({**settings, "DATABASE_URL": f"sqlite:///{file}"}).app_context():
        upgrade(directory=MIGRATIONS, revision="0001")
        with sqlite3.connect(file) as old:
            for number in (1, 2):
                put(old, "user", id=number, key=f"user {number}", language="en")
                put(old, "payee_account", id=number, user_id=number, ready=number == 1)
            put(old, "department", province="ON")
            put(old, "opportunity", state="evaluation", taxes="", work_language="")
            put(old, "evaluation_plan", award_by="rank", formula="none")
            put(old, "stage", kind="rated")
            for table in ("criterion", "proposal", "proponent", "sheet"):
                put(old, table, **({"state": "opened", "submitted_at": "2026-06-01"} if table == "proposal" else {}))
            put(old, "evaluation", state="scoring")
            for revision in (1, 2):
                put(old, "score", id=revision, revision=revision, points=revision + 1)
            put(old, "award", state="made")
            put(old, "contract", state="active", value_cents=9)
            put(old, "milestone", state="delivered", amount_cents=9)
            put(old, "delivery", decision="", evidence=json.dumps(LINKS))
        upgrade(directory=MIGRATIONS)
    with sqlite3.connect(file) as new:
        carried = "select position, url, kind, host, repository, reference, standing, due_at from evidence order by id"
        assert new.execute(carried).fetchall() == [
            (1, PULL, "pull_request", "github.com", "example/map", "7", "unchecked", FILLED["DATETIME"]),
            (2, PAGE, "link", "", "", "", "unchecked", None),
        ]
        assert new.execute("select revision, points, superseded from score").fetchall() == [(1, 2, 1), (2, 3, 0)]
        assert new.execute("select standing from payee_account").fetchall() == [("ready",), ("incomplete",)]
