"""What an amendment changes: amounts and dates of milestones, milestones added or cancelled, the scope in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.core.bilingual import Bilingual


@dataclass(frozen=True)
class Changed:
    """A milestone as it would be and as it was; an amount of 0 cancels it."""

    position: int
    amount_cents: int
    was_cents: int
    due_on: date | None = None
    was_due_on: date | None = None


@dataclass(frozen=True)
class Added:
    """A milestone that joins the contract."""

    title: Bilingual
    accepted_when: Bilingual
    amount_cents: int
    due_on: date | None = None


@dataclass(frozen=True)
class Changes:
    """Everything that one amendment changes."""

    changed: tuple[Changed, ...] = ()
    added: tuple[Added, ...] = ()
    scope: Bilingual = field(default_factory=Bilingual)

    @property
    def change_cents(self) -> int:
        """By how much the value changes: what the changed milestones gain or lose, and what is added."""
        return sum(one.amount_cents - one.was_cents for one in self.changed) + sum(
            one.amount_cents for one in self.added
        )

    @property
    def empty(self) -> bool:
        """Nothing would change."""
        return not self.changed and not self.added and self.scope.empty

    def as_dict(self) -> dict[str, Any]:
        """Give the value that the amendment keeps."""
        return {
            "changed": [
                {
                    "position": one.position,
                    "amount_cents": one.amount_cents,
                    "was_cents": one.was_cents,
                    "due_on": _written(one.due_on),
                    "was_due_on": _written(one.was_due_on),
                }
                for one in self.changed
            ],
            "added": [
                {
                    "title": one.title.as_dict(),
                    "accepted_when": one.accepted_when.as_dict(),
                    "amount_cents": one.amount_cents,
                    "due_on": _written(one.due_on),
                }
                for one in self.added
            ],
            "scope": self.scope.as_dict(),
        }

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> "Changes":
        """Read what `as_dict` gave."""
        return cls(
            tuple(
                Changed(
                    one["position"],
                    one["amount_cents"],
                    one["was_cents"],
                    _read(one["due_on"]),
                    _read(one["was_due_on"]),
                )
                for one in value["changed"]
            ),
            tuple(
                Added(
                    Bilingual.of(one["title"]),
                    Bilingual.of(one["accepted_when"]),
                    one["amount_cents"],
                    _read(one["due_on"]),
                )
                for one in value["added"]
            ),
            Bilingual.of(value["scope"]),
        )


def _written(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _read(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
