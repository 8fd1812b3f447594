"""Commands about people."""

import click
from flask.cli import with_appcontext

from app.core.audit import System
from app.core.db import transaction
from app.core.errors import Refusal
from auth import actions, queries

OPERATOR = System("operator")


@click.command("make-administrator")
@click.argument("email")
@with_appcontext
def make_administrator(email: str) -> None:
    """Let the person with this verified EMAIL run the platform; they have signed in once."""
    try:
        with transaction() as at:
            person = queries.find_user_by_address(email)
            if person is None:
                raise click.ClickException(
                    f"Nobody has signed in with {email} yet. They sign in once, then you repeat this."
                )
            actions.make_administrator(person, by=OPERATOR, at=at)
            name = person.name
    except Refusal as refusal:
        raise click.ClickException(refusal.message) from refusal
    click.echo(f"{name} is an administrator now.")
