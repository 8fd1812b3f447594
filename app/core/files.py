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

import puremagic

from app.core.bilingual import N_
from app.core.errors import NotFound, NotValid

LARGEST_BYTES = 10 * 1024 * 1024
TITLE_LENGTH = 120
TYPES = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".zip": "application/zip",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".csv": "text/csv",
}
TEXTS = (".txt", ".md", ".csv")


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


class DiskStore:
    """Files in a folder on this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Keep the bytes durably and give the name they lie under."""
        name = secrets.token_hex(16)
        self._path(name).parent.mkdir(parents=True, exist_ok=True)
        part = self._path(name).with_suffix(".part")
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.rename(self._path(name))
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


class _Chosen:
    """The store that the factory chose."""

    store: Store


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
    """Check a file that somebody sends: size, kind by content; refuses with NotValid in words."""
    title = re.sub(r"[\x00-\x1f\x7f/\\]+", " ", Path(name.replace("\\", "/")).name).strip()[-TITLE_LENGTH:]
    ending = Path(title).suffix.lower()
    if not content:
        raise NotValid(N_("This file is empty."), field="file")
    if len(content) > largest:
        raise NotValid(N_("This file is larger than %(limit)s MB."), field="file", limit=largest // 1024 // 1024)
    if ending not in TYPES or not _is_what_it_says(ending, content):
        raise NotValid(
            N_("This kind of file is not accepted, or its content is not what its name says. Send one of: %(kinds)s."),
            field="file",
            kinds=", ".join(ending.lstrip(".") for ending in TYPES),
        )
    return Upload(title, TYPES[ending], content)


def _is_what_it_says(ending: str, content: bytes) -> bool:
    if ending in TEXTS:
        try:
            return "\x00" not in content.decode("utf-8")
        except UnicodeDecodeError:
            return False
    try:
        found = {match.extension for match in puremagic.magic_string(content)}
    except puremagic.PureError:
        return False
    alike = {".jpg": {".jpg", ".jpeg", ".jfif"}, ".jpeg": {".jpg", ".jpeg", ".jfif"}}
    zipped = {".docx", ".xlsx", ".pptx", ".odt", ".ods", ".zip"}
    if ending in zipped:
        return content[:4] == b"PK\x03\x04"
    return bool(found & alike.get(ending, {ending}))
