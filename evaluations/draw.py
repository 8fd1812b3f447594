"""The draw anyone can repeat, and the order in which proponents appear.

The seed is the SHA-256 of these ASCII lines, each ended by one line feed (0x0A):

    devex-draw-1
    <ocid>
    <closing, RFC 3339 in UTC with six decimals, such as 2026-11-23T17:00:00.000000Z>
    <digest of each proposal, lower-case hexadecimal, in ascending order, one a line>

The number of a proposal is the SHA-256 of the 32 bytes of the seed followed by the 32 bytes of its digest,
read as a big-endian integer. The lowest number wins, so that who leaves changes nobody else's luck.
"""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import UTC, datetime

HEADER = "devex-draw-1"
DIGEST_BYTES = 32


def instant(moment: datetime) -> str:
    """Write an aware moment as RFC 3339 in UTC with microseconds; a moment without a zone is refused."""
    if moment.tzinfo is None:
        msg = "The moment needs a time zone."
        raise ValueError(msg)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").zfill(27)


def seed_text(ocid: str, closing: datetime, digests: Iterable[bytes]) -> str:
    """The canonical text under the seed, for anyone to hash again; two equal digests are refused."""
    if not ocid.isascii() or not ocid.isprintable():
        msg = "The ocid is printable ASCII."
        raise ValueError(msg)
    ordered = sorted(_checked(digest).hex() for digest in digests)
    if len(set(ordered)) != len(ordered):
        msg = "Two proposals have the same digest."
        raise ValueError(msg)
    return "".join(f"{line}\n" for line in (HEADER, ocid, instant(closing), *ordered))


def make_seed(ocid: str, closing: datetime, digests: Iterable[bytes]) -> bytes:
    """The 32 bytes of the seed, frozen at opening."""
    return hashlib.sha256(seed_text(ocid, closing, digests).encode("ascii")).digest()


def number(seed: bytes, digest: bytes) -> int:
    """The number that a proposal draws; the lowest wins."""
    return int.from_bytes(hashlib.sha256(_checked(seed) + _checked(digest)).digest(), "big")


def order(seed: bytes, digests: Iterable[bytes]) -> tuple[bytes, ...]:
    """The digests in the order of the draw, winner first."""
    return tuple(sorted(digests, key=lambda digest: number(seed, digest)))


def shuffled(keys: Iterable[str], secret: bytes) -> tuple[str, ...]:
    """Put keys in an order that only the holder of the secret could foretell (Proponent 1…N).

    The order depends on the set of keys alone, not on how they came: HMAC-SHA-256 of each key, ascending.
    """
    return tuple(sorted(keys, key=lambda key: hmac.digest(secret, key.encode(), "sha256")))


def _checked(value: bytes) -> bytes:
    if len(value) != DIGEST_BYTES:
        msg = "A seed and a digest are 32 bytes."
        raise ValueError(msg)
    return value
