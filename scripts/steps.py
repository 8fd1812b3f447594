"""What set-up programs share: where the project lies, and marks that tell finished work from stale."""

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def digest(*sources: Path) -> str:
    """Give one fingerprint of these files' contents."""
    return hashlib.sha256(b"\0".join(source.read_bytes() for source in sources)).hexdigest()


def fresh(mark: Path, *sources: Path) -> bool:
    """Tell whether the work marked there was done from these very files."""
    return mark.exists() and mark.read_text(encoding="ascii") == digest(*sources)


def stamp(mark: Path, *sources: Path) -> None:
    """Mark the work as done from these files."""
    mark.write_text(digest(*sources), encoding="ascii")
