"""How a procurement's private key is shared among custodians: so many of them together have it, fewer have nothing.

Shamir's scheme shares each half of the key (16 bytes) alike. A share is sealed to its custodian's public key, whose
private half lies encrypted under a key that Argon2id derives from their passphrase, with the parameters kept beside it.
The recovery sheet is a private key too, written for paper, with a check so that a slip of the hand is noticed.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from Crypto.Protocol.SecretSharing import Shamir
from nacl.pwhash import argon2id
from nacl.secret import Aead
from nacl.utils import random

from app.core.keyring import KEY_BYTES, Broken, decrypt, place_of

FEWEST, MOST = 2, 7
"""How many custodians there are at least and at most."""
HALF = KEY_BYTES // 2
CHECK_BYTES = 3
GROUP = 4
OPSLIMIT = 3
MEMLIMIT = 64 * 1024 * 1024
"""The passes and memory of RFC 9106 where memory is scarce; a request keeps them for a third of a second."""


@dataclass(frozen=True, slots=True)
class Locked:
    """A private key under a passphrase, with what is needed to derive the key again."""

    sealed: bytes
    salt: bytes = field(repr=False)
    opslimit: int = OPSLIMIT
    memlimit: int = MEMLIMIT


def split(secret: bytes, threshold: int, count: int) -> list[bytes]:
    """Share a key of 32 bytes among `count`, any `threshold` of whom have it together."""
    halves = (Shamir.split(threshold, count, half) for half in (secret[:HALF], secret[HALF:]))
    return [bytes([place]) + first + second for (place, first), (_place, second) in zip(*halves, strict=True)]


def join(shares: Sequence[bytes]) -> bytes:
    """Put a key together from as many shares as its threshold; from fewer comes something else."""
    places = [share[0] for share in shares]
    if len(set(places)) != len(places):
        msg = "A share was given twice."
        raise Broken(msg)
    parts = (slice(1, 1 + HALF), slice(1 + HALF, None))
    return b"".join(Shamir.combine([(share[0], share[part]) for share in shares]) for part in parts)


def lock(private: bytes, passphrase: str, *, owner: str) -> Locked:
    """Encrypt a private key under a passphrase; `owner` names whose it is and must be the same again."""
    salt = random(argon2id.SALTBYTES)
    key = _derived(passphrase, salt, OPSLIMIT, MEMLIMIT)
    return Locked(bytes(Aead(key).encrypt(private, place_of("custodian", owner))), salt)


def unlock(locked: Locked, passphrase: str, *, owner: str) -> bytes:
    """Decrypt a private key; refuses with Broken another passphrase, or another owner's key."""
    key = _derived(passphrase, locked.salt, locked.opslimit, locked.memlimit)
    return decrypt(key, locked.sealed, place_of("custodian", owner))


def _derived(passphrase: str, salt: bytes, opslimit: int, memlimit: int) -> bytes:
    typed = " ".join(passphrase.split()).encode()
    return argon2id.kdf(KEY_BYTES, typed, salt, opslimit=opslimit, memlimit=memlimit)


def on_paper(private: bytes) -> str:
    """Write a private key for paper: groups of four letters and digits, with a check at the end."""
    text = base64.b32encode(private + _check(private)).decode().rstrip("=")
    return " ".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))


def from_paper(text: str) -> bytes:
    """Read what `on_paper` wrote, however spaced; refuses with Broken what has a slip in it."""
    letters = "".join(text.split()).replace("-", "").upper().translate(str.maketrans("018", "OIB"))
    try:
        data = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except (binascii.Error, ValueError) as wrong:
        msg = "The sheet holds something that is no letter of it."
        raise Broken(msg) from wrong
    private, check = data[:KEY_BYTES], data[KEY_BYTES:]
    if len(private) != KEY_BYTES or check != _check(private):
        msg = "The sheet was not typed right."
        raise Broken(msg)
    return private


def _check(private: bytes) -> bytes:
    return hashlib.sha256(b"devex recovery sheet\n" + private).digest()[:CHECK_BYTES]
