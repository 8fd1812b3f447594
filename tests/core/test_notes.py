"""Signed notes: what was signed is read back, and nothing altered, cut or signed by others."""

import base64
import hashlib

import pytest
from nacl.signing import VerifyKey

from app.core.notes import Head, NotSigned, Signer, read_head, read_note

SIGNER = Signer("devex.example/log", b"s" * 32)
HEAD = Head("devex.example/log", 7, hashlib.sha256(b"root").digest(), "2026-06-10T16:00:00.000000Z")


def test_a_head_is_read_back_by_the_verifier_key() -> None:
    note = SIGNER.sign(HEAD.lines)
    assert read_head(note, SIGNER.verifier) == HEAD


def test_the_form_is_the_published_one() -> None:
    note = SIGNER.sign(HEAD.lines)
    text, signature = note.split("\n\n")
    name, key_id, key = SIGNER.verifier.split("+", 2)
    public = base64.b64decode(key)
    assert (name, public[:1]) == ("devex.example/log", b"\x01")
    assert bytes.fromhex(key_id) == hashlib.sha256(name.encode() + b"\n" + public).digest()[:4]
    mark, signer, written = signature.rstrip("\n").split(" ")
    signed = base64.b64decode(written)
    assert (mark, signer, signed[:4].hex()) == ("—", name, key_id)
    assert VerifyKey(public[1:]).verify(text.encode() + b"\n", signed[4:]) == text.encode() + b"\n"


@pytest.mark.parametrize(("old", "new"), [("7", "8"), ("\n\n", "\nmore\n\n"), ("—", "-"), ("2026", "2025")])
def test_what_was_altered_is_refused(old: str, new: str) -> None:
    with pytest.raises(NotSigned):
        read_note(SIGNER.sign(HEAD.lines).replace(old, new, 1), SIGNER.verifier)


def test_another_key_of_the_same_name_is_refused() -> None:
    with pytest.raises(NotSigned):
        read_note(Signer(SIGNER.name, b"t" * 32).sign(HEAD.lines), SIGNER.verifier)


@pytest.mark.parametrize("verifier", ["", "a+b+c", "devex.example/log+00000000+AQ==", SIGNER.verifier[:-4]])
def test_what_is_no_verifier_key_is_refused(verifier: str) -> None:
    with pytest.raises(NotSigned):
        read_note(SIGNER.sign(HEAD.lines), verifier)


def test_a_note_that_is_no_head_is_refused() -> None:
    with pytest.raises(NotSigned):
        read_head(SIGNER.sign(["a", "b"]), SIGNER.verifier)


def test_a_line_cannot_be_smuggled_in() -> None:
    with pytest.raises(ValueError, match="lines"):
        SIGNER.sign(["one\ntwo"])
