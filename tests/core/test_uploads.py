"""Files that strangers send: of the kind they say and no other, never unpacking too far, and scanned."""

import stat
import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import pytest

from app.core import archives
from app.core.errors import NotValid
from app.core.files import check_upload

PDF = b"%PDF-1.7\n1 0 obj\nendobj\ntrailer\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + b"\x00" * 40 + b"\xff\xd9"
WORDS = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\0\0"))
    + chunk(b"IEND", b"")
)


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return whole.getvalue()


def document(kind: str = WORDS, *more: tuple[str, bytes]) -> bytes:
    return zipped(
        ("[Content_Types].xml", f'<Types ContentType="{kind}"/>'.encode()), ("word/document.xml", b"<d/>"), *more
    )


def open_document(kind: str = "text") -> bytes:
    first = zipfile.ZipInfo("mimetype")
    return zipped((first, f"application/vnd.oasis.opendocument.{kind}".encode()), ("content.xml", b"<d/>"))


def linked() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("plan.txt")
    entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return entry


def nested(depth: int) -> bytes:
    content = b"plan"
    for level in range(depth + 1):
        content = zipped((f"{level}.zip" if level else "plan.txt", content))
    return content


def encrypted() -> bytes:
    content = bytearray(zipped(("plan.txt", b"plan")))
    content[6] |= 1
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def lying() -> bytes:
    """Claim two bytes where a megabyte lies, in both headers."""
    content = bytearray(zipped(("plan.txt", bytes(1024 * 1024))))
    for start in (22, content.rfind(b"PK\x01\x02") + 24):
        content[start : start + 4] = struct.pack("<I", 2)
    return bytes(content)


