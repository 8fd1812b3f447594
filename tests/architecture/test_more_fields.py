"""A form takes its own fields alone: whatever column of whatever table is sent beside them changes nothing."""

import re
from functools import cache

import pytest
from sqlalchemy import JSON, CompoundSelect, DateTime, Integer, String, Text, cast, literal, or_, select, union_all

from app.core.db import Moment, db
from tests.architecture.test_writing import LOGGED, Desk
from tests.architecture.visits import Visits, undone
from tests.architecture.writing import FORMS, Writing

WORDS, NUMBER, DAY = "otters-were-here", "81918191", "2091-08-19"
"""What is sent in a column of texts, of numbers, of moments: to be found again, were it taken."""
KINDS = {"opportunities.edit_stages", "opportunities.change_stages"}
"""Forms with fields that the page shows for another kind of part: they are checked, and refused here."""
OWN = re.compile(r"[a-z_]+-\d+-")
"""What the fields of the form's repeated parts begin with."""


def columns() -> dict[str, str]:
    """Give every name that a column has, with what to send under it."""
    found = {}
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            kind = column.type
            found[column.name] = (
                NUMBER if isinstance(kind, Integer) else DAY if isinstance(kind, DateTime | Moment) else WORDS
            )
    return found | dict.fromkeys(("is_admin", "role", "state", "by", "at", "user", "owner", "_method"), WORDS)


@cache
def search() -> CompoundSelect[tuple[str]]:
    """Make the statement that names the tables with one of these texts, once."""
    each = []
    for table in db.metadata.sorted_tables:
        taken = [
            one for one in table.columns if isinstance(one.type, String | Text | JSON | Integer | DateTime | Moment)
        ]
        held = or_(*(cast(one, String).contains(text) for one in taken for text in (WORDS, NUMBER, DAY)))
        if taken and table.name not in LOGGED:
            each.append(select(literal(table.name)).select_from(table).where(held))
    return union_all(*each)


def written() -> list[str]:
    """Name the tables that hold what was sent too much."""
    db.session.rollback()
    return list(db.session.scalars(search()))


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_what_is_sent_beside_a_forms_fields_changes_nothing(visits: Visits, form: Writing) -> None:
    """ASVS 15.3.3."""
    with undone(visits.monkeypatch):
        desk = Desk(visits, form)
        own = set(desk.sent)
        parts = {part for name in own for part in OWN.findall(name)}
        more = {f"{part}{name}": value for name, value in columns().items() for part in ("", *parts)}
        for name, value in more.items():
            if name not in own:
                desk.sent.add(name, value)
        assert (desk.sends(), written()) == (422 if form.endpoint in KINDS else 200, [])
