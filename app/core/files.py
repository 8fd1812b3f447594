"""The file store: bytes under names of our own; what people upload is checked by content, not by name."""

import hashlib
import os
import re
import secrets
from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from app.core.bilingual import N_
from app.core.contents import TYPES, NotSafe, is_what_it_says
from app.core.errors import NotFound, NotValid

LARGEST_BYTES = 10 * 1024 * 1024
TITLE_LENGTH = 120


class Store(Protocol):
    """Where bytes lie."""

    def put(self, content: bytes) -> str:
        """Keep the bytes durably and give the name they lie under."""

    def get(self, name: str) -> bytes:
        """Give the bytes, or refuse with NotFound."""

    def remove(self, name: str) -> None:
        """Forget the bytes; nothing happens if they are gone."""

    def sweep(self, kept: Container[str], before: datetime) -> int:
        """Forget what was put before a moment and is not among the kept; gives how many files went."""


def _sync(folder: Path) -> None:
    """Let the names in a folder outlast a power cut, as the bytes under them do."""
    place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(place)
    finally:
        os.close(place)


class DiskStore:
    """Files in a folder on this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Keep the bytes durably and give the name they lie under."""
        name = secrets.token_hex(16)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path(name).parent.mkdir(parents=True, exist_ok=True)
        part = self._path(name).with_suffix(".part")
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.rename(self._path(name))
        _sync(self._path(name).parent)
        return name

    def get(self, name: str) -> bytes:
        """Give the bytes, or refuse with NotFound."""
        try:
            return self._path(name).read_bytes()
        except OSError as missing:
            raise NotFound from missing

    def remove(self, name: str) -> None:
        """Forget the bytes; nothing happens if they are gone."""
        self._path(name).unlink(missing_ok=True)

    def sweep(self, kept: Container[str], before: datetime) -> int:
        """Forget what was put before a moment and is not among the kept; gives how many files went."""
        old = [
            file
            for file in self.folder.glob("[0-9a-f][0-9a-f]/*")
            if file.name not in kept and file.stat().st_mtime < before.timestamp()
        ]
        for file in old:
            file.unlink(missing_ok=True)
        return len(old)

    def _path(self, name: str) -> Path:
        if not re.fullmatch(r"[0-9a-f]{32}", name):
            raise NotFound
        return self.folder / name[:2] / name


class ScannerSilent(Exception):
    """The scanner cannot be asked, or gave no answer that can be read."""


class Scanner(Protocol):
    """Who looks for viruses."""

    def scan(self, content: bytes) -> str | None:
        """Give the name of what was found, or None; raises ScannerSilent when that cannot be known at present."""


class NoScanner:
    """Nobody looks for viruses here."""

    def scan(self, content: bytes) -> None:
        """Find nothing."""


class _Chosen:
    """The store and the scanner that the factory chose."""

    store: Store
    scanner: Scanner = NoScanner()


chosen = _Chosen()


@dataclass(frozen=True)
class Upload:
    """A file that passed the checks."""

    title: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        """The digest of its bytes."""
        return hashlib.sha256(self.content).hexdigest()


def check_upload(name: str, content: bytes, *, largest: int = LARGEST_BYTES) -> Upload:
    """Check a file that somebody sends: size, kind by content, viruses; refuses with NotValid in words."""
    title = re.sub(r"[\x00-\x1f\x7f/\\]+", " ", Path(name.replace("\\", "/")).name).strip()[-TITLE_LENGTH:]
    ending = Path(title).suffix.lower()
    if not content:
        raise NotValid(N_("This file is empty."), field="file")
    if len(content) > largest:
        raise NotValid(N_("This file is larger than %(limit)s MB."), field="file", limit=largest // 1024 // 1024)
    _check_kind(ending, content)
    _check_for_viruses(content)
    return Upload(title, TYPES[ending], content)


def _check_kind(ending: str, content: bytes) -> None:
    try:
        right = is_what_it_says(ending, content)
    except NotSafe as unsafe:
        raise NotValid(
            N_(
                "This archive unpacks to too much, or holds what cannot be looked into (encrypted or damaged entries, "
                "links, archives of another kind). Send its files one by one."
            ),
            field="file",
        ) from unsafe
    if not right:
        raise NotValid(
            N_("This kind of file is not accepted, or its content is not what its name says. Send one of: %(kinds)s."),
            field="file",
            kinds=", ".join(one.lstrip(".") for one in TYPES),
        )


def _check_for_viruses(content: bytes) -> None:
    """Refuse what the scanner knows; without its answer nothing is let through."""
    try:
        found = chosen.scanner.scan(content)
    except ScannerSilent as silent:
        message = N_(
            "This file cannot be checked for viruses at present, so it was not kept. Try again in a few minutes."
        )
        raise NotValid(message, field="file") from silent
    if found is not None:
        raise NotValid(N_("This file was not kept: the virus scanner found %(name)s in it."), field="file", name=found)
