"""The Jinja environment for notifications and PDFs; it knows no Flask.

A notification's text is a file for each language: first line the subject, a blank line, then the body.
The factory hands in how addresses are made and which catalogues there are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"

Address = Callable[..., str]


@dataclass(frozen=True)
class Letter:
    """A notification's subject and body in one language."""

    subject: str
    body: str


class Renderer:
    """Draws texts outside of any request."""

    address: Address

    def __init__(self) -> None:
        self.environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            undefined=StrictUndefined,
            autoescape=False,  # noqa: S701  (plain text; the HTML part is made from it by the Markdown renderer, which escapes)
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def configure(self, filters: dict[str, Callable[..., Any]], address: Address) -> None:
        """Take the filters and the maker of absolute addresses: `address(endpoint, lang=, **values)`."""
        self.environment.filters.update(filters)
        self.environment.globals["address"] = address
        self.address = address

    def letter(self, kind: str, language: str, facts: dict[str, Any]) -> Letter:
        """Draw the notification `package/name` in a language."""
        template = self.environment.get_template(f"notifications/{kind}.{language}.txt")
        subject, _, body = template.render(lang=language, **facts).partition("\n")
        return Letter(subject.strip(), body.strip() + "\n")


renderer = Renderer()
