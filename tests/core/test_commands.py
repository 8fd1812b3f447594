"""The operator's commands say what they did, and what to do when they cannot."""

from pathlib import Path

from flask import Flask

from app.cli import COMMANDS
from app.core.db import db
from tests.factories import make_user


def test_check_names_every_setting_that_is_unsafe_in_production(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["check"])
    assert done.exit_code == 1
    named = {line.removeprefix("- ").split(" ", 1)[0] for line in done.output.splitlines()}
    assert named == {"BASE_URL", "GITHUB_CLIENT_ID", "SMTP_URL", "MAIL_FROM", "OCID_PREFIX", "RATE_LIMIT_STORAGE"}


def test_a_backup_is_written_once_and_restored_into_empty_places_only(app: Flask, tmp_path: Path) -> None:
    make_user("Kept")
    db.session.rollback()
    archive = tmp_path / "backup.tar.gz"
    runner = app.test_cli_runner()
    done = runner.invoke(args=["backup", str(archive)])
    assert (done.exit_code, done.output) == (0, f"Backed up to {archive}.\n")
    assert runner.invoke(args=["backup", str(archive)]).exit_code == 1
    again = runner.invoke(args=["restore", str(archive)])
    assert again.exit_code == 1


def test_seeding_refuses_a_world_that_is_there(app: Flask) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["seed"]).exit_code == 0
    again = runner.invoke(args=["seed"])
    assert (again.exit_code, "make reset" in again.output) == (1, True)


def test_every_command_is_found(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    assert {name: run(args=[name, "--help"]).exit_code for name in COMMANDS} == dict.fromkeys(COMMANDS, 0)
    assert run(args=["nothing"]).exit_code == 2


def test_migrations_are_read_by_command(app: Flask) -> None:
    db.session.rollback()
    assert app.test_cli_runner().invoke(args=["db", "heads"]).exit_code == 0
