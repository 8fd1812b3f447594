"""Take the migrations of an empty database up, down and up again: `python -m scripts.migrations URL`.

Fails when models and tables differ, when anything stays after the way down, or when the second way up
leads elsewhere.
"""

import os
import subprocess
import sys

from sqlalchemy import Engine, create_engine, text

from scripts.steps import ROOT

SQLITE_SHAPE = "SELECT type, tbl_name, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
POSTGRES_SHAPE = """
SELECT 'column', table_name, column_name, concat_ws(' ', data_type, is_nullable, column_default)
  FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid)
  FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function', '', proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""
KEPT = "alembic_version"

Shape = frozenset[tuple[str, ...]]


def flask_db(url: str, *words: str) -> None:
    """Run one of the migration commands, and stop at a failure with what it said."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", *words]
    environment = {**os.environ, "DATABASE_URL": url}
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"flask db {' '.join(words)}:\n{done.stdout}{done.stderr}")


def shape(engine: Engine) -> Shape:
    """Read what the database is made of: tables, columns, constraints, indexes, triggers."""
    statement = SQLITE_SHAPE if engine.dialect.name == "sqlite" else POSTGRES_SHAPE
    with engine.connect() as connection:
        rows = connection.execute(text(statement))
        return frozenset(tuple(str(value) for value in row) for row in rows if row[1] != KEPT)


def tell(there: Shape) -> str:
    """Count what there is, by kind."""
    kinds = [row[0] for row in there]
    return ", ".join(f"{kinds.count(kind)} × {kind}" for kind in sorted(set(kinds)))


def check(url: str) -> None:
    """Take the way up, down and up."""
    engine = create_engine(url)
    flask_db(url, "upgrade")
    flask_db(url, "check")
    first = shape(engine)
    flask_db(url, "downgrade", "base")
    rest = shape(engine)
    if rest:
        sys.exit(f"The way down leaves {sorted(rest)}")
    flask_db(url, "upgrade")
    second = shape(engine)
    engine.dispose()
    if first != second:
        sys.exit(f"The second way up differs: {sorted(first ^ second)}")
    if not any(row[0] == "trigger" for row in second):
        sys.exit("The audit log has no triggers that refuse changes.")
    print(f"Up, down and up: {tell(second)}")


if __name__ == "__main__":
    check(sys.argv[1])
