"""The platform's keys: what lies wrapped under them opens only with them, and only for its owner."""

import base64

import pytest

from app.core import keyring


def test_a_private_key_opens_under_the_platform_key_it_names_also_after_rotation() -> None:
    old, new, pair = keyring.PlatformKey.generate(), keyring.PlatformKey.generate(), keyring.new_key_pair()
    wrapped = keyring.wrap_secret(pair.private, old, owner="procurement 1")
    assert keyring.key_id_of(wrapped) == old.key_id
    assert keyring.unwrap_secret(wrapped, [new, old], owner="procurement 1") == pair.private
    with pytest.raises(keyring.WrongKey):
        keyring.unwrap_secret(wrapped, [new], owner="procurement 1")
    with pytest.raises(keyring.Broken):
        keyring.unwrap_secret(wrapped, [old], owner="procurement 2")


def test_a_platform_key_is_read_as_it_is_written() -> None:
    key = keyring.PlatformKey.generate()
    assert keyring.PlatformKey.parse(f" {key.text()}\n") == key
    assert keyring.PlatformKey.parse(base64.urlsafe_b64encode(key.secret).decode().rstrip("=")) == key


@pytest.mark.parametrize("text", ["", "not base64!", "AAAA", base64.b64encode(bytes(33)).decode(), "é"])
def test_a_wrong_platform_key_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(keyring.BadKey, match="seal key"):
        keyring.PlatformKey.parse(text)


def test_secrets_do_not_show_in_messages() -> None:
    pair, key = keyring.new_key_pair(), keyring.PlatformKey.generate()
    assert "private" not in repr(pair)
    assert "secret" not in repr(key)
