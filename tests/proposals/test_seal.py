"""What is sealed opens to the right keys only, in its own place only."""

import hashlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import keyring
from proposals import seal

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8"), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
CONTENTS = st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=10), VALUES, max_size=4)
CONTENT: dict[str, object] = {"price_cents": 650000, "answer": {"1": "Élan"}, "a": [1, None, True]}
SALT = bytes(range(32))


@settings(max_examples=50)
@given(CONTENTS)
def test_content_opens_to_what_was_sealed(content: dict[str, object]) -> None:
    key = seal.new_data_key()
    sealed = seal.seal_content(content, key, proposal="p1")
    assert seal.open_content(sealed, key, proposal="p1") == content


@settings(max_examples=50)
@given(st.binary(max_size=20_000))
def test_a_file_opens_to_what_was_sealed(data: bytes) -> None:
    key = seal.new_data_key()
    assert seal.open_file(seal.seal_file(data, key, proposal="p", file="f"), key, proposal="p", file="f") == data


def test_a_data_key_opens_to_the_procurement_and_to_the_author_and_to_nobody_else() -> None:
    data_key, procurement, author, stranger = seal.new_data_key(), *(keyring.new_key_pair() for _ in range(3))
    for pair in (procurement, author):
        wrapped = seal.wrap_data_key(data_key, pair.public)
        assert seal.unwrap_data_key(wrapped, pair) == data_key
        with pytest.raises(keyring.WrongKey):
            seal.unwrap_data_key(wrapped, stranger)
        with pytest.raises(keyring.Broken):
            seal.unwrap_data_key(wrapped[:8], pair)
        with pytest.raises(keyring.Broken):
            seal.unwrap_data_key(wrapped[:-1] + bytes([wrapped[-1] ^ 1]), pair)


def test_a_ciphertext_moved_to_another_place_does_not_open() -> None:
    key = seal.new_data_key()
    content = seal.seal_content(CONTENT, key, proposal="p1")
    file = seal.seal_file(b"data", key, proposal="p1", file="f1")
    moves: list[Callable[[], object]] = [
        lambda: seal.open_content(content, key, proposal="p2"),
        lambda: seal.open_content(content, seal.new_data_key(), proposal="p1"),
        lambda: seal.open_content(file, key, proposal="p1"),
        lambda: seal.open_file(file, key, proposal="p1", file="f2"),
        lambda: seal.open_file(file, key, proposal="p2", file="f1"),
        lambda: seal.open_file(content, key, proposal="p1", file="f1"),
        lambda: seal.open_content(content[:-1], key, proposal="p1"),
        lambda: seal.open_content(b"", key, proposal="p1"),
    ]
    for move in moves:
        with pytest.raises(keyring.Broken):
            move()


def test_short_and_long_answers_have_one_size() -> None:
    key = seal.new_data_key()
    sizes = {len(seal.seal_content({"a": "x" * n}, key, proposal="p")) for n in (0, 10, 5000, 8000)}
    assert len(sizes) == 1


@given(st.integers(0, 20 * 1024 * 1024))
def test_padding_always_holds_the_text_and_at_most_doubles_it(length: int) -> None:
    size = seal.padded_size(length)
    assert length + 8 <= size <= max(8192, 2 * (length + 8))


def test_the_canonical_form_is_stated() -> None:
    assert seal.canonical(CONTENT) == '{"a":[1,null,true],"answer":{"1":"Élan"},"price_cents":650000}'.encode()


@pytest.mark.parametrize("bad", [{"a": 1.5}, {"a": float("nan")}, {"a": {1: 2}}, {"a": b"x"}, {"a": "\ud800"}])
def test_what_has_no_canonical_form_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(seal.NotCanonical):
        seal.canonical(bad)


def test_the_digest_is_the_stated_hash_and_file_order_does_not_matter() -> None:
    one, two = seal.file_digest(b"1"), seal.file_digest(b"2")
    expected = hashlib.sha256(SALT + seal.canonical(CONTENT) + b"".join(sorted([one, two]))).digest()
    assert seal.digest(SALT, CONTENT, [one, two]) == seal.digest(SALT, CONTENT, [two, one]) == expected
    assert seal.verify(expected, SALT, CONTENT, [one, two])
    assert not seal.verify(expected, SALT, CONTENT, [one])
    assert not seal.verify(expected, bytes(32), CONTENT, [one, two])
    with pytest.raises(keyring.SealError):
        seal.digest(b"short", CONTENT)
