"""The platform's keys, kept outside the database: every private key in it lies wrapped under the current one.

A wrapped key begins with eight bytes that name the key it was wrapped under, so that keys can be rotated, and is bound
to its owner: moved to another row, it does not open.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey
from nacl.secret import Aead
from nacl.utils import random

KEY_BYTES = 32
ID_BYTES = 8


class SealError(Exception):
    """A sealed thing cannot be made or opened."""


class BadKey(SealError):
    """The text given is not a platform key: 32 bytes in base64."""


class WrongKey(SealError):
    """The value was wrapped under a key that is not at hand."""


class Broken(SealError):
    """The value was altered, cut, or moved from its place."""


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
        return name_of(b"devex platform key\n" + self.secret)

    def text(self) -> str:
        """Write the key as `parse` reads it."""
        return base64.b64encode(self.secret).decode()


def new_key_pair() -> KeyPair:
    """Make the key pair of a procurement or a person."""
    private = PrivateKey.generate()
    return KeyPair(bytes(private.public_key), bytes(private))


def wrap_secret(secret: bytes, key: PlatformKey, *, owner: str) -> bytes:
    """Wrap a private key under the platform's key; `owner` names the row it belongs to and must be the same again."""
    return key.key_id + bytes(Aead(key.secret).encrypt(secret, place_of("private", owner)))


def unwrap_secret(wrapped: bytes, keys: Iterable[PlatformKey], *, owner: str) -> bytes:
    """Unwrap a private key with whichever platform key it names (the current one and older ones)."""
    key = next((key for key in keys if key.key_id == wrapped[:ID_BYTES]), None)
    if key is None:
        msg = "The private key was wrapped under a platform key that is not configured."
        raise WrongKey(msg)
    return decrypt(key.secret, wrapped[ID_BYTES:], place_of("private", owner))


def key_id_of(wrapped: bytes) -> bytes:
    """The name of the key that a value was wrapped under (for rotation)."""
    return wrapped[:ID_BYTES]


def decrypt(secret: bytes, sealed: bytes, place: bytes) -> bytes:
    """Open what was encrypted for a place; refuses with Broken what was altered or belongs to another place."""
    try:
        return Aead(secret).decrypt(sealed, place)
    except (CryptoError, ValueError, TypeError) as wrong:
        msg = "The sealed value was altered, or belongs to another place."
        raise Broken(msg) from wrong


def place_of(kind: str, *keys: str) -> bytes:
    """Name the place a ciphertext is bound to; JSON keeps keys with odd characters apart."""
    return json.dumps(["devex-seal-1", kind, *keys]).encode()


def name_of(key: bytes) -> bytes:
    """Give the eight bytes that name a key."""
    return hashlib.sha256(key).digest()[:ID_BYTES]


class Keyring:
    """The key that wraps now, and the older ones that still unwrap."""

    def __init__(self) -> None:
        self._keys: tuple[PlatformKey, ...] = ()

    def configure(self, *secrets: bytes) -> None:
        """Take the platform's keys, 32 bytes each: the one that wraps, then older ones that still unwrap."""
        self._keys = tuple(PlatformKey(secret) for secret in secrets)

    @property
    def key_ids(self) -> list[bytes]:
        """Name the keys at hand, the one that wraps first."""
        return [key.key_id for key in self._keys]

    def rewrap(self, wrapped: bytes, owner: str) -> bytes:
        """Wrap under the current key what lies under an older one."""
        return self.wrap(self.unwrap(wrapped, owner), owner)

    def new_pair(self, owner: str) -> tuple[bytes, bytes]:
        """Make a key pair; gives its public half, and its private half wrapped. `owner` names whose it is."""
        pair = new_key_pair()
        return pair.public, self.wrap(pair.private, owner)

    def open_pair(self, wrapped: bytes, owner: str) -> KeyPair:
        """Unwrap a key pair; refuses with SealError what was altered or belongs to another owner."""
        private = self.unwrap(wrapped, owner)
        return KeyPair(bytes(PrivateKey(private).public_key), private)

    def wrap(self, secret: bytes, owner: str) -> bytes:
        """Wrap a secret under the current platform key."""
        return wrap_secret(secret, self._keys[0], owner=owner)

    def unwrap(self, wrapped: bytes, owner: str) -> bytes:
        """Unwrap a secret; refuses with SealError what was altered or belongs to another owner."""
        return unwrap_secret(wrapped, self._keys, owner=owner)


keyring = Keyring()
