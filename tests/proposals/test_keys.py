"""The platform's key: rotated by command without losing anything, missed in words, copied for the safe."""

import base64
import stat
from pathlib import Path

import pytest
from flask import Flask

from app.config import WrongSetting, load
from app.core.db import db
from app.core.keyring import keyring
from app.core.signing import signatures
from app.factory import create_app, require_keys
from proposals import queries
from proposals.models import ProcurementKey
from tests.conftest import NOON, Travel
from tests.proposals.story import Story, make_story

OLD, NEW = b"0123456789" * 3 + b"01", b"n" * 32


def text(*keys: bytes) -> str:
    """Write keys as the setting holds them."""
    return " ".join(base64.b64encode(key).decode() for key in keys)


@pytest.fixture
def story(app: Flask, travel: Travel) -> Story:
    """A proposal that was received under the old key."""
    keyring.configure(OLD)
    story = make_story()
    story.submitted()
    return story


def test_after_a_rotation_the_new_key_opens_everything_and_the_old_one_nothing(app: Flask, story: Story) -> None:
    keyring.configure(NEW, OLD)
    db.session.rollback()
    done = app.test_cli_runner().invoke(args=["rotate-seal-key"])
    assert (done.exit_code, done.output.split(" now")[0]) == (0, "3 private keys")
    keyring.configure(NEW)
    proposal = queries.list_own(story.robin)[0][0]
    assert queries.own_copy(queries.get_own(proposal.key, story.robin), story.robin)["received"]["number"] == 1
    assert signatures.signer(NOON).verifier == signatures.verifiers()[0]
    assert queries.missing_keys() == []
    keyring.configure(OLD)
    assert len(queries.missing_keys()) == 3


def test_a_rotation_without_the_older_key_changes_nothing_and_names_it(app: Flask, story: Story) -> None:
    before = db.session.query(ProcurementKey).one().wrapped_private_key
    name = keyring.key_ids[0].hex()
    keyring.configure(NEW)
    db.session.rollback()
    done = app.test_cli_runner().invoke(args=["rotate-seal-key"])
    assert (done.exit_code, name in done.output) == (1, True)
    assert db.session.query(ProcurementKey).one().wrapped_private_key == before


def test_the_start_is_refused_without_a_key_that_proposals_need(
    story: Story, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    db.session.commit()
    monkeypatch.delenv("FLASK_RUN_FROM_CLI", raising=False)
    with pytest.raises(WrongSetting, match=story.opportunity.ocid):
        require_keys(create_app(settings | {"DEVEX_SEAL_KEY": text(NEW)}))
    require_keys(create_app(settings | {"DEVEX_SEAL_KEY": text(NEW, OLD)}))


def test_the_worker_refuses_to_start_without_it_too(app: Flask, story: Story, settings: dict[str, str]) -> None:
    db.session.commit()
    alone = create_app(settings | {"DEVEX_SEAL_KEY": text(NEW)})
    refused = alone.test_cli_runner().invoke(args=["worker"])
    assert (refused.exit_code, story.opportunity.ocid in refused.output) == (1, True)


def test_the_copy_for_the_safe_is_readable_by_its_owner_alone_and_written_once(
    app: Flask, story: Story, tmp_path: Path
) -> None:
    place, run = tmp_path / "key.txt", app.test_cli_runner().invoke
    assert run(args=["copy-seal-key", str(place)]).exit_code == 0
    copied = place.read_text(encoding="utf-8")
    assert app.extensions["devex"].seal_keys[0] == base64.b64decode(copied.split()[-1])
    assert (stat.S_IMODE(place.stat().st_mode), keyring.key_ids[0].hex() in copied) == (0o600, True)
    assert run(args=["copy-seal-key", str(place)]).exit_code == 1


def test_older_keys_stand_after_the_one_that_seals(settings: dict[str, str], tmp_path: Path) -> None:
    assert load(settings | {"DEVEX_SEAL_KEY": text(NEW, OLD)}).seal_keys == (NEW, OLD)
    (tmp_path / "keys").write_text(f"{text(NEW)}\n{text(OLD)}\n", encoding="utf-8")
    named = {"DEVEX_SEAL_KEY": "", "DEVEX_SEAL_KEY_FILE": str(tmp_path / "keys")}
    assert load(settings | named).seal_keys == (NEW, OLD)
    with pytest.raises(WrongSetting, match="DEVEX_SEAL_KEY"):
        load(settings | {"DEVEX_SEAL_KEY": f"{text(NEW)} AAAA"})
