"""Signed notes (C2SP signed-note) and tree heads in their form (C2SP tlog-checkpoint): short texts with a signature.

A note is lines of text, an empty line, and lines `— name base64(key id ‖ Ed25519 signature)`. Whoever holds a verifier
key, `name+key id+base64(type ‖ public key)`, can check it with tools that are not ours.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

ED25519 = b"\x01"
ID_BYTES = 4
ROOT_BYTES = 32
HEAD_LINES = 4


class NotSigned(Exception):
    """A note is not what its signer signed: altered, cut, or signed by another key."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: a name without spaces or plus signs, and the Ed25519 seed."""

    name: str
    seed: bytes = field(repr=False)

    @property
    def verifier(self) -> str:
        """The key by which others check the notes."""
        return verifier_of(self.name, bytes(SigningKey(self.seed).verify_key))

    def sign(self, lines: Sequence[str]) -> str:
        """Sign lines of text; gives the note."""
        if any("\n" in line or not line for line in lines):
            msg = "A note is made of lines that are not empty."
            raise ValueError(msg)
        text = "".join(f"{line}\n" for line in lines)
        key = SigningKey(self.seed)
        signature = key.sign(text.encode()).signature
        return f"{text}\n— {self.name} {_written(_key_id(self.name, bytes(key.verify_key)) + signature)}\n"


@dataclass(frozen=True, slots=True)
class Head:
    """A tree head: whose log, how many leaves, their root, and when it was signed (UTC, as text)."""

    origin: str
    size: int
    root: bytes
    at: str

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines that are signed."""
        return self.origin, str(self.size), _written(self.root), self.at


def verifier_of(name: str, public: bytes) -> str:
    """Write the key by which others check the notes of a signer."""
    return f"{name}+{_key_id(name, public).hex()}+{_written(ED25519 + public)}"


def read_note(note: str, verifier: str) -> list[str]:
    """Give the lines of a note that a key signed; refuses with NotSigned."""
    name, key_id, public = _read_verifier(verifier)
    text, _, signatures = note.partition("\n\n")
    for line in signatures.splitlines():
        signer, _, written = line.removeprefix("— ").partition(" ")
        try:
            signed = base64.b64decode(written, validate=True)
            if line.startswith("— ") and signer == name and signed[:ID_BYTES] == key_id:
                VerifyKey(public).verify(f"{text}\n".encode(), signed[ID_BYTES:])
                return text.split("\n")
        except (binascii.Error, CryptoError, ValueError):
            continue
    msg = f"This is not signed by {name}, or it was altered since."
    raise NotSigned(msg)


def read_head(note: str, verifier: str) -> Head:
    """Give the tree head that a note holds; refuses with NotSigned."""
    lines = read_note(note, verifier)
    try:
        origin, size, root, at = lines[:HEAD_LINES]
        head = Head(origin, int(size), base64.b64decode(root, validate=True), at)
    except (ValueError, binascii.Error):
        head = None
    if head is None or head.size < 0 or len(head.root) != ROOT_BYTES:
        msg = "This note holds no tree head."
        raise NotSigned(msg)
    return head


def _read_verifier(verifier: str) -> tuple[str, bytes, bytes]:
    try:
        name, key_id, written = verifier.strip().split("+", 2)
        key = base64.b64decode(written, validate=True)
        public = key.removeprefix(ED25519)
        if key[:1] == ED25519 and bytes.fromhex(key_id) == _key_id(name, public):
            return name, bytes.fromhex(key_id), public
    except (ValueError, binascii.Error):
        pass
    msg = "This is not a verifier key: name+key id+key in base64."
    raise NotSigned(msg)


def _key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:ID_BYTES]


def _written(value: bytes) -> str:
    return base64.b64encode(value).decode()
