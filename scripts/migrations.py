"""Take the migrations of an empty database up, down and up again: `python -m scripts.migrations URL`.

Fails when models and tables differ, when anything stays after the way down, or when the second way up
leads elsewhere.
"""

import sys
from base64 import b64encode
from secrets import token_bytes, token_hex

from flask import Flask
from flask_migrate import check as agree
from flask_migrate import downgrade, upgrade
from sqlalchemy import Engine, text

from app.core.db import db
from app.factory import create_app

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


def shape(engine: Engine) -> Shape:
    """Read what the database is made of: tables, columns, constraints, indexes, triggers."""
    statement = SQLITE_SHAPE if engine.dialect.name == "sqlite" else POSTGRES_SHAPE
    with engine.connect() as connection:
        rows = connection.execute(text(statement))
        return frozenset(tuple(_in_order(str(value)) for value in row) for row in rows if row[1] != KEPT)


def _in_order(sql: str) -> str:
    """Put the lines of a table in order: SQLite's tables are made anew by a change, with constraints in any order."""
    return "\n".join(sorted(line.strip().rstrip(",") for line in sql.split("\n")))


def tell(there: Shape) -> str:
    """Count what there is, by kind."""
    kinds = [row[0] for row in there]
    return ", ".join(f"{kinds.count(kind)} × {kind}" for kind in sorted(set(kinds)))


def application(url: str) -> Flask:
    """Build the exchange on this database, with keys that nobody keeps."""
    keys = {"DEVEX_SECRET_KEY": token_hex(32), "DEVEX_SEAL_KEY": b64encode(token_bytes(32)).decode()}
    return create_app({**keys, "DATABASE_URL": url})


def check() -> None:
    """Take the way up, down and up."""
    upgrade()
    agree()
    first = shape(db.engine)
    downgrade(revision="base")
    rest = shape(db.engine)
    if rest:
        sys.exit(f"The way down leaves {sorted(rest)}")
    upgrade()
    second = shape(db.engine)
    if first != second:
        sys.exit(f"The second way up differs: {sorted(first ^ second)}")
    if not any(row[0] == "trigger" for row in second):
        sys.exit("The audit log has no triggers that refuse changes.")
    print(f"Up, down and up: {tell(second)}")


def main() -> None:
    """Check the database named on the command line."""
    app = application(sys.argv[1])
    with app.app_context():
        check()
        db.engine.dispose()


if __name__ == "__main__":
    main()
