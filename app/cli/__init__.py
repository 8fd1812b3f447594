"""Commands of `flask --app wsgi`: one file for each family, each command a few lines around an action."""

import click
from flask.cli import AppGroup
from werkzeug.utils import import_string

COMMANDS = {
    "backup": "app.cli.operating:backup",
    "check": "app.cli.checking:check",
    "copy-seal-key": "app.cli.keys:copy_seal_key",
    "db": "flask_migrate.cli:db",
    "import-opportunity": "app.cli.opportunities:import_opportunity",
    "make-administrator": "app.cli.people:make_administrator",
    "reconcile": "app.cli.payments:reconcile",
    "renew-signature-key": "app.cli.keys:renew_signature_key",
    "restore": "app.cli.operating:restore",
    "rotate-seal-key": "app.cli.keys:rotate_seal_key",
    "seed": "app.cli.operating:seed",
    "tell-again": "app.cli.operating:tell_again",
    "verify-ranking": "app.cli.evaluations:verify_ranking",
    "worker": "app.jobs:worker",
}


class Commands(AppGroup):
    """The commands, each imported when it is asked for: a web server that starts has no use for them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*COMMANDS, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        command: click.Command = import_string(COMMANDS[cmd_name])
        return command
