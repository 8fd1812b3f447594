"""Who: plain functions of a person, the opportunity and gathered facts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.core.audit import CLOCK
from opportunities.policy.completeness import Missing

WRITERS = frozenset({"buyer", "officer"})
REVIEWED = ("review", "approved")
STAFF = frozenset({"buyer", "officer", "finance"})


class Reviewed(Protocol):
    """What the rules before publication look at."""

    @property
    def state(self) -> str:
        """Its state as last moved."""

    @property
    def publish_at(self) -> datetime | None:
        """The moment chosen for its publication by the clock."""


@dataclass(frozen=True)
class Facts:
    """What the rules of an opportunity ask for: the person's roles in its department, and how complete it is."""

    roles: frozenset[str] = frozenset()
    is_author: bool = False
    missing: tuple[Missing, ...] = ()
    certified: bool = False

    @property
    def is_staff(self) -> bool:
        """The person works for the department on procurements."""
        return bool(self.roles & STAFF)


def writes(_by: object, _row: object, facts: Facts) -> bool:
    """Buyers and officers of the department write and manage its opportunities."""
    return bool(facts.roles & WRITERS)


def decides(_by: object, _row: object, facts: Facts) -> bool:
    """Officers of the department (lent and delegated ones too) decide."""
    return "officer" in facts.roles


def decides_for_another(by: object, row: object, facts: Facts) -> bool:
    """An officer who did not write it decides whether it is published."""
    return decides(by, row, facts) and not facts.is_author


def publishes(by: object, row: Reviewed, facts: Facts) -> bool:
    """Publishes: such an officer, or the clock at the moment that such an officer chose (`facts` are the officer's)."""
    return decides_for_another(by, row, facts) and (by != CLOCK or row.publish_at is not None)


def comments(by: object, row: Reviewed, facts: Facts) -> bool:
    """An officer who did not write it comments on it while it is reviewed."""
    return decides_for_another(by, row, facts) and row.state in REVIEWED


def settles(by: object, row: Reviewed, facts: Facts) -> bool:
    """Those who write it answer and settle comments while it is a draft again."""
    return writes(by, row, facts) and row.state == "draft"


def certifies(_by: object, _row: object, facts: Facts) -> bool:
    """Finance certifies the money of what somebody else wrote."""
    return "finance" in facts.roles and not facts.is_author


def opens(_by: object, _row: object, facts: Facts) -> bool:
    """An officer opens proposals; an administrator may be the second, who opens and never reads."""
    return bool(facts.roles & {"officer", "administrator"})


def by_the_clock(by: object, _row: object, _facts: object) -> bool:
    """Nobody but the clock."""
    return by == CLOCK


def left_to_later(_by: object, _row: object, _facts: object) -> bool:
    """The award's or contract's own life cycle has decided who."""
    return True
