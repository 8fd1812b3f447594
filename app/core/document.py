"""A document as data: title, language, and its blocks from top to bottom; `app.core.pdf` draws it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Document:
    """A document: title, language, and its blocks from top to bottom."""

    title: str
    language: str
    blocks: list[dict[str, Any]] = field(default_factory=list)

    def heading(self, text: str, level: int = 2) -> None:
        """Begin a section."""
        self.blocks.append({"kind": "heading", "level": level, "text": text})

    def paragraph(self, text: str) -> None:
        """Add a paragraph; its lines stay."""
        self.blocks.append({"kind": "paragraph", "text": _plain(text)})

    def facts(self, rows: Sequence[tuple[str, str]]) -> None:
        """Add facts, each by its name."""
        self.blocks.append({"kind": "facts", "rows": [[name, _plain(value)] for name, value in rows]})

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
        """Add a table; widths are shares of the line."""
        cells = [[_plain(cell) for cell in row] for row in rows]
        self.blocks.append({"kind": "table", "heads": list(heads), "rows": cells, "widths": list(widths)})


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
