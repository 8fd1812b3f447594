"""What `flask db` works on."""

from typing import Any

from flask import Flask
from flask_migrate import Migrate

from app import config
from app.core.db import db


def prepare(app: Flask) -> Any:  # noqa: ANN401  (Flask-Migrate's own settings)
    """Tell Flask-Migrate where the migrations of this app's tables are."""
    Migrate(app, db, directory=str(config.ROOT / "migrations"), render_as_batch=True)
    return app.extensions["migrate"]
