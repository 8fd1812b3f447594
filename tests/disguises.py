"""The disguises in which a text may lie among bytes, and hearing it there: coded, escaped, packed, one in another."""

import base64
import bz2
import html.entities
import json
import lzma
import quopri
import re
import struct
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from urllib.parse import quote

from app.core.search import fold

DEEPEST = 5
"""So many layers are taken off: an archive of a dump of a column of coded bytes has four."""
LARGEST = 32 * 1024 * 1024
FEWEST = 12
"""What unpacks to less says nothing."""
CODECS = ("utf-8", "latin-1", "utf-16-le", "utf-16-be")
FOLDED = re.compile(rb"=?\r?\n[ \t]?")
"""How mails, calendars and dumps break a long line."""
CODED = re.compile(rb"[A-Za-z0-9+/_-]{20,}")
HEXADECIMAL = re.compile(rb"(?:[0-9A-Fa-f]{2}){12,}")
MAGIC = re.compile(rb"\x1f\x8b\x08|BZh[1-9]1AY|\xfd7zXZ\x00|PK\x03\x04|[\x08\x18(8HXhx](?=[\x00-\xff])", re.DOTALL)


def _encoded(codec: str, text: str) -> bytes:
    return text.encode(codec, "replace")


def _digits(codec: str, text: str) -> bytes:
    return _encoded(codec, text).hex().encode()


def _named(text: str) -> str:
    names = html.entities.codepoint2name
    return "".join(f"&{names[ord(sign)]};" if ord(sign) in names else sign for sign in text)


ESCAPES: dict[str, Callable[[str], bytes]] = {
    **{codec: partial(_encoded, codec) for codec in CODECS},
    "without accents": lambda text: fold(text).encode(),
    "with accents apart": lambda text: unicodedata.normalize("NFD", text).encode(),
    "JSON": lambda text: json.dumps(text)[1:-1].encode(),
    "JSON in JSON": lambda text: json.dumps(json.dumps(text))[3:-3].encode(),
    "percent": lambda text: quote(text).encode(),
    "percent, latin-1": lambda text: quote(text, encoding="latin-1", errors="replace").encode(),
    "percent twice": lambda text: quote(quote(text)).encode(),
    "quoted-printable": lambda text: quopri.encodestring(text.encode()),
    "quoted-printable, latin-1": lambda text: quopri.encodestring(text.encode("latin-1", "replace")),
    "HTML by number": lambda text: text.encode("ascii", "xmlcharrefreplace"),
    "HTML by name": lambda text: _named(text).encode(),
    "HTML, hexadecimal": lambda text: re.sub(r"[^\x00-\x7f]", lambda sign: f"&#x{ord(sign[0]):x};", text).encode(),
    "Python": lambda text: text.encode("unicode_escape"),
    "Python's bytes": lambda text: str(text.encode())[2:-1].encode(),
    "octal": lambda text: re.sub(r"[^\x00-\x7f]", lambda s: "".join(f"\\{b:o}" for b in s[0].encode()), text).encode(),
    **{f"hexadecimal, {codec}": partial(_digits, codec) for codec in CODECS},
}


def _base64(text: str) -> Iterator[bytes]:
    """Give what of a text in base64 does not depend on what stands beside it, wherever in three bytes it begins."""
    for codec in CODECS:
        plain = _encoded(codec, text)
        for before in range(3):
            coded = base64.b64encode(b"\0" * before + plain)
            sure = coded[-(-before * 8 // 6) : (before + len(plain)) * 8 // 6]
            yield from (sure, sure.replace(b"+", b"-").replace(b"/", b"_"))


def layers(*values: bytes) -> Iterator[bytes]:
    """Give values, what is packed or coded within them, what is within that, and so on."""
    known, layer = set[int](), list(values)
    for _depth in range(DEEPEST):
        yield from layer
        inner = [one for value in layer for one in (*unpacked(value), *decoded(value))]
        layer = [one for one in {hash(one): one for one in inner}.values() if hash(one) not in known]
        known |= {hash(one) for one in layer}


class Ear:
    """Listens for texts, in capitals or not; each needs a dozen signs, or chance would sing too."""

    def __init__(self, *texts: str) -> None:
        self.folded = {
            escape(shape).lower(): name
            for name, escape in reversed(ESCAPES.items())
            for text in texts
            for shape in (text.lower(), text.upper())
        }
        self.exact = {shape: "base64" for text in texts for shape in _base64(text)}

    def hears(self, *values: bytes) -> set[str]:
        """Name the disguises in which a text lies in one of the values, or in what is packed or coded within it."""
        return {name for value in layers(*values) for name in self.hears_plainly(value)}

    def hears_plainly(self, value: bytes) -> set[str]:
        """Name the disguises in which a text lies in a value, which nothing is packed or coded within."""
        whole = FOLDED.sub(b"", value)
        views = (value, whole) if whole != value else (value,)
        exact = {name for shape, name in self.exact.items() if any(shape in one for one in views)}
        lowered = [one.lower() for one in views]
        return exact | {name for shape, name in self.folded.items() if any(shape in one for one in lowered)}


def decoded(value: bytes) -> Iterator[bytes]:
    """Give what is written in base64 or hexadecimal digits within a value, each kind in one."""
    for whole in {value, FOLDED.sub(b"", value)}:
        runs = (run.translate(bytes.maketrans(b"-_", b"+/")) for run in CODED.findall(whole))
        yield b"\n".join(base64.b64decode(run[: len(run) // 4 * 4]) for run in runs)
        yield b"\n".join(bytes.fromhex(run.decode()) for run in HEXADECIMAL.findall(whole))


def unpacked(value: bytes) -> Iterator[bytes]:
    """Give what unpacks from any place within a value; a stream without a head from its beginning alone."""
    view = memoryview(value)
    for place in (found.start() for found in MAGIC.finditer(value)):
        inner = _member(view[place:])
        if len(inner) >= FEWEST:
            yield inner
    yield _inflated(view, -zlib.MAX_WBITS)


def _member(view: memoryview) -> bytes:
    head = bytes(view[:30])
    if head.startswith(b"PK\x03\x04") and len(head) == 30:
        # a ZIP entry's head
        name, extra = struct.unpack("<HH", head[26:])
        return _inflated(view[30 + name + extra :], -zlib.MAX_WBITS)
    if head.startswith(b"BZh"):
        return _taken(bz2.BZ2Decompressor().decompress, view)
    if head.startswith(b"\xfd7z"):
        return _taken(lzma.LZMADecompressor().decompress, view)
    if head.startswith(b"\x1f\x8b"):
        return _inflated(view, zlib.MAX_WBITS | 16)
    is_zlib = len(head) > 1 and (head[0] << 8 | head[1]) % 31 == 0
    return _inflated(view, zlib.MAX_WBITS) if is_zlib else b""


def _inflated(view: memoryview, bits: int) -> bytes:
    return _taken(zlib.decompressobj(bits).decompress, view)


def _taken(unpack: Callable[[bytes], bytes], view: memoryview) -> bytes:
    """Unpack piece by piece, so that what is cut off or damaged gives what came before."""
    pieces: list[bytes] = []
    size = 0
    for place in _places(len(view)):
        try:
            pieces.append(unpack(bytes(view[place])))
        except (zlib.error, OSError, EOFError, lzma.LZMAError):
            break
        size += len(pieces[-1])
        if size > LARGEST:
            break
    return b"".join(pieces)


def _places(length: int) -> Iterable[slice]:
    """Cut a length into pieces, the first one small: most of what looks packed is not."""
    yield slice(0, 512)
    yield from (slice(start, start + 65_536) for start in range(512, length, 65_536))
