"""What is judged, as values: an evaluation plan with its stages, and what each proposal brings to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property


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
    """Criteria that give points; `top` lets only so many on, with all who tie at the cut.

    `held` stages (a challenge, an interview) come after the reading, with those who are still in.
    """

    criteria: tuple[Criterion, ...]
    top: int | None = None
    held: bool = False


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


def _keys(stage: MandatoryStage | RatedStage) -> tuple[str, ...]:
    return stage.criteria if isinstance(stage, MandatoryStage) else tuple(one.key for one in stage.criteria)


@dataclass(frozen=True)
class Plan:
    """An evaluation plan: its stages in order; what is judged, then one price at most, then perhaps a draw."""

    stages: tuple[Stage, ...]

    def __post_init__(self) -> None:
        """Refuse a criterion listed twice, and prices told while something is still to be judged."""
        judged = [stage for stage in self.stages if isinstance(stage, MandatoryStage | RatedStage)]
        if self.stages[: len(judged)] != tuple(judged) or sum(isinstance(one, PriceStage) for one in self.stages) > 1:
            msg = "Prices are compared once, when all is judged, and only a draw follows."
            raise ValueError(msg)
        keys = [key for stage in judged for key in _keys(stage)]
        if len(set(keys)) != len(keys):
            msg = "A criterion is listed twice."
            raise ValueError(msg)

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        """All rated criteria, in the plan's order."""
        return tuple(c for stage in self.stages if isinstance(stage, RatedStage) for c in stage.criteria)

    @cached_property
    def price(self) -> PriceStage | None:
        """The stage in which prices are compared, if they are."""
        stages = (s for s in self.stages if isinstance(s, PriceStage) and s.formula != PriceFormula.NONE)
        return next(stages, None)

    @property
    def priced(self) -> bool:
        """Whether prices are compared."""
        return self.price is not None

    @cached_property
    def rounds(self) -> tuple[tuple[Stage, ...], ...]:
        """What the panel judges in one reading each: a round ends where some are let on, or something is held."""
        rounds: list[tuple[Stage, ...]] = []
        for stage in self.stages:
            if isinstance(stage, PriceStage | DrawStage):
                continue
            last = rounds[-1][-1] if rounds else None
            apart = last is None or (isinstance(last, RatedStage) and (last.top is not None or last.held))
            if apart or (isinstance(stage, RatedStage) and stage.held):
                rounds.append((stage,))
            else:
                rounds[-1] += (stage,)
        return tuple(rounds)

    def through(self, rounds: int) -> "Plan":
        """Give the plan as far as so many rounds, without price and draw."""
        return Plan(tuple(stage for judged in self.rounds[:rounds] for stage in judged))

    def round_of(self, stage: Stage) -> int:
        """Give the round, from 1, that a stage belongs to; price and draw follow the last."""
        held = (number for number, stages in enumerate(self.rounds, 1) if any(one is stage for one in stages))
        return next(held, len(self.rounds) + 1)


@dataclass(frozen=True, slots=True)
class Entry:
    """What one proposal brings to the ranking, as settled: by the mean of the scores, or agreed by the panel.

    `met` and `points` lack what is not settled yet. `rounds_passed` counts the rounds that are over and that it came
    through. `price_points` stand for a price that is not told; its `price_cents` then gives only the order of prices.
    """

    key: str
    digest: bytes
    price_cents: int | None = None
    met: Mapping[str, bool] = field(default_factory=dict)
    points: Mapping[str, int | Fraction] = field(default_factory=dict)
    rounds_passed: int = 0
    price_points: Fraction | None = None
