"""Commands for whoever runs the exchange: check the settings, back up, restore, make worlds."""

import base64
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

import subscriptions.actions
import subscriptions.queries
from app.config import Config
from app.core import backup as archives
from app.core import clock
from app.core.db import db, transaction
from app.demo import large, seeding
from auth.models import Department


def settings() -> Config:
    """Give the settings of this installation."""
    found: Config = current_app.extensions["devex"]
    return found


@click.command("tell-again")
@with_appcontext
def tell_again() -> None:
    """Tell people of the events that were set aside, once what kept them from being told is mended."""
    with transaction() as at:
        told = subscriptions.actions.tell_again(at=at)
    click.echo(f"Told of {told} events.")


@click.command()
@click.argument("archive", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(archive: Path) -> None:
    """Write database, files and keys together into ARCHIVE (a new .tar.gz); keep it as safe as the exchange itself."""
    config = settings()
    keys = _keys(config)
    try:
        archives.write(archive, database_url=config.database_url, files_dir=config.files_dir, keys=keys)
    except FileExistsError:
        message = f"{archive} is there already; a backup never writes over another."
        raise click.ClickException(message) from None
    except archives.CannotRestore as wrong:
        raise click.ClickException(str(wrong)) from wrong
    click.echo(f"Backed up to {archive}.")


def _keys(config: Config) -> dict[str, str]:
    """Write the keys as the settings hold them."""
    seal = " ".join(base64.b64encode(key).decode() for key in config.seal_keys)
    return {"DEVEX_SEAL_KEY": seal, "DEVEX_SECRET_KEY": config.secret_key}


@click.command()
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def restore(archive: Path) -> None:
    """Put ARCHIVE back into the configured, empty places, and say which keys the settings must hold."""
    config = settings()
    db.session.remove()
    db.engine.dispose()
    try:
        keys = archives.restore(archive, database_url=config.database_url, files_dir=config.files_dir)
    except archives.CannotRestore as wrong:
        raise click.ClickException(str(wrong)) from wrong
    click.echo("Restored. The settings must hold the keys of that time:")
    for name, value in keys.items():
        held = _keys(config)[name]
        click.echo(f"  {name}: " + ("already set" if held == value else f"set it to {value}"))


@click.command()
@click.option("--size", type=click.IntRange(1, 1_000_000), help="Make a world of so many opportunities, for measuring.")
@with_appcontext
def seed(size: int | None) -> None:
    """Fill an empty database with the demonstration's world; with --size also with that many made-up opportunities."""
    prefix = settings().ocid_prefix
    if db.session.scalar(select(Department.id).limit(1)) is None:
        seeding.seed(clock.now(), prefix)
        click.echo("The demonstration’s world is there.")
    elif size is None:
        message = "There is a world already. `make reset` starts over; --size adds made-up opportunities."
        raise click.ClickException(message)
    if size is not None:
        click.echo(f"{large.grow(size, clock.now(), prefix)} opportunities.")
