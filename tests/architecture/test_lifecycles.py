"""The tables of transitions, the constraints of the tables and the drawing in docs say the same."""

import re

import pytest
from sqlalchemy import CheckConstraint, Table

from app.core.db import db
from app.core.lifecycle import START, Lifecycle
from scripts import lifecycles as drawing

TABLES = {lifecycle.kind: lifecycle for _package, lifecycle in drawing.lifecycles()}

AWAITED = {"opportunity": {"refine"}, "payment": {"refunded", "disputed"}}
"""States that the tables are ready for and nothing moves to yet: the public dialogue, and money that comes back."""


def table_of(kind: str) -> Table:
    """Find the table whose rows live by a life cycle (`payment` → payment_attempt)."""
    return next(
        table for name, table in db.metadata.tables.items() if name.startswith(kind) and "state" in table.columns
    )


def allowed(table: Table) -> set[str]:
    """Read from the table's constraint which states a row may have."""
    rules = (one for one in table.constraints if isinstance(one, CheckConstraint) and str(one.name).endswith("_state"))
    return set(re.findall(r"'(\w+)'", str(next(rules).sqltext)))


@pytest.fixture(params=TABLES.values(), ids=list(TABLES))
def lifecycle(request: pytest.FixtureRequest) -> Lifecycle:
    found: Lifecycle = request.param
    return found


def test_the_drawing_is_fresh() -> None:
    assert drawing.PAGE.read_text(encoding="utf-8") == drawing.page(), "run: python -m scripts.lifecycles"


def test_every_table_with_a_version_has_a_life_cycle() -> None:
    stateful = {name for name, table in db.metadata.tables.items() if {"state", "version"} <= set(table.columns.keys())}
    assert stateful == {table_of(kind).name for kind in TABLES}


def test_a_row_may_have_the_states_of_its_life_cycle_and_no_other(lifecycle: Lifecycle) -> None:
    assert allowed(table_of(lifecycle.kind)) == set(lifecycle.states) | AWAITED.get(lifecycle.kind, set())


def test_every_state_can_be_reached_from_the_start(lifecycle: Lifecycle) -> None:
    reached, before = {START}, set[str]()
    while reached != before:
        before = set(reached)
        reached |= {edge.target for edge in lifecycle.transitions.values() if reached & set(edge.sources)}
    assert reached - {START} == set(lifecycle.states)


def test_every_life_begins_with_an_act_of_its_own(lifecycle: Lifecycle) -> None:
    beginnings = [edge for edge in lifecycle.transitions.values() if START in edge.sources]
    assert beginnings
    assert all(edge.sources == (START,) for edge in beginnings)
