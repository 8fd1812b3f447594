"""The life of a thing: one table of transitions that refuses, moves, writes the log and draws the buttons."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from app.core import audit
from app.core.audit import PUBLIC, Actor, Event, Subject
from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotAllowed, NotNow, Refusal
from app.core.late import refuse_early

START = ""
"""The state before there is a row's state: the source of the first transition."""


class HasState(Protocol):
    """A row with a life cycle."""

    id: Any
    state: Any


Who = Callable[[Any, Any, Any], bool]
"""(person, row, facts) → may this person do it at all?"""

When = Callable[[Any, datetime, Any], Refusal | None]
"""(row, moment, facts) → why not now, or None."""


def always(_row: object, _at: datetime, _facts: object) -> None:
    """Nothing but the state decides when."""


@dataclass(frozen=True)
class Transition:
    """One edge: its name (a verb), from which states, to which, who may, and what must hold."""

    name: str
    sources: tuple[str, ...]
    target: str
    who: Who
    when: When = always
    audience: str = PUBLIC
    reveals: str | None = None


class Lifecycle:
    """The table of one kind of thing."""

    def __init__(self, kind: str, subject: Callable[[Any], Subject], transitions: Iterable[Transition]) -> None:
        self.kind = kind
        self.subject = subject
        self.transitions = {edge.name: edge for edge in transitions}

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, in the order of the table."""
        named = (state for edge in self.transitions.values() for state in (*edge.sources, edge.target))
        return tuple(dict.fromkeys(state for state in named if state != START))

    def refusal(self, row: HasState, name: str, *, by: Actor, at: datetime, facts: object) -> Refusal | None:
        """Say why this person cannot move the row now, or None if they can."""
        edge = self.transitions[name]
        if not edge.who(by, row, facts):
            return NotAllowed()
        if (row.state or START) not in edge.sources:
            return NotNow(N_("This can no longer be done, or not yet. Look at what stands now."))
        return edge.when(row, at, facts)

    def require(self, row: HasState, name: str, *, by: Actor, at: datetime, facts: object) -> None:
        """Refuse a page as its action would, before its form is shown."""
        refuse_early(self.refusal(row, name, by=by, at=at, facts=facts))

    def open_to(self, row: HasState, *, by: Actor, at: datetime, facts: object) -> frozenset[str]:
        """Name the transitions that this person could make now: the page's buttons."""
        return frozenset(
            name for name in self.transitions if self.refusal(row, name, by=by, at=at, facts=facts) is None
        )

    def move(
        self,
        row: HasState,
        name: str,
        *,
        by: Actor,
        at: datetime,
        facts: object = None,
        **details: Any,
    ) -> Event:
        """Refuse, or move the row and write its event. `details` go into the log and must hold nothing sealed."""
        refusal = self.refusal(row, name, by=by, at=at, facts=facts)
        if refusal is not None:
            raise refusal
        edge = self.transitions[name]
        before, row.state = row.state or START, edge.target
        db.session.add(row)
        db.session.flush()
        return audit.record(
            f"{self.kind}.{name}",
            self.subject(row),
            by=by,
            at=at,
            audience=edge.audience,
            before=before or None,
            after=edge.target,
            reveals=edge.reveals,
            **details,
        )
