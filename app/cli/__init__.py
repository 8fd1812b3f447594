"""Commands of `flask --app wsgi`: one file for each family, each command a few lines around an action."""

from flask import Flask

from app.cli import operating, opportunities, people

COMMANDS = (
    people.make_administrator,
    opportunities.import_opportunity,
    operating.check,
    operating.backup,
    operating.restore,
    operating.seed,
)


def register(app: Flask) -> None:
    """Give an app its commands."""
    for command in COMMANDS:
        app.cli.add_command(command)
