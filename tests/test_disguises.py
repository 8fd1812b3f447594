"""Whoever listens for a text hears it in each disguise, and in no other text."""

import base64
import bz2
import gzip
import io
import json
import lzma
import random
import sqlite3
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from email.message import EmailMessage
from html import escape
from urllib.parse import urlencode

import pytest

from tests.disguises import Ear

SUNG = "Kanariënvögelchen-7f3a"
EAR = Ear(SUNG)
NOISE = random.Random(5).randbytes(20_000)
Sung = Callable[[str], bytes]


def mailed(coding: str) -> Sung:
    def made(text: str) -> bytes:
        message = EmailMessage()
        message.set_content(f"{'long words in a line ' * 3}{text}{' and on' * 20}\n", cte=coding)
        return message.as_bytes()

    return made


def zipped(text: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<p>{text}</p>" * 3)
    return held.getvalue()


def archived(text: str) -> bytes:
    """Pack a database whose column holds the text packed and written in base64."""
    rows = sqlite3.connect(":memory:")
    rows.execute("create table kept (held)")
    rows.execute("insert into kept values (?)", (base64.b64encode(gzip.compress(text.encode())).decode(),))
    held, whole = io.BytesIO(), rows.serialize()
    with tarfile.open(fileobj=held, mode="w:gz") as archive:
        entry = tarfile.TarInfo("database")
        entry.size = len(whole)
        archive.addfile(entry, io.BytesIO(whole))
    return held.getvalue()


def raw(text: str) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(text.encode() * 2) + packer.flush()


def cut(text: str) -> bytes:
    """Pack, and lose the end."""
    return zlib.compress(text.encode() + NOISE)[:15_000]


DISGUISES: dict[str, Sung] = {
    **{codec: lambda text, codec=codec: text.encode(codec) for codec in ("utf-8", "latin-1", "utf-16", "utf-16-be")},  # type: ignore[misc]
    **{f"base64, {n} before": lambda text, n=n: base64.b64encode(b"?" * n + text.encode() + b"!") for n in range(3)},  # type: ignore[misc]
    "base64 for addresses": lambda text: base64.urlsafe_b64encode(f"{text}???>>>".encode()),
    "base64 in lines": lambda text: base64.encodebytes(f"{'x' * 50}{text}".encode()),
    "hexadecimal": lambda text: text.encode().hex().upper().encode(),
    "percent": lambda text: urlencode({"q": text}).encode(),
    "JSON": lambda text: json.dumps({"a": text}).encode(),
    "JSON in JSON": lambda text: json.dumps(json.dumps([text])).encode(),
    "quoted-printable": mailed("quoted-printable"),
    "base64 in a mail": mailed("base64"),
    "escaped for a page": lambda text: escape(text).encode("ascii", "xmlcharrefreplace"),
    "a calendar's line": lambda text: f"SUMMARY:{text[:9]}\r\n {text[9:]}".encode(),
    "capitals": lambda text: text.upper().encode(),
    "no capitals": lambda text: text.lower().encode(),
    "no accents": lambda _text: b"kanarienvogelchen-7f3a",
    "a traceback": lambda text: f"ValueError: {text.encode()!r}".encode(),
    "a dump's bytes": lambda text: b"Kanari\\303\\253nv\\303\\266gelchen-7f3a" if text == SUNG else b"",
    "gzip": lambda text: gzip.compress(text.encode()),
    "zlib": lambda text: zlib.compress(text.encode(), 1),
    "deflate alone": raw,
    "bzip2": lambda text: bz2.compress(text.encode()),
    "xz": lambda text: lzma.compress(text.encode()),
    "gzip in base64": lambda text: base64.b64encode(gzip.compress(text.encode())),
    "gzip of UTF-16": lambda text: gzip.compress(text.encode("utf-16")),
    "ZIP": zipped,
    "an archive of a database": archived,
    "cut off": cut,
}


@pytest.mark.parametrize("name", DISGUISES)
def test_a_text_is_heard_in_each_disguise(name: str) -> None:
    """Also between others' bytes, where a stream without a head alone cannot be told."""
    planted = DISGUISES[name](SUNG)
    among = planted if name == "deflate alone" else NOISE + planted + NOISE
    assert (EAR.hears(among) != set(), EAR.hears(planted) != set()) == (True, True)


def test_nothing_is_heard_in_other_texts() -> None:
    silent = [DISGUISES[name]("Zaunkönigsschnabel-a3f7") for name in DISGUISES if name != "no accents"]
    assert EAR.hears(NOISE, *silent) == set()


def test_a_disguise_is_named() -> None:
    assert EAR.hears(SUNG.encode(), base64.b64encode(SUNG.encode())) >= {"utf-8", "base64"}
