"""Every setting with which nobody should go into production is named, and fails the check; none other does."""

import base64
import hashlib
from pathlib import Path

import pytest
from flask import Flask

from app.cli.checking import advice, concerns
from app.config import Config, load

SECRET = hashlib.sha256(b"one").hexdigest()
SEAL = base64.b64encode(hashlib.sha256(b"two").digest()).decode()

OPENID = {
    "OIDC_ISSUER": "http://login.devex.example",
    "OIDC_CLIENT_ID": "id",
    "OIDC_CLIENT_SECRET": SECRET,
    "OIDC_NAME_EN": "Rivers ID",
    "OIDC_NAME_FR": "ID Rivières",
}


def safe(place: Path) -> dict[str, str]:
    """Give settings of which nothing is to be said, with everything in a folder of its owner's alone."""
    key, database, files = place / "seal.key", place / "devex.sqlite3", place / "files"
    key.write_text(SEAL)
    database.touch()
    files.mkdir(exist_ok=True)
    for one, mode in ((key, 0o600), (database, 0o600), (files, 0o700)):
        one.chmod(mode)
    return {
        "DEVEX_SECRET_KEY": SECRET,
        "DEVEX_SEAL_KEY_FILE": str(key),
        "DATABASE_URL": f"sqlite:///{database}",
        "FILES_DIR": str(files),
        "BASE_URL": "https://devex.example",
        "GITHUB_CLIENT_ID": "id",
        "GITHUB_CLIENT_SECRET": SECRET,
        "GITHUB_WEBHOOK_SECRET": SECRET,
        "STRIPE_SECRET_KEY": "sk_live_1",
        "STRIPE_WEBHOOK_SECRET": "whsec_1",
        "SMTP_URL": "smtps://devex:x@mail.devex.example:465",
        "MAIL_FROM": "DevEx <devex@devex.example>",
        "OCID_PREFIX": "ocds-1a2b3c",
        "RATE_LIMIT_STORAGE": "redis://127.0.0.1:6379",
        "TRUSTED_PROXIES": "1",
        "CLAMD_URL": "unix:///run/clamav/clamd.ctl",
    }


def named(sentences: list[str]) -> list[str]:
    return [sentence.split(" ", 1)[0] for sentence in sentences]


def of(settings: dict[str, str]) -> Config:
    return load({name: value for name, value in settings.items() if value})


def test_nothing_is_said_of_safe_settings(tmp_path: Path) -> None:
    config = of(safe(tmp_path))
    assert (concerns(config, debug=False), advice(config)) == ([], [])


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"BASE_URL": "http://devex.example"}, "BASE_URL"),
        ({"DEVEX_SECRET_KEY": "a1" * 32}, "DEVEX_SECRET_KEY"),
        ({"DEVEX_SECRET_KEY": "please-change-me-0123456789-abcdef"}, "DEVEX_SECRET_KEY"),
        ({"DEVEX_SEAL_KEY": base64.b64encode(b"0123456789012345" * 2).decode()}, "DEVEX_SEAL_KEY"),
        ({"DEVEX_SEAL_KEY": base64.b64encode(bytes(32)).decode()}, "DEVEX_SEAL_KEY"),
        ({"GITHUB_WEBHOOK_SECRET": "test" * 8}, "GITHUB_WEBHOOK_SECRET"),
        ({"GITHUB_CLIENT_ID": "", "GITHUB_CLIENT_SECRET": ""}, "GITHUB_CLIENT_ID"),
        ({"GITHUB_BASE_URL": "http://github.devex.example"}, "GITHUB_BASE_URL"),
        (OPENID, "OIDC_ISSUER"),
        ({"STRIPE_SECRET_KEY": "", "STRIPE_WEBHOOK_SECRET": ""}, "STRIPE_SECRET_KEY"),
        ({"STRIPE_SECRET_KEY": "sk_test_1"}, "STRIPE_SECRET_KEY"),
        ({"SMTP_URL": ""}, "SMTP_URL"),
        ({"MAIL_FROM": ""}, "MAIL_FROM"),
        ({"OCID_PREFIX": ""}, "OCID_PREFIX"),
        ({"RATE_LIMIT_STORAGE": ""}, "RATE_LIMIT_STORAGE"),
        ({"FILES_DIR": "files"}, "FILES_DIR"),
        ({"DATABASE_URL": "postgresql://devex:x@db.example/devex"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://devex:x@db.example/devex?sslmode=require"}, "DATABASE_URL"),
    ],
)
def test_an_unsafe_setting_is_named(tmp_path: Path, given: dict[str, str], name: str) -> None:
    assert named(concerns(of({**safe(tmp_path), **given}), debug=False)) == [name]


def test_debugging_is_named(tmp_path: Path) -> None:
    assert named(concerns(of(safe(tmp_path)), debug=True)) == ["FLASK_DEBUG"]


@pytest.mark.parametrize(
    ("place", "mode", "name"),
    [
        ("devex.sqlite3", 0o644, "DATABASE_URL"),
        ("files", 0o755, "FILES_DIR"),
        ("files", 0o701, "FILES_DIR"),
        ("seal.key", 0o640, "DEVEX_SEAL_KEY_FILE"),
        ("seal.key", 0o604, "DEVEX_SEAL_KEY_FILE"),
    ],
)
def test_what_others_may_open_is_named(tmp_path: Path, place: str, mode: int, name: str) -> None:
    config = of(safe(tmp_path))
    (tmp_path / place).chmod(mode)
    assert named(concerns(config, debug=False)) == [name]


@pytest.mark.parametrize(
    "url", ["postgresql://devex@localhost/devex", "postgresql://devex:x@db.example/devex?sslmode=verify-full"]
)
def test_a_database_that_is_made_sure_of_is_not_named(tmp_path: Path, url: str) -> None:
    assert concerns(of({**safe(tmp_path), "DATABASE_URL": url}), debug=False) == []


@pytest.mark.parametrize(
    ("given", "name"), [({"CLAMD_URL": ""}, "CLAMD_URL"), ({"TRUSTED_PROXIES": "0"}, "TRUSTED_PROXIES")]
)
def test_what_one_may_do_without_is_advice(tmp_path: Path, given: dict[str, str], name: str) -> None:
    config = of({**safe(tmp_path), **given})
    assert (concerns(config, debug=False), named(advice(config))) == ([], [name])


def test_the_command_says_all_of_it_and_fails(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["check"])
    config = app.extensions["devex"]
    said = [*(f"- {one}" for one in concerns(config, debug=False)), *(f"(advice) {one}" for one in advice(config))]
    assert (done.exit_code, done.output.splitlines()) == (1, said)
    assert len(concerns(config, debug=False)) > 5
