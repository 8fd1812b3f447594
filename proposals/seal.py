"""How a proposal is sealed: what the database holds of it is ciphertext until the opening.

Each proposal has a data key of its own, wrapped once to the procurement's public key (for the opening) and once to the
author's (so that the author can read on). The private keys themselves lie wrapped under the platform's key, which lives
outside the database. Every wrapped key begins with eight bytes that name the key it was wrapped under, so that keys can
be rotated. Content is encrypted with XChaCha20-Poly1305 and bound to its place: a ciphertext moved to another
proposal, or a file to another file's row, does not open. Ciphertexts are padded so that their length tells little.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import Aead
from nacl.utils import random

from app.core.keyring import ID_BYTES, KEY_BYTES, Broken, KeyPair, SealError, WrongKey, decrypt, name_of, place_of

SALT_BYTES = 32
LENGTH_BYTES = 8
SMALLEST = 8 * 1024
LARGEST_STEP = 1024 * 1024


class NotCanonical(SealError):
    """The content has no single canonical form (a fraction, a key that is no text, a lone surrogate)."""


def new_data_key() -> bytes:
    """Make the data key of one proposal."""
    return random(KEY_BYTES)


def new_salt() -> bytes:
    """Make the salt of one submission; it goes on the receipt."""
    return random(SALT_BYTES)


def salt_in_custody(data_key: bytes) -> bytes:
    """Derive the salt of a receipt from the data key, where the author takes it home before submitting."""
    return hashlib.blake2b(b"receipt", key=data_key, digest_size=SALT_BYTES, person=b"devex salt").digest()


def wrap_data_key(data_key: bytes, public: bytes) -> bytes:
    """Wrap a proposal's data key to a public key."""
    return name_of(public) + SealedBox(PublicKey(public)).encrypt(data_key)


def unwrap_data_key(wrapped: bytes, pair: KeyPair) -> bytes:
    """Unwrap a proposal's data key with the key pair it was wrapped to."""
    if wrapped[:ID_BYTES] != name_of(pair.public):
        msg = "The data key was wrapped to another key pair."
        raise WrongKey(msg)
    try:
        return SealedBox(PrivateKey(pair.private)).decrypt(wrapped[ID_BYTES:])
    except (CryptoError, ValueError, TypeError) as wrong:
        msg = "The wrapped data key was altered."
        raise Broken(msg) from wrong


def seal_content(content: Mapping[str, object], data_key: bytes, *, proposal: str) -> bytes:
    """Seal a proposal's content; `proposal` is its random key."""
    return _encrypt(data_key, canonical(content), place_of("content", proposal))


def open_content(sealed: bytes, data_key: bytes, *, proposal: str) -> dict[str, object]:
    """Open a proposal's content."""
    plain = _unpad(decrypt(data_key, sealed, place_of("content", proposal)))
    content: dict[str, object] = json.loads(plain)
    return content


def seal_file(data: bytes, data_key: bytes, *, proposal: str, file: str) -> bytes:
    """Seal one attachment; `file` is the random key of its row."""
    return _encrypt(data_key, data, place_of("file", proposal, file))


def open_file(sealed: bytes, data_key: bytes, *, proposal: str, file: str) -> bytes:
    """Open one attachment."""
    return _unpad(decrypt(data_key, sealed, place_of("file", proposal, file)))


def canonical(content: Mapping[str, object]) -> bytes:
    """The one byte form of a content: JSON with sorted keys, no spaces, UTF-8; fractions of numbers are refused."""
    _refuse_ambiguous(content)
    try:
        return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError as wrong:
        msg = "The content holds half a character."
        raise NotCanonical(msg) from wrong


def file_digest(data: bytes) -> bytes:
    """The SHA-256 of an attachment's bytes."""
    return hashlib.sha256(data).digest()


def digest(salt: bytes, content: Mapping[str, object], file_digests: Iterable[bytes] = ()) -> bytes:
    """SHA-256 of salt ‖ canonical content ‖ the files' SHA-256 digests in ascending order.

    The parts cannot be confused: the salt has 32 bytes, a JSON object ends where its bracket closes.
    """
    if len(salt) != SALT_BYTES:
        msg = "A salt has 32 bytes."
        raise SealError(msg)
    return hashlib.sha256(b"".join((salt, canonical(content), *sorted(file_digests)))).digest()


def verify(expected: bytes, salt: bytes, content: Mapping[str, object], file_digests: Iterable[bytes] = ()) -> bool:
    """Whether a receipt's digest belongs to this content and these files."""
    return hmac.compare_digest(expected, digest(salt, content, file_digests))


def padded_size(length: int) -> int:
    """The size to which a plain text is padded: doubling from 8 KiB up to 1 MiB, then whole mebibytes."""
    needed = length + LENGTH_BYTES
    if needed > LARGEST_STEP:
        return -(-needed // LARGEST_STEP) * LARGEST_STEP
    size = SMALLEST
    while size < needed:
        size *= 2
    return size


def _encrypt(data_key: bytes, plain: bytes, place: bytes) -> bytes:
    padded = (len(plain).to_bytes(LENGTH_BYTES, "big") + plain).ljust(padded_size(len(plain)), b"\0")
    return bytes(Aead(data_key).encrypt(padded, place))


def _unpad(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:LENGTH_BYTES], "big")
    return padded[LENGTH_BYTES : LENGTH_BYTES + length]


def _refuse_ambiguous(value: object) -> None:
    match value:
        case None | bool() | int() | str():
            return
        case Mapping() if all(isinstance(key, str) for key in value):
            parts: Iterable[object] = value.values()
        case list() | tuple():
            parts = value
        case _:
            msg = "The content holds a value without a canonical form."
            raise NotCanonical(msg)
    for part in parts:
        _refuse_ambiguous(part)
