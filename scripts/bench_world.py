"""A large world for measuring, by plain inserts: opportunities of every state, with parts, criteria and skills."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, insert, text

from app.core.db import db
from auth.models import Department, Skill, User
from opportunities.models import Criterion, EvaluationPlan, Opportunity, PlannedMilestone, Stage, opportunity_skill

BATCH = 5_000
DEPARTMENTS = 20
SKILLS = 24
OPEN_OF_TEN = 5
"""So many of ten opportunities are open; the others have been awarded and completed."""

PARAGRAPH = "People telephone because the page cannot be read on a phone, by keyboard or aloud. "
LIST = "- A table of **levels**\n- A map\n- [The data](https://example.org/data)"
TEXT = f"### What happens now\n\n{PARAGRAPH * 6}\n\n{LIST}\n\n{PARAGRAPH * 6}"
BEGINNING = datetime(2026, 1, 5, 15, tzinfo=UTC)


def fill(connection: Connection, size: int, now: datetime, written: str) -> None:
    """Write a world of so many opportunities, numbered from 1; half of them are open."""
    _people(connection)
    for first in range(1, size + 1, BATCH):
        numbers = range(first, min(first + BATCH, size + 1))
        _put(connection, Opportunity, (_opportunity(number, size, now, written) for number in numbers))
        _put(connection, PlannedMilestone, (row for number in numbers for row in _milestones(number)))
        _put(connection, EvaluationPlan, (_plan(number) for number in numbers))
        _put(connection, Stage, (_stage(number) for number in numbers))
        _put(connection, Criterion, (row for number in numbers for row in _criteria(number)))
        skills = [{"opportunity_id": number, "skill_id": number % SKILLS + 1} for number in numbers]
        connection.execute(insert(opportunity_skill), skills)
        documents = [{"id": number, "words": f"river gaug number{number} map"} for number in numbers]
        connection.execute(text("insert into search_document (rowid, words) values (:id, :words)"), documents)


def _people(connection: Connection) -> None:
    numbers = range(1, DEPARTMENTS + 1)
    _put(connection, Department, ({
        "id": number, "code": f"department-{number}", "name_en": f"Department {number} of Canada",
        "name_fr": f"Ministère {number} du Canada", "abbreviation_en": f"D{number}", "abbreviation_fr": f"M{number}",
        "province": "ON",
    } for number in numbers))  # fmt: skip
    _put(connection, Skill, ({
        "id": number, "code": f"skill-{number}", "name_en": f"Skill {number}", "name_fr": f"Compétence {number}",
    } for number in range(1, SKILLS + 1)))  # fmt: skip
    author = {"id": 1, "key": "author", "name": "An Author", "email": "author@department-1.example"}
    _put(connection, User, ({**author, "language": "en", "version": 1, "created_at": BEGINNING} for _ in range(1)))


def _opportunity(number: int, size: int, now: datetime, written: str) -> dict[str, Any]:
    is_open = number % 10 < OPEN_OF_TEN
    place = timedelta(days=20) * number / size
    closing = now + timedelta(days=2) + place if is_open else now - timedelta(days=30) - place
    texts = ("problem", "users", "deliverables", "acceptance", "additional")
    return {
        "id": number, "number": number, "ocid": f"ocds-bench-{number}", "department_id": number % DEPARTMENTS + 1,
        "author_id": 1, "created_at": BEGINNING, "updated_at": BEGINNING, "state": "open" if is_open else "completed",
        "version": 1, "title_en": f"River gauges that anyone can read, number {number}",
        "title_fr": f"Des jauges fluviales que tout le monde peut lire, numéro {number}",
        "summary_en": "A map of gauges.", "summary_fr": "Une carte des jauges.", "place_en": "Anywhere in Canada",
        "place_fr": "Partout au Canada", **{f"{name}_{code}": written for name in texts for code in ("en", "fr")},
        "value_cents": (number * 7919 % 90_000 + 5_000) * 100, "taxes": "excluded", "fund_code": "F-1",
        "licence": "MIT",
        "repository": "https://github.com/example/gauges", "work_language": "either", "zone": "America/Toronto",
        "questions_until": closing - timedelta(days=3), "closing_at": closing,
        "published_at": closing - timedelta(days=21),
        "edition": 1, "material_edition": 1,
    }  # fmt: skip


def _milestones(number: int) -> Iterator[dict[str, Any]]:
    for position in (1, 2, 3):
        yield {
            "opportunity_id": number, "position": position, "title_en": f"Part {position}",
            "title_fr": f"Partie {position}",
            "accepted_when_en": "It passes the tests.", "accepted_when_fr": "Les essais réussissent.",
            "amount_cents": 300_000, "due_days": 14 * position,
        }  # fmt: skip


def _plan(number: int) -> dict[str, Any]:
    return {"id": number, "opportunity_id": number, "format": "fixed_price", "formula": "none", "winners": 1}


def _stage(number: int) -> dict[str, Any]:
    return {"id": number, "plan_id": number, "position": 1, "kind": "rated", "title_en": "Rated", "title_fr": "Cotés"}


def _criteria(number: int) -> Iterator[dict[str, Any]]:
    for position in (1, 2, 3, 4):
        yield {
            "key": f"{number}-{position}", "stage_id": number, "position": position,
            "title_en": f"Criterion {position}", "title_fr": f"Critère {position}", "earns_en": "Clear steps.",
            "earns_fr": "Des étapes claires.", "weight": 25, "max_points": 5, "word_limit": 300,
        }  # fmt: skip


def _put(connection: Connection, model: Any, rows: Iterator[dict[str, Any]]) -> None:  # noqa: ANN401  (any mapped class)
    table: Table = model.__table__
    connection.execute(insert(table), list(rows))


def make(size: int, now: datetime, written: str = TEXT) -> None:
    """Fill the configured database."""
    with db.engine.begin() as connection:
        fill(connection, size, now, written)
