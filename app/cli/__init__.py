"""Commands of `flask --app wsgi`: one file for each family, each command a few lines around an action."""

from flask import Flask

<<<<<<< Updated upstream
from app.cli import opportunities, people

COMMANDS = (people.make_administrator, opportunities.import_opportunity)
=======
from app.cli import operating, people

COMMANDS = (people.make_administrator, operating.check, operating.backup, operating.restore, operating.seed)
>>>>>>> Stashed changes


def register(app: Flask) -> None:
    """Give an app its commands."""
    for command in COMMANDS:
        app.cli.add_command(command)
