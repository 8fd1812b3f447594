"""What the tests of shared pages begin with: a department, its people, and a counter of statements."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app.core.db import db
from auth.models import Department, User
from opportunities.models import Opportunity
from tests.factories import make_department, make_opportunity, make_staff


@dataclass
class Office:
    """A department with a buyer and an officer."""

    department: Department
    buyer: User
    officer: User

    def post(self, **values: Any) -> Opportunity:
        """Make an opportunity of this department."""
        return make_opportunity(self.department, self.buyer, **values)


@pytest.fixture
def office(app: Flask) -> Office:
    """A department that posts."""
    department = make_department()
    return Office(department, make_staff("buyer", department), make_staff("officer", department))


Count = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def statements(app: Flask) -> Count:
    """Record the statements that the database is sent."""

    @contextmanager
    def recorded() -> Iterator[list[str]]:
        sent: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith("BEGIN"):
                sent.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return recorded
