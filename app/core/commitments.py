"""What the log commits to: the one byte form of a value, and its salted digest."""

import hashlib
import json
from typing import Any


def canonical(value: dict[str, Any]) -> bytes:
    """Give the one byte form of a value: JSON with sorted keys, no spaces, UTF-8 (RFC 8785 for our value types)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def commit(salt: str, value: dict[str, Any]) -> bytes:
    """Give SHA-256 of salt (hexadecimal) ‖ canonical value: it tells nothing until both are shown."""
    return hashlib.sha256(bytes.fromhex(salt) + canonical(value)).digest()
