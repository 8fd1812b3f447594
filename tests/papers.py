"""Reading a PDF whole: its pages' words, and every text that lies in it beside them."""

import io
from collections.abc import Iterator

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import IndirectObject, StreamObject

PDF = "application/pdf"


def read_pdf(content: bytes) -> str:
    """Give all that can be read in a PDF, line by line; then the words of its pages as if no line had ended."""
    reader = PdfReader(io.BytesIO(content))
    pages = "\n".join(page.extract_text() for page in reader.pages)
    return "\n".join((pages, *_beside(reader), "".join(pages.split())))


def _beside(reader: PdfReader) -> Iterator[str]:
    """Give what stands in its other objects: title, outline, addresses of links, words for screen readers, files."""
    for number in range(1, int(str(reader.trailer["/Size"]))):
        found = reader.get_object(IndirectObject(number, 0, reader))
        yield str(found)
        if isinstance(found, StreamObject):
            yield _unpacked(found)


def _unpacked(stream: StreamObject) -> str:
    try:
        return stream.get_data().decode(errors="replace")
    except (PyPdfError, NotImplementedError, ValueError):
        return ""
