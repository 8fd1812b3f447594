"""Zip archives as strangers send them: looked at entry by entry, within limits, without writing anything to disk."""

import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

MOST_ENTRIES = 2_000
MOST_UNPACKED = 100 * 1024 * 1024
"""Everything unpacked together, archives within archives too."""
HIGHEST_RATIO = 100
"""How many times its size an archive may unpack to, beyond what weighs nothing."""
WEIGHS_NOTHING = 10 * 1024 * 1024
DEEPEST = 2
"""An archive may hold an office document, and that one a sheet behind a drawing."""
END = b"PK\x05\x06"
END_BYTES = 22
ENCRYPTED = 0x1
LOCAL_HEADER = 30
OTHERS = (b"\x1f\x8b", b"BZh", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd", b"MSCF")
"""Archives that are not looked into, and so not let in."""


class NotSafe(Exception):
    """An archive that unpacks too far, or that cannot be looked into."""


@dataclass
class Bounds:
    """What an archive may still unpack to, shared with the archives in it."""

    depth: int = 0
    counts: dict[str, int] = field(default_factory=lambda: {"entries": 0, "bytes": 0})

    def deeper(self) -> "Bounds":
        """Give the bounds for an archive within."""
        if self.depth >= DEEPEST:
            raise NotSafe
        return Bounds(self.depth + 1, self.counts)

    def take(self, entry: zipfile.ZipInfo, archive_bytes: int) -> None:
        """Count an entry before it is unpacked; beyond the limits nothing is unpacked."""
        self.counts["entries"] += 1
        self.counts["bytes"] += entry.file_size
        allowed = min(MOST_UNPACKED, max(WEIGHS_NOTHING, HIGHEST_RATIO * archive_bytes))
        if self.counts["entries"] > MOST_ENTRIES or self.counts["bytes"] > allowed:
            raise NotSafe


def opens_as_archive(content: bytes) -> bool:
    """Say whether an archive can be read out of a file, wherever in it that begins."""
    try:
        with zipfile.ZipFile(BytesIO(content)):
            return True
    except (zipfile.BadZipFile, ValueError, RuntimeError, OverflowError):
        return False


def examine(content: bytes, bounds: Bounds) -> Iterator[tuple[str, bytes]]:
    """Give each file's name and bytes; refuses (`NotSafe`) what is more or other than an archive within the bounds."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            _is_whole(content, entries)
            for entry in entries:
                bounds.take(entry, len(content))
            for entry in entries:
                if not entry.is_dir():
                    yield entry.filename, _unpacked(content, entry)
    except (zipfile.BadZipFile, ValueError, RuntimeError, OverflowError, zlib.error) as wrong:
        raise NotSafe from wrong


def _is_whole(content: bytes, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse what lies before, between, under or after the entries: another file, or one entry counted many times."""
    end = content.rfind(END)
    comment = int.from_bytes(content[end + 20 : end + END_BYTES], "little")
    first = int.from_bytes(content[end + 16 : end + 20], "little")
    if not content.startswith((b"PK\x03\x04", END)) or end + END_BYTES + comment != len(content) or comment:
        raise NotSafe
    place = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset < place or entry.flag_bits & ENCRYPTED or not _is_named_safely(entry):
            raise NotSafe
        place = entry.header_offset + LOCAL_HEADER + entry.compress_size
    if place > first or len({entry.filename for entry in entries}) != len(entries):
        raise NotSafe


def _is_named_safely(entry: zipfile.ZipInfo) -> bool:
    """Say whether an entry lands where it is unpacked, as a file of its own and not as a link."""
    name = entry.orig_filename
    return (
        not name.startswith(("/", "\\"))
        and "\\" not in name
        and "\x00" not in name
        and ":" not in name
        and ".." not in name.split("/")
        and not stat.S_ISLNK(entry.external_attr >> 16)
    )


def _unpacked(content: bytes, entry: zipfile.ZipInfo) -> bytes:
    """Unpack what an entry truly holds, whatever length it claims."""
    at = entry.header_offset
    lengths = content[at + 26 : at + LOCAL_HEADER]
    start = at + LOCAL_HEADER + int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little")
    packed = content[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        whole = packed
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        stream = zlib.decompressobj(-zlib.MAX_WBITS)
        whole = stream.decompress(packed, entry.file_size + 1)
        if not stream.eof or stream.unused_data:
            raise NotSafe
    else:
        raise NotSafe
    if len(whole) != entry.file_size or zlib.crc32(whole) != entry.CRC or whole.startswith(OTHERS):
        raise NotSafe
    return whole
