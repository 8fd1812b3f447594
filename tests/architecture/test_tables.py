"""The models are what the migrations make, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect

from app.core.db import db

SEARCH = "search_document"


def test_models_equal_migrations(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _: kind != "table" or not is_ours_alone(name),
            },
        )
        assert compare_metadata(context, db.metadata) == []


def is_ours_alone(name: str | None) -> bool:
    return name is not None and (name.startswith(SEARCH) or name in ("alembic_version", "test_clock"))


def test_every_check_constraint_of_the_models_stands_in_the_database(app: Flask) -> None:
    inspector = inspect(db.engine)
    for table in db.metadata.sorted_tables:
        declared = {str(one.name) for one in table.constraints if one.__visit_name__ == "check_constraint" and one.name}
        found = {str(one["name"]) for one in inspector.get_check_constraints(table.name)}
        assert declared <= found, table.name
