"""What an amendment changes: amounts and dates of milestones, milestones added, split or cancelled, the scope."""

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

    def as_dict(self) -> dict[str, Any]:
        """Give the value that the amendment keeps."""
        return {
            "title": self.title.as_dict(),
            "accepted_when": self.accepted_when.as_dict(),
            "amount_cents": self.amount_cents,
            "due_on": _written(self.due_on),
        }

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> "Added":
        """Read what `as_dict` gave."""
        title, when = Bilingual.of(value["title"]), Bilingual.of(value["accepted_when"])
        return cls(title, when, value["amount_cents"], _read(value["due_on"]))


@dataclass(frozen=True)
class Split:
    """A milestone that becomes two: what stays of it, and the part that leaves it; together worth what it was."""

    position: int
    amount_cents: int
    was_cents: int
    due_on: date | None
    was_due_on: date | None
    accepted_when: Bilingual
    part: Added

    @property
    def adds_up(self) -> bool:
        """Both parts are worth something, and together what the milestone was."""
        parts = (self.amount_cents, self.part.amount_cents)
        return min(parts) > 0 and sum(parts) == self.was_cents

    def as_dict(self) -> dict[str, Any]:
        """Give the value that the amendment keeps."""
        return {
            "position": self.position,
            "amount_cents": self.amount_cents,
            "was_cents": self.was_cents,
            "due_on": _written(self.due_on),
            "was_due_on": _written(self.was_due_on),
            "accepted_when": self.accepted_when.as_dict(),
            "part": self.part.as_dict(),
        }

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> "Split":
        """Read what `as_dict` gave."""
        return cls(
            value["position"],
            value["amount_cents"],
            value["was_cents"],
            _read(value["due_on"]),
            _read(value["was_due_on"]),
            Bilingual.of(value["accepted_when"]),
            Added.of(value["part"]),
        )


@dataclass(frozen=True)
class Changes:
    """Everything that one amendment changes."""

    changed: tuple[Changed, ...] = ()
    added: tuple[Added, ...] = ()
    scope: Bilingual = field(default_factory=Bilingual)
    split: tuple[Split, ...] = ()

    @property
    def touched(self) -> tuple["Changed | Split", ...]:
        """Every milestone that it finds and changes."""
        return (*self.changed, *self.split)

    @property
    def change_cents(self) -> int:
        """By how much the value changes: what the changed milestones gain or lose, and what is added."""
        return sum(one.amount_cents - one.was_cents for one in self.changed) + sum(
            one.amount_cents for one in self.added
        )

    @property
    def empty(self) -> bool:
        """Nothing would change."""
        return not self.touched and not self.added and self.scope.empty

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
            "added": [one.as_dict() for one in self.added],
            "scope": self.scope.as_dict(),
            **({"split": [one.as_dict() for one in self.split]} if self.split else {}),
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
            tuple(Added.of(one) for one in value["added"]),
            Bilingual.of(value["scope"]),
            tuple(Split.of(one) for one in value.get("split", ())),
        )


def _written(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _read(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
