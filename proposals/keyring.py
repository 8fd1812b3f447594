"""The platform's keys, handed in once by the factory; the private halves of all other keys open under them."""

from collections.abc import Sequence

from proposals.seal import KeyPair, PlatformKey, new_key_pair, unwrap_private, wrap_private


class Keyring:
    """The key that wraps now, and the older ones that still unwrap."""

    def __init__(self) -> None:
        self._keys: tuple[PlatformKey, ...] = ()

    def configure(self, current: bytes, older: Sequence[bytes] = ()) -> None:
        """Take the platform's keys, 32 bytes each."""
        self._keys = tuple(PlatformKey(secret) for secret in (current, *older))

    def new_pair(self, owner: str) -> tuple[bytes, bytes]:
        """Make a key pair; gives its public half, and its private half wrapped. `owner` names whose it is."""
        pair = new_key_pair()
        return pair.public, wrap_private(pair, self._keys[0], owner=owner)

    def open_pair(self, wrapped: bytes, owner: str) -> KeyPair:
        """Unwrap a private key; refuses with SealError what was altered or belongs to another owner."""
        return unwrap_private(wrapped, self._keys, owner=owner)


keyring = Keyring()