def overlapping() -> bytes:
    """Let two entries of the directory point to the same bytes."""
    content = zipped(("a.txt", b"plan"))
    directory = content.rfind(b"PK\x01\x02")
    end = content.rfind(archives.END)
    first = content[directory:end]
    tail = struct.pack("<4sHHHHIIH", archives.END, 0, 0, 2, 2, 2 * len(first), directory, 0)
    return content[:directory] + first + first.replace(b"a.txt", b"b.txt") + tail


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.pdf", PDF), ("plan.png", PNG), ("plan.jpg", JPEG), ("plan.jpeg", JPEG), ("plan.docx", document()),
        ("plan.odt", open_document()), ("plan.ods", open_document("spreadsheet")), ("plan.zip", nested(2)),
        ("plan.zip", zipped(("src/", b""), ("src/a.py", b"print(1)"), ("plan.pdf", PDF), ("plan.docx", document()))),
        ("plan.zip", zipped()), ("plan.txt", "Été\n".encode()), ("plan.md", b"# <b>Plan</b>\n"),
        ("plan.csv", b"a,b\n1,2\n"),
        ("plan.png", PNG + b"\n"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_file_of_its_kind_is_taken(name: str, content: bytes) -> None:
    assert check_upload(name, content).content == content


POLYGLOTS = {
    "a page as text": ("plan.txt", b"\xef\xbb\xbf \n<!DOCTYPE html><script src=//x></script>"),
    "a page as Markdown": ("plan.md", b"<script>alert(1)</script>"),
    "a drawing as CSV": ("plan.csv", b"<svg onload=alert(1)>"),
    "a PDF as text": ("plan.txt", PDF),
    "an archive as text": ("plan.txt", zipped(("a", b"a"))),
    "an archive behind text": ("plan.txt", b"Our plan\n" + zipped(("a", b"a"))),
    "text in another encoding": ("plan.txt", "Été".encode("utf-16")),
    "text that is none": ("plan.txt", b"\xff\xfe\x00"),
    "a program as a PDF": ("plan.pdf", b"MZ" + PDF),
    "a PDF that begins later": ("plan.pdf", b"#!/bin/sh\n" + PDF),
    "a page in a PDF": ("plan.pdf", b"%PDF-1.7\n<html><body>" + PDF[8:]),
    "an archive behind a PDF": ("plan.pdf", PDF + zipped(("a", b"a"))),
    "an archive within a PDF": ("plan.pdf", PDF + zipped(("a", b"a")) + b"\n%%EOF"),
    "a RAR within a PDF": ("plan.pdf", PDF[:9] + b"Rar!\x1a\x07\x01\x00" + PDF[9:]),
    "a PDF cut short": ("plan.pdf", PDF[:20]),
    "an archive behind a picture": ("plan.png", PNG + zipped(("a", b"a"))),
    "a page behind a picture": ("plan.png", PNG + b"<script>"),
    "an archive behind a photograph": ("plan.jpg", JPEG + zipped(("a", b"a"))),
    "an archive within a photograph": ("plan.jpg", JPEG[:-2] + zipped(("a", b"a")) + b"\xff\xd9"),
    "a picture as a photograph": ("plan.jpg", PNG),
    "a photograph as an archive": ("plan.zip", JPEG),
    "an archive as a document": ("plan.docx", zipped(("a.txt", b"a"))),
    "a document as a sheet": ("plan.xlsx", document()),
    "a document with macros": ("plan.docx", document("application/vnd.ms-word.document.macroEnabled.main+xml")),
    "an open document of another kind": ("plan.odt", open_document("spreadsheet")),
    "a program as a PDF in an archive": ("plan.zip", zipped(("plan.pdf", b"MZ"))),
    "a text as a document in an archive": ("plan.zip", zipped(("plan.docx", b"a"))),
    "a kind of its own": ("plan.exe", b"MZ"),
    "a page": ("plan.html", b"<p>"),
    "a name that ends twice": ("plan.pdf.svg", b"<svg/>"),
    "no ending": ("plan", b"plan"),
}


@pytest.mark.parametrize("case", POLYGLOTS)
def test_a_file_in_anothers_clothes_is_refused(case: str) -> None:
    with pytest.raises(NotValid) as refusal:
        check_upload(*POLYGLOTS[case])
    assert refusal.value.field == "file"


BOMBS = {
    "too much in one": zipped(("a", bytes(archives.WEIGHS_NOTHING + 1))),
    "too much in many": zipped(*((f"{number}", bytes(1024 * 1024)) for number in range(11))),
    "too many": zipped(*((f"{number}", b"") for number in range(archives.MOST_ENTRIES + 1))),
    "too deep": nested(archives.DEEPEST + 1),
    "too much within": zipped(*((f"{n}.zip", zipped(("a", bytes(6 * 1024 * 1024)))) for n in range(2))),
    "one entry counted twice": overlapping(),
    "a length that lies": lying(),
    "encrypted": encrypted(),
    "a way out": zipped(("../plan.txt", b"plan")),
    "a way to the root": zipped(("/etc/plan.txt", b"plan")),
    "a way out on Windows": zipped(("..\\plan.txt", b"plan")),
    "a link": zipped((linked(), b"/etc/passwd")),
    "an archive of another kind": zipped(("a.gz", b"\x1f\x8b\x08" + bytes(20))),
    "something before": b"#!/bin/sh\n" + zipped(("a", b"a")),
    "something behind": zipped(("a", b"a")) + b"MZ",
    "cut short": zipped(("a", b"plan" * 100))[:-30],
    "an unknown way of packing": zipped(("a", b"a")).replace(b"\x14\x00\x00\x00\x08\x00", b"\x14\x00\x00\x00\x0c\x00"),
}


@pytest.mark.parametrize("case", BOMBS)
def test_an_archive_that_unpacks_too_far_or_cannot_be_looked_into_is_refused(case: str) -> None:
    with pytest.raises(NotValid):
        check_upload("plan.zip", BOMBS[case])


def test_a_large_archive_of_things_that_do_not_pack_is_taken(tmp_path: Path) -> None:
    noise = zlib.compress(bytes(range(256)) * 64, 0) * 64
    assert check_upload("plan.zip", zipped(("a.bin", noise))).media_type == "application/zip"


@pytest.mark.parametrize(
    ("sent", "title"),
    [
        ("../../etc/passwd.txt", "passwd.txt"), ("C:\\temp\\plan.txt", "plan.txt"),
        ("a\r\nSet-Cookie: b.txt", "a Set-Cookie: b.txt"),
        ("\x00plan.txt", "plan.txt"), ("x" * 500 + ".txt", ("x" * 500 + ".txt")[-120:]), ("été 🦦.txt", "été 🦦.txt"),
    ],
)  # fmt: skip
def test_a_name_leads_nowhere_and_adds_no_header(sent: str, title: str) -> None:
    assert check_upload(sent, b"plan").title == title
