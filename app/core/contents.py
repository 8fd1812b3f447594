"""What a file is by its content: the kind its name says, that kind alone, and no more than can be unpacked safely."""

import puremagic

from app.core.archives import Bounds, NotSafe, examine, opens_as_archive

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
ZIPPED = (".zip", ".docx", ".xlsx", ".pptx", ".odt", ".ods")
PARTS = {".docx": "word/", ".xlsx": "xl/", ".pptx": "ppt/"}
"""The folder in which an office document keeps what it is about."""
CONTENT_TYPES = "[Content_Types].xml"
MACROS = b"macroEnabled"
JPEGS = {".jpg", ".jpeg", ".jfif"}
HEAD = 1024
"""In so many bytes at the beginning a reader looks for what a file is."""
MARKUP = (b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<?xml", b"<?php", b"<iframe")
ENDS = {".pdf": b"%%EOF", ".png": b"IEND\xaeB`\x82", ".jpg": b"\xff\xd9", ".jpeg": b"\xff\xd9"}
ELSEWHERE = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
"""Archives of these kinds are found wherever in a file they begin."""
PADDING = b"\x00\t\n\r "
BINARY = set(range(32)) - set(b"\t\n\f\r\x1b")


def is_what_it_says(ending: str, content: bytes) -> bool:
    """Say whether a file is of the kind of its ending, and of no other beside; `NotSafe` for what unpacks too far."""
    return ending in TYPES and _is_kind(ending, content, Bounds())


def _is_kind(ending: str, content: bytes, bounds: Bounds) -> bool:
    if ending in TEXTS:
        return _is_text(content)
    if ending in ZIPPED:
        return _is_zipped(ending, content, bounds)
    return _has_magic(ending, content) and _is_alone(ending, content)


def _is_text(content: bytes) -> bool:
    """Say whether it is text in UTF-8, without the signs of binary files, that no browser would take for a page."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    begins = content[:HEAD].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return BINARY.isdisjoint(content) and not begins.startswith((*MARKUP, b"%pdf-"))


def _has_magic(ending: str, content: bytes) -> bool:
    try:
        found = {match.extension for match in puremagic.magic_string(content)}
    except puremagic.PureError:
        return False
    return bool(found & (JPEGS if ending in JPEGS else {ending}))


def _is_alone(ending: str, content: bytes) -> bool:
    """Say whether a picture or PDF begins and ends as its kind does, with nothing of another kind in it."""
    if ending == ".pdf" and not content.startswith(b"%PDF-"):
        return False
    begins = content[:HEAD].lower()
    return (
        content.rstrip(PADDING).endswith(ENDS[ending])
        and not any(mark in begins for mark in MARKUP if mark != b"<?xml")
        and not opens_as_archive(content)
        and not any(mark in content for mark in ELSEWHERE)
    )


def _is_zipped(ending: str, content: bytes, bounds: Bounds) -> bool:
    """Look into an archive, and into the archives in it; what it unpacks to counts towards the same limits."""
    names = []
    for name, inside in examine(content, bounds):
        names.append(name)
        if name == CONTENT_TYPES and MACROS in inside:
            return False
        if not _may_lie_in(name, inside, bounds):
            return False
    if ending in PARTS:
        return CONTENT_TYPES in names and any(name.startswith(PARTS[ending]) for name in names)
    if ending in (".odt", ".ods"):
        return content[30:].startswith(b"mimetype" + TYPES[ending].encode())
    return True


def _may_lie_in(name: str, inside: bytes, bounds: Bounds) -> bool:
    """Say whether a file within an archive is what its own name says, as far as that shows in its first bytes."""
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    if inside.startswith(b"PK\x03\x04"):
        return _is_kind(ending if ending in ZIPPED else ".zip", inside, bounds.deeper())
    return not inside or (ending not in ZIPPED and (ending not in ENDS or _has_magic(ending, inside)))


__all__ = ["TYPES", "NotSafe", "is_what_it_says"]
