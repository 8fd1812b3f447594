"""What waits for a person: one line with a place to act; each package's queries name theirs."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Awaiting:
    """One thing that waits: since when, until when, the sentence (for the catalogues) and the page to act on.

    `text` is marked with N_ and filled with `values` (a Bilingual value is shown in the reader's language).
    What is the person's `own` keeps nobody else waiting, so it comes after what does.
    A `due` moment with a `zone` is an hour of that zone's clock; without one only its day counts.
    """

    since: datetime
    text: str
    endpoint: str
    arguments: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    due: datetime | None = None
    zone: str = ""
    own: bool = False
