"""How a proposal is sealed: what the database holds of it is ciphertext until the opening.

Each proposal has a data key of its own, wrapped once to the procurement's public key (for the opening) and once to the
author's (so that the author can read on). The private keys themselves lie wrapped under the platform's key, which lives
outside the database. Every wrapped key begins with eight bytes that name the key it was wrapped under, so that keys can
be rotated. Content is encrypted with XChaCha20-Poly1305 and bound to its place: a ciphertext moved to another
proposal, or a file to another file's row, does not open. Ciphertexts are padded so that their length tells little.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import Aead
from nacl.utils import random

KEY_BYTES = 32
ID_BYTES = 8
SALT_BYTES = 32
LENGTH_BYTES = 8
SMALLEST = 8 * 1024
LARGEST_STEP = 1024 * 1024


class SealError(Exception):
    """A sealed thing cannot be made or opened."""


class BadKey(SealError):
    """The text given is not a platform key: 32 bytes in base64."""


class WrongKey(SealError):
    """The value was wrapped under a key that is not at hand."""


class Broken(SealError):
    """The value was altered, cut, or moved from its place."""


class NotCanonical(SealError):
    """The content has no single canonical form (a fraction, a key that is no text, a lone surrogate)."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A public key to seal to, and its private half."""

    public: bytes
    private: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class PlatformKey:
    """The key that wraps all private keys; kept outside the database."""

    secret: bytes = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> "PlatformKey":
        """Read a key written as 32 bytes in base64 (padding and the URL-safe letters are both accepted)."""
        letters = text.strip().translate(str.maketrans("-_", "+/")).rstrip("=")
        try:
            secret = base64.b64decode(letters + "=" * (-len(letters) % 4), validate=True)
        except (binascii.Error, ValueError) as wrong:
            msg = "The seal key is not base64."
            raise BadKey(msg) from wrong
        if len(secret) != KEY_BYTES:
            msg = f"The seal key is 32 bytes long; this one has {len(secret)}."
            raise BadKey(msg)
        return cls(secret)

    @classmethod
    def generate(cls) -> "PlatformKey":
        """Make a new key."""
        return cls(random(KEY_BYTES))

    @property
    def key_id(self) -> bytes:
        """The eight bytes that name this key without telling it."""
        return _key_id(b"devex platform key\n" + self.secret)

    def text(self) -> str:
        """Write the key as `parse` reads it."""
        return base64.b64encode(self.secret).decode()


def new_key_pair() -> KeyPair:
    """Make the key pair of a procurement or a person."""
    private = PrivateKey.generate()
    return KeyPair(bytes(private.public_key), bytes(private))


def new_data_key() -> bytes:
    """Make the data key of one proposal."""
    return random(KEY_BYTES)


def new_salt() -> bytes:
    """Make the salt of one submission; it goes on the receipt."""
    return random(SALT_BYTES)


def wrap_private(pair: KeyPair, key: PlatformKey, *, owner: str) -> bytes:
    """Wrap a private key under the platform's key; `owner` names the row it belongs to and must be the same again."""
    return key.key_id + bytes(Aead(key.secret).encrypt(pair.private, _place("private", owner)))


def unwrap_private(wrapped: bytes, keys: Iterable[PlatformKey], *, owner: str) -> KeyPair:
    """Unwrap a private key with whichever platform key it names (the current one and older ones)."""
    key = next((key for key in keys if key.key_id == wrapped[:ID_BYTES]), None)
    if key is None:
        msg = "The private key was wrapped under a platform key that is not configured."
        raise WrongKey(msg)
    private = _decrypt(key.secret, wrapped[ID_BYTES:], _place("private", owner))
    return KeyPair(bytes(PrivateKey(private).public_key), private)


def wrap_data_key(data_key: bytes, public: bytes) -> bytes:
    """Wrap a proposal's data key to a public key."""
    return _key_id(public) + SealedBox(PublicKey(public)).encrypt(data_key)


def unwrap_data_key(wrapped: bytes, pair: KeyPair) -> bytes:
    """Unwrap a proposal's data key with the key pair it was wrapped to."""
    if wrapped[:ID_BYTES] != _key_id(pair.public):
        msg = "The data key was wrapped to another key pair."
        raise WrongKey(msg)
    try:
        return SealedBox(PrivateKey(pair.private)).decrypt(wrapped[ID_BYTES:])
    except (CryptoError, ValueError, TypeError) as wrong:
        msg = "The wrapped data key was altered."
        raise Broken(msg) from wrong


def key_id_of(wrapped: bytes) -> bytes:
    """The name of the key that a value was wrapped under (for rotation)."""
    return wrapped[:ID_BYTES]


def seal_content(content: Mapping[str, object], data_key: bytes, *, proposal: str) -> bytes:
    """Seal a proposal's content; `proposal` is its random key."""
    return _encrypt(data_key, canonical(content), _place("content", proposal))


def open_content(sealed: bytes, data_key: bytes, *, proposal: str) -> dict[str, object]:
    """Open a proposal's content."""
    plain = _unpad(_decrypt(data_key, sealed, _place("content", proposal)))
    content: dict[str, object] = json.loads(plain)
    return content


def seal_file(data: bytes, data_key: bytes, *, proposal: str, file: str) -> bytes:
    """Seal one attachment; `file` is the random key of its row."""
    return _encrypt(data_key, data, _place("file", proposal, file))


def open_file(sealed: bytes, data_key: bytes, *, proposal: str, file: str) -> bytes:
    """Open one attachment."""
    return _unpad(_decrypt(data_key, sealed, _place("file", proposal, file)))


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


def _decrypt(secret: bytes, sealed: bytes, place: bytes) -> bytes:
    try:
        return Aead(secret).decrypt(sealed, place)
    except (CryptoError, ValueError, TypeError) as wrong:
        msg = "The sealed value was altered, or belongs to another place."
        raise Broken(msg) from wrong


def _unpad(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:LENGTH_BYTES], "big")
    return padded[LENGTH_BYTES : LENGTH_BYTES + length]


def _place(kind: str, *keys: str) -> bytes:
    """Name the place a ciphertext is bound to; JSON keeps keys with odd characters apart."""
    return json.dumps(["devex-seal-1", kind, *keys]).encode()


def _key_id(public: bytes) -> bytes:
    return hashlib.sha256(public).digest()[:ID_BYTES]


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
