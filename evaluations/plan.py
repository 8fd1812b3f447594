"""What is judged, as values: an evaluation plan with its stages, and what each proposal brings to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction


class PriceFormula(StrEnum):
    """How a price becomes points."""

    ABSOLUTE = "absolute"
    LOWEST = "lowest"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Criterion:
    """A rated criterion: its weight in points of the total, the points an evaluator may give, the minimum to go on."""

    key: str
    weight: int | Fraction
    max_points: int
    minimum: int | Fraction = 0

    def __post_init__(self) -> None:
        """Refuse what could divide by zero or turn a ranking round."""
        if self.max_points < 1 or self.weight < 0 or not 0 <= self.minimum <= self.max_points:
            msg = f"Criterion {self.key} has an impossible weight, maximum or minimum."
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class MandatoryStage:
    """Criteria that are met or not; one that is not met ends the proposal's way."""

    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RatedStage:
    """Criteria that give points; `top` lets only so many on, with all who tie at the cut."""

    criteria: tuple[Criterion, ...]
    top: int | None = None


@dataclass(frozen=True, slots=True)
class PriceStage:
    """The price's part of the total: absolute W·clamp(1 − p/budget), lowest W·min(p)/p, or none."""

    formula: PriceFormula
    weight: int | Fraction = 0
    budget_cents: int = 0


@dataclass(frozen=True, slots=True)
class DrawStage:
    """Those still in are ordered by the seeded draw alone; earlier points decided only who is still in."""


Stage = MandatoryStage | RatedStage | PriceStage | DrawStage


@dataclass(frozen=True, slots=True)
class Plan:
    """An evaluation plan: its stages in order."""

    stages: tuple[Stage, ...]

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """All rated criteria, in the plan's order."""
        return tuple(c for stage in self.stages if isinstance(stage, RatedStage) for c in stage.criteria)

    @property
    def priced(self) -> bool:
        """Whether prices are compared."""
        return any(isinstance(s, PriceStage) and s.formula != PriceFormula.NONE for s in self.stages)


@dataclass(frozen=True, slots=True)
class Entry:
    """What one proposal brings to the ranking.

    `judgements` and `points` hold the individual results: criterion → evaluator → met or not, points. `agreed_met` and
    `agreed_points` hold the consensus, which replaces them where it exists.
    """

    key: str
    digest: bytes
    price_cents: int | None = None
    judgements: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    points: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    agreed_met: Mapping[str, bool] = field(default_factory=dict)
    agreed_points: Mapping[str, int | Fraction] = field(default_factory=dict)
