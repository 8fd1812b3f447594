"""Documents as PDF that a screen reader can read (PDF/UA-1), in the fonts of the pages; it knows no Flask."""

import json
from pathlib import Path

import typst

from app.core.document import Document
from app.core.render import TEMPLATES

FONTS = Path(__file__).resolve().parents[2] / "static" / "vendor"
TEMPLATE = TEMPLATES / "pdf" / "document.typ"


def make_pdf(document: Document) -> bytes:
    """Draw a document; what people wrote is data to the template, never markup."""
    title = {"kind": "heading", "level": 1, "text": document.title}
    data = {"title": document.title, "lang": document.language, "blocks": [title, *document.blocks]}
    drawn = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        format="pdf",
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(data)},
        pdf_standards="ua-1",
    )
    assert isinstance(drawn, bytes)  # noqa: S101  (a PDF is one file)
    return drawn
