"""`flask --app wsgi check`: what is unsafe or missing in production, by setting, and what the tables say is wrong."""

import os
from collections.abc import Iterator
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import inspect, make_url

import subscriptions.queries
from app.config import Config
from app.core.audit import Event
from app.core.db import db
from proposals.queries import missing_keys

OTHERS = 0o007
NOT_MINE = 0o077
FEWEST_SIGNS = 10
FEWEST_BYTES = 16
"""A random key of 32 bytes has more distinct ones than this, but for a chance that never comes."""
HERE = {"", "localhost", "127.0.0.1", "::1"}
TELLING = ("change", "demo", "example", "password", "secret", "test")
"""Words of which a secret is made that somebody copied from somewhere."""


@click.command()
@with_appcontext
def check() -> None:
    """Name every setting that is unsafe or missing in production, and every event left untold; fail if there is one.

    What is only advice does not fail.
    """
    config = current_app.extensions["devex"]
    wrong = [*concerns(config, debug=current_app.debug), *_of_tables()]
    for sentence in wrong:
        click.echo(f"- {sentence}")
    for sentence in advice(config):
        click.echo(f"(advice) {sentence}")
    if wrong:
        raise SystemExit(1)
    click.echo("The configuration is ready for production.")


def concerns(config: Config, *, debug: bool) -> list[str]:
    """Give a sentence for each setting with which nobody should go into production, the setting's name first."""
    found = [
        (debug, "FLASK_DEBUG is set: a fault would show the program's insides to whoever causes it."),
        (not config.base_url.startswith("https://"), "BASE_URL is not https: cookies travel in the open."),
        (not config.payments.stripe_key, "STRIPE_SECRET_KEY is not set: payments go to a sandbox and no money moves."),
        (config.payments.mode == "test", "STRIPE_SECRET_KEY is of Stripe's test mode: no money moves."),
        (not config.smtp_url, "SMTP_URL is not set: notifications stay in the mailbox page and no mail leaves."),
        (config.mail_from.endswith("@localhost>"), "MAIL_FROM is not set: mail would come from nowhere."),
        (config.ocid_prefix == "ocds-devex0", "OCID_PREFIX is the demonstration's: register one for this exchange."),
        (
            config.rate_limit_storage == "memory://",
            "RATE_LIMIT_STORAGE is memory: limits do not add up over processes.",
        ),
        (
            not config.files_dir.is_absolute(),
            "FILES_DIR is a relative path: it depends on where the server is started.",
        ),
    ]
    return [*(sentence for unsafe, sentence in found if unsafe), *_sign_in(config), *_secrets(config), *_places(config)]


def _sign_in(config: Config) -> Iterator[str]:
    """Name what keeps people out, or lets somebody else in."""
    if config.github is None and config.staff is None:
        yield "GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET are not set, nor a staff provider: nobody can sign in."
    if config.github is not None and not config.github.base_url.startswith("https://"):
        yield "GITHUB_BASE_URL is not https: who signs in could be forged on the way."
    if config.staff is not None and not config.staff.issuer.startswith("https://"):
        yield "OIDC_ISSUER is not https: who signs in could be forged on the way."


def advice(config: Config) -> list[str]:
    """Give a sentence for each setting without which one may go into production, knowing what it means."""
    found = [
        (not config.clamd_url, "CLAMD_URL is not set: files are checked by kind and size, but not for viruses."),
        (
            config.base_url.startswith("https://") and not config.trusted_proxies,
            "TRUSTED_PROXIES is 0: if a proxy stands in front, all visitors share one visitor's limits.",
        ),
    ]
    return [sentence for unsafe, sentence in found if unsafe]


def _secrets(config: Config) -> Iterator[str]:
    """Name the secrets that somebody could guess."""
    secret = config.secret_key
    if len(set(secret)) < FEWEST_SIGNS or any(word in secret.lower() for word in TELLING):
        yield "DEVEX_SECRET_KEY is no random text: whoever guesses it signs sessions for anybody."
    if any(len(set(key)) < FEWEST_BYTES for key in config.seal_keys):
        yield "DEVEX_SEAL_KEY is not random: whoever guesses it opens sealed proposals."
    hook = config.github_webhook_secret
    if hook and (len(set(hook)) < FEWEST_SIGNS or any(word in hook.lower() for word in TELLING)):
        yield "GITHUB_WEBHOOK_SECRET is no random text: whoever guesses it says that work was merged."


def _places(config: Config) -> Iterator[str]:
    """Name what others on this machine, or on the way to another one, could read."""
    url = make_url(config.database_url)
    if url.drivername == "sqlite":
        if url.database and _allows(Path(url.database), OTHERS):
            yield f"DATABASE_URL names a file that everybody on this machine may open: chmod 600 {url.database}"
    elif (url.host or "") not in HERE and url.query.get("sslmode") != "verify-full":
        yield "DATABASE_URL reaches another machine without making sure of it: add ?sslmode=verify-full."
    if _allows(config.files_dir, OTHERS):
        yield f"FILES_DIR is a folder that everybody on this machine may open: chmod 700 {config.files_dir}"
    if config.seal_key_file and _allows(config.seal_key_file, NOT_MINE):
        yield f"DEVEX_SEAL_KEY_FILE may be read by others than its owner: chmod 600 {config.seal_key_file}"


def _allows(place: Path, others: int) -> bool:
    """Say whether a file or folder is there and lets others in."""
    return place.exists() and os.name == "posix" and bool(place.stat().st_mode & others)


def _of_tables() -> list[str]:
    """Name what is wrong with what the tables hold, once there are tables."""
    return [*_untold(), *missing_keys()] if inspect(db.engine).has_table(Event.__tablename__) else []


def _untold() -> list[str]:
    done = "the worker's log says why. Mend that, then run tell-again."
    return [
        f"Event {one.id} ({one.action} on {one.procurement}) could not be told; {done}"
        for one in subscriptions.queries.set_aside()
    ]
