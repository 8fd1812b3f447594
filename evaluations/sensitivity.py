"""How firmly the winner stands: what the same scores give without one bid, with other weights, with another formula.

Shown to the officer before an award, as information. Every screening stays as it was decided, so that each variation
compares proposals that were judged alike: those who are ranked.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from evaluations.plan import Criterion, DrawStage, Entry, Plan, PriceFormula, PriceStage, RatedStage, Stage
from evaluations.scoring import Placing, rank

STEP = 5
"""Points by which each weight is moved, up and down."""
PRICE = "price"


class Varied(StrEnum):
    """What a variation changes."""

    BID = "bid"
    WEIGHT = "weight"
    FORMULA = "formula"


@dataclass(frozen=True, slots=True)
class Variation:
    """One changed assumption and who would win then.

    `subject` is the key of the proposal left out, the criterion (or "price") whose weight is moved by `step` points, or
    the formula tried. `margin` is the winner's lead over the second, in points.
    """

    varied: Varied
    subject: str
    winner: str | None
    changes: bool
    margin: Fraction | None = None
    step: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """The winner as things stand, and every variation."""

    winner: str | None
    margin: Fraction | None
    variations: tuple[Variation, ...]

    @property
    def firm(self) -> bool:
        """No variation changes the winner."""
        return not any(one.changes for one in self.variations)

    def of(self, varied: Varied) -> tuple[Variation, ...]:
        """The variations of one kind."""
        return tuple(one for one in self.variations if one.varied == varied)


def report(plan: Plan, entries: Iterable[Entry], *, seed: bytes, rounds_over: int = 0) -> Report:
    """Vary bids, weights and formula; a draw has nothing to vary. Raises Incomplete as the ranking does."""
    judged = list(entries)
    base = rank(plan, judged, seed=seed, rounds_over=rounds_over)
    winner, margin = _lead(base)
    if winner is None or any(isinstance(stage, DrawStage) for stage in plan.stages):
        return Report(winner, margin, ())
    by_key = {one.key: replace(one, rounds_passed=len(plan.rounds)) for one in judged}
    ranked = [by_key[one.key] for one in base if one.rank is not None]
    bids = _bids(plan, ranked, (winner, margin), seed)
    others = (*_weights(plan, ranked, winner, seed), *_formulas(plan, ranked, winner, seed))
    return Report(winner, margin, (*bids, *others))


def _lead(placings: Sequence[Placing]) -> tuple[str | None, Fraction | None]:
    ranked = [one for one in placings[:2] if one.rank is not None]
    if not ranked:
        return None, None
    first, second = ranked[0], ranked[1] if len(ranked) > 1 else None
    if first.total is None or second is None or second.total is None:
        return first.key, None
    return first.key, first.total - second.total


def _bids(
    plan: Plan, entries: list[Entry], lead: tuple[str, Fraction | None], seed: bytes
) -> Iterator[Variation]:  # fmt: skip
    winner, margin = lead
    matters = _mattering(plan, entries)
    for loser in entries[1:]:
        if loser.key in matters:
            others = [one for one in entries if one.key != loser.key]
            yield _variation(plan, others, seed, winner, Varied.BID, loser.key)
        else:
            yield Variation(Varied.BID, loser.key, winner, changes=False, margin=margin)


def _mattering(plan: Plan, entries: Sequence[Entry]) -> set[str]:
    """Name those whose leaving can be felt: the second, who sets the margin, and whose price alone is lowest."""
    second = {one.key for one in entries[1:2]}
    if plan.price is None or plan.price.formula != PriceFormula.LOWEST:
        return second
    lowest = min(one.price_cents or 0 for one in entries)
    cheapest = {one.key for one in entries if (one.price_cents or 0) == lowest}
    return second | cheapest if len(cheapest) == 1 else second


def _weights(plan: Plan, entries: list[Entry], winner: str, seed: bytes) -> Iterator[Variation]:
    for subject in (*(one.key for one in plan.criteria), *((PRICE,) if plan.priced else ())):
        for step in (-STEP, STEP):
            moved = reweighed(plan, subject, step)
            if moved is not None:
                yield _variation(moved, entries, seed, winner, Varied.WEIGHT, subject, step)


def _formulas(plan: Plan, entries: list[Entry], winner: str, seed: bytes) -> Iterator[Variation]:
    if plan.price is None:
        return
    for formula in PriceFormula:
        if formula != plan.price.formula:
            stages = tuple(replace(one, formula=formula) if isinstance(one, PriceStage) else one for one in plan.stages)
            yield _variation(Plan(stages), entries, seed, winner, Varied.FORMULA, formula.value)


def _variation(
    plan: Plan, entries: list[Entry], seed: bytes, winner: str | None, varied: Varied, subject: str, step: int = 0
) -> Variation:
    then, margin = _lead(rank(plan, entries, seed=seed))
    return Variation(varied, subject, then, then != winner, margin, step)


def reweighed(plan: Plan, subject: str, step: int) -> Plan | None:
    """Move one weight by `step` points, taking them from the others (or giving them) in proportion; the sum stays.

    None when the weight would leave 0 to the sum, or nothing else has weight.
    """
    weights = {one.key: Fraction(one.weight) for one in plan.criteria}
    if plan.price is not None:
        weights[PRICE] = Fraction(plan.price.weight)
    whole, old = sum(weights.values()), weights[subject]
    new, others = old + step, whole - old
    if not 0 <= new <= whole or not others:
        return None
    factor = (whole - new) / others
    moved = {key: new if key == subject else weight * factor for key, weight in weights.items()}
    return Plan(tuple(_weighed(stage, moved) for stage in plan.stages))


def _weighed(stage: Stage, weights: dict[str, Fraction]) -> Stage:
    match stage:
        case RatedStage():
            return replace(stage, criteria=tuple(_criterion(one, weights[one.key]) for one in stage.criteria))
        case PriceStage() if stage.formula != PriceFormula.NONE:
            return replace(stage, weight=weights[PRICE])
        case _:
            return stage


def _criterion(one: Criterion, weight: Fraction) -> Criterion:
    return replace(one, weight=weight)
