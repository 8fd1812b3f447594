"""The parts of an opportunity as its page shows them, read by columns."""

from datetime import date, datetime
from typing import NamedTuple

from app.core.bilingual import Bilingual


class Part(NamedTuple):
    """A planned milestone."""

    position: int
    title: Bilingual
    accepted_when: Bilingual
    amount_cents: int | None
    due_days: int | None


class Judged(NamedTuple):
    """A criterion."""

    key: str
    title: Bilingual
    earns: Bilingual
    weight: int
    max_points: int
    minimum: int | None
    word_limit: int | None


class Asked(NamedTuple):
    """A question and its answer, for everyone; who asked is not among its columns."""

    body: Bilingual
    asked_at: datetime
    answer: Bilingual
    answered_at: datetime | None


class Step(NamedTuple):
    """A stage of the plan with its criteria."""

    kind: str
    title: Bilingual
    top_n: int | None
    settled_by: str
    held_from: date | None
    held_until: date | None
    reveals_names: bool
    criteria: list[Judged]


class Won(NamedTuple):
    """A prize: its place and amount."""

    place: int
    amount_cents: int


class File(NamedTuple):
    """A file that the department added."""

    key: str
    title: str
    language: str
    size: int


class Note(NamedTuple):
    """An addendum."""

    number: int
    body: Bilingual
    at: datetime
