"""What a pair of files says, as the draft takes it in; a web server needs no more of this folder."""

from dataclasses import dataclass
from datetime import date, datetime

from app.core.bilingual import Bilingual
from opportunities.markdown_pair.notes import Note


@dataclass(frozen=True, slots=True)
class ImportedCriterion:
    """One criterion as found, and the word limit stated in it."""

    text: Bilingual
    word_limit: int | None


@dataclass(frozen=True, slots=True)
class ImportedOpportunity:
    """What a pair of files says, in the places where we keep it.

    `placed` tells which headings went where (heading, place); `unplaced` what found no place; `warnings` what is
    missing, unclear or different between the languages.
    """

    reference: str
    title: Bilingual
    summary: Bilingual
    skills: Bilingual
    value_cents: int | None
    taxes_included: bool | None
    closing: datetime | None
    start: date | None
    delivery: datetime | None
    problem: Bilingual
    deliverables: Bilingual
    evaluation: Bilingual
    eligibility: Bilingual
    acceptance: Bilingual
    additional: Bilingual
    criteria: tuple[ImportedCriterion, ...]
    placed: tuple[tuple[Bilingual, str], ...]
    unplaced: tuple[Note, ...]
    warnings: tuple[Note, ...]
