"""The operator's commands say what they did, and what to do when they cannot."""

from pathlib import Path

import pytest
from flask import Flask

from app.cli import COMMANDS
from app.config import WrongSetting, load
from app.core.db import db
from tests.factories import make_department, make_user


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"STRIPE_SECRET_KEY": "sk_test_1"}, "Set both STRIPE_SECRET_KEY"),
        ({"STRIPE_SECRET_KEY": "pk_test_1", "STRIPE_WEBHOOK_SECRET": "w"}, "STRIPE_SECRET_KEY begins"),
        ({"STRIPE_API_BASE": "http://127.0.0.1:1"}, "STRIPE_API_BASE"),
        (
            {"STRIPE_SECRET_KEY": "sk_live_1", "STRIPE_WEBHOOK_SECRET": "w", "STRIPE_API_BASE": "http://127.0.0.1:1"},
            "STRIPE_API_BASE",
        ),
        ({"PAYMENT_COSTS": "nobody"}, "PAYMENT_COSTS"),
        ({"PAYMENT_FEE": "1001"}, "PAYMENT_FEE"),
        ({"PAYMENT_FEE": "-1"}, "PAYMENT_FEE"),
    ],
)
def test_a_wrong_setting_of_payments_stops_the_start(
    settings: dict[str, str], given: dict[str, str], named: str
) -> None:
    with pytest.raises(WrongSetting, match=f"^{named}"):
        load(settings | given)


def test_a_test_key_moves_no_money_and_says_so(settings: dict[str, str]) -> None:
    given = {"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRET": "whsec_1", "PAYMENT_FEE": "250"}
    paid = load(settings | given).payments
    assert (paid.mode, paid.costs, paid.fee_basis_points) == ("test", "platform", 250)


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
    make_department()
    again = app.test_cli_runner().invoke(args=["seed"])
    assert (again.exit_code, "make reset" in again.output) == (1, True)


def test_every_command_is_found(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    assert {name: run(args=[name, "--help"]).exit_code for name in COMMANDS} == dict.fromkeys(COMMANDS, 0)
    assert run(args=["nothing"]).exit_code == 2


def test_migrations_are_read_by_command(app: Flask) -> None:
    db.session.rollback()
    assert app.test_cli_runner().invoke(args=["db", "heads"]).exit_code == 0
