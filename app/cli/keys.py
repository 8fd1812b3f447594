"""Commands about the exchange's keys: put a new seal key in, keep a copy of it away, sign by another key."""

import base64
import os
from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app.cli.people import OPERATOR
from app.config import Config
from app.core import clock
from app.core.db import transaction
from app.core.keyring import SealError, keyring
from app.core.signing import signatures
from proposals import actions, queries

OWNER_ALONE = 0o600
COPY = """\
The seal key of {exchange}, copied on {day} (UTC). Keep it offline, in two places, away from every backup of the data.

Whoever has this file and the data can read every sealed proposal. Whoever has lost it can open none:
the key named {name} is needed for {count} procurements.

To put it back, write the line below into the file that DEVEX_SEAL_KEY_FILE names, or into DEVEX_SEAL_KEY.

{keys}
"""


@click.command("rotate-seal-key")
@with_appcontext
def rotate_seal_key() -> None:
    """Wrap everything anew under the first key of DEVEX_SEAL_KEY; the older ones after it can then be put away."""
    try:
        with transaction() as at:
            count = actions.rotate_keys(by=OPERATOR, at=at)
    except SealError as wrong:
        raise click.ClickException(f"Nothing was changed. {' '.join(queries.missing_keys()) or wrong}") from wrong
    click.echo(f"{count} private keys now lie under the key {keyring.key_ids[0].hex()}.")
    click.echo("Copy it with copy-seal-key. The older keys are needed only for backups made before today.")


@click.command("copy-seal-key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def copy_seal_key(file: Path) -> None:
    """Write the seal key into FILE (a new one), with what it opens and how to put it back; keep it offline."""
    settings: Config = current_app.extensions["devex"]
    try:
        place = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ALONE)
    except FileExistsError:
        message = f"{file} is there already; a copy never writes over another."
        raise click.ClickException(message) from None
    with os.fdopen(place, "w") as copy:
        copy.write(_words(settings, clock.now()))
    click.echo(f"Copied to {file}. Take it off this machine.")


@click.command("renew-signature-key")
@with_appcontext
def renew_signature_key() -> None:
    """Make the key that signs receipts and heads of the log from now on; the older ones still verify."""
    with transaction() as at:
        verifier = signatures.renew(by=OPERATOR, at=at).verifier
    click.echo("Receipts and heads are signed by a new key from now on; what older keys signed can still be checked.")
    click.echo(f"Publish the list at /log/keys again wherever you published it before. It now begins with: {verifier}")


def _words(settings: Config, at: datetime) -> str:
    name = keyring.key_ids[0].hex()
    return COPY.format(
        exchange=settings.base_url,
        day=at.date().isoformat(),
        name=name,
        count=len(queries.procurements_by_key().get(name, [])),
        keys=" ".join(base64.b64encode(key).decode() for key in settings.seal_keys),
    )
