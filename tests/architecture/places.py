"""The people and places of the world by name, and its days."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from app.core.files import Upload
from auth.models import Department, Organization, User
from tests.conftest import NOON
from tests.factories import (
    make_department,
)

VISITORS = (
    "anonymous", "developer", "author", "member", "rival", "buyer", "officer", "finance", "evaluator", "admin", "other",
)  # fmt: skip
"""Nobody signed in; a developer without part; the author of each proposal; a plain member of the organization that
competes; its owner; the department's staff; the chair of the panel; an administrator; another department's officer."""

BIDDING = NOON - timedelta(days=10)
CLOSED = NOON - timedelta(days=6)
OPENED = NOON - timedelta(days=5)
DECIDED = NOON - timedelta(days=4)
WORKING = NOON - timedelta(days=3)
INTERVIEW = NOON + timedelta(days=27)
"""On one of the days of the interviews."""
WHY = "It says clearly what will be done and by whom."
STAGES = (
    "closed", "opening", "empty", "scoring", "locked", "departing", "awarded", "proposed", "working", "payable",
    "paying", "paid",
)  # fmt: skip
"""After the closing, each a step further; nobody proposed for the empty one; the departing award awaits its second."""
TERMS = range(1, 1_000_000)
"""Every text there is, ticked."""
PAPER = Upload(title="plan.txt", media_type="text/plain", content=b"One, two, three.")


@dataclass
class World:
    """People by visitor's name (key, browser's cookie, address), and what identifies each place's row."""

    people: dict[str, User] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    places: dict[str, dict[str, Any]] = field(default_factory=dict)
    department: Department = field(default_factory=make_department)
    organization: Organization | None = None

    def note(self, place: str, **values: Any) -> None:
        """Remember what an address needs to lead to a place's row."""
        self.places.setdefault(place, {}).update(values)
