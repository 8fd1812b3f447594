"""An independent, slow reckoning of a ranking, written from the rules alone, to hold the fast one to.

It shares no code and no type with the exchange. Positions are found by counting who stands before whom, never by
sorting, so that it could not share a mistake of ordering either. Every number is exact.

The rules. Stages follow one another; whoever leaves in one is not looked at in the next.
- mandatory: every criterion met, by settled verdict, or out;
- rated: a criterion gives weight · points / maximum. Under the minimum of a criterion is out. Then, if only so many go
  on: all who have fewer than so many above them by the points gathered so far, so that those who tie at the cut all go;
- price: absolute gives weight · (1 − price / budget), never under 0 nor over the weight; lowest gives
  weight · lowest price / price, the lowest among those still in; none gives nothing;
- draw: those still in are ordered by the draw alone.
Ties: the criterion of the highest weight, then the next (equal weights in the plan's order), then the lower price if
prices are compared, then the draw: the lowest SHA-256 of seed and digest, read as a big-endian integer.
Prices are opened once quality is locked: no stage but a draw follows the price.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

Points = int | Fraction
Reason = Literal["failed_mandatory", "below_minimum", "screened_out"]
Place = tuple[Points, ...]  # greater stands before less


@dataclass(frozen=True)
class Criterion:
    key: str
    weight: Points
    max_points: int
    minimum: Points | None = None


@dataclass(frozen=True)
class Mandatory:
    criteria: tuple[str, ...]


@dataclass(frozen=True)
class Rated:
    criteria: tuple[Criterion, ...]
    top: int | None = None


@dataclass(frozen=True)
class Price:
    formula: Literal["absolute", "lowest", "none"]
    weight: Points = 0
    budget_cents: int = 0


@dataclass(frozen=True)
class Draw:
    pass


Stage = Mandatory | Rated | Price | Draw
Stages = tuple[Stage, ...]


@dataclass(frozen=True)
class Bid:
    """What a bid brings: settled verdicts and settled points by criterion; none for stages it did not reach."""

    key: str
    digest: bytes = bytes(32)
    price_cents: int = 0
    met: Mapping[str, bool] = field(default_factory=dict)
    points: Mapping[str, Points] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """Who is ranked, first to last, with the exact total; and why each other left."""

    ranked: tuple[tuple[str, Fraction], ...]
    left: Mapping[str, Reason]


def rank(stages: Stages, bids: Sequence[Bid], seed: bytes = bytes(32)) -> Outcome:
    check_order(stages)
    inside, left = list(bids), dict[str, Reason]()
    totals = {bid.key: Fraction() for bid in bids}
    for stage in stages:
        for bid in inside:
            totals[bid.key] += gains(stage, bid, inside)
        leaving = {bid.key: reason for bid in inside if (reason := why_out(stage, bid))}
        staying = [bid for bid in inside if bid.key not in leaving]
        leaving |= {bid.key: "screened_out" for bid in staying if cut(stage, bid, staying, totals)}
        inside = [bid for bid in inside if bid.key not in leaving]
        left |= leaving
    places = {bid.key: place(stages, bid, totals[bid.key], seed) for bid in inside}
    before = {key: sum(other > mine for other in places.values()) for key, mine in places.items()}
    order = {position: key for key, position in before.items()}
    return Outcome(tuple((order[position], totals[order[position]]) for position in range(len(inside))), left)


def check_order(stages: Stages) -> None:
    quality = [position for position, stage in enumerate(stages) if isinstance(stage, Mandatory | Rated)]
    if quality != list(range(len(quality))) or sum(isinstance(stage, Price) for stage in stages) > 1:
        msg = "One price at most, and only a draw after it."
        raise ValueError(msg)


# --- one stage -------------------------------------------------------------------------------------------------------


def gains(stage: Stage, bid: Bid, inside: Sequence[Bid]) -> Fraction:
    match stage:
        case Rated(criteria):
            return sum((weighted(criterion, bid) for criterion in criteria), Fraction())
        case Price("absolute", weight, budget):
            return weight * below_budget(bid.price_cents, budget)
        case Price("lowest", weight):
            return weight * against_lowest(bid.price_cents, min(other.price_cents for other in inside))
    return Fraction()


def weighted(criterion: Criterion, bid: Bid) -> Fraction:
    return criterion.weight * Fraction(bid.points[criterion.key]) / criterion.max_points


def below_budget(price: int, budget: int) -> Fraction:
    """1 − price / budget; a price of 0 earns all, a price at or over the budget nothing."""
    if price == 0:
        return Fraction(1)
    return Fraction(budget - price, budget) if price < budget else Fraction()


def against_lowest(price: int, lowest: int) -> Fraction:
    """Lowest / price; a price of 0 is the lowest and earns all."""
    return Fraction(1) if price == lowest else Fraction(lowest, price)


def why_out(stage: Stage, bid: Bid) -> Reason | None:
    match stage:
        case Mandatory(criteria) if not all(bid.met[key] for key in criteria):
            return "failed_mandatory"
        case Rated(criteria) if any(c.minimum is not None and bid.points[c.key] < c.minimum for c in criteria):
            return "below_minimum"
    return None


def cut(stage: Stage, bid: Bid, staying: Sequence[Bid], totals: Mapping[str, Fraction]) -> bool:
    if not isinstance(stage, Rated) or stage.top is None:
        return False
    return sum(totals[other.key] > totals[bid.key] for other in staying) >= stage.top


# --- the order of those still in -------------------------------------------------------------------------------------


def place(stages: Stages, bid: Bid, total: Fraction, seed: bytes) -> Place:
    drawn = -int.from_bytes(hashlib.sha256(seed + bid.digest).digest(), "big")
    if any(isinstance(stage, Draw) for stage in stages):
        return (drawn,)
    criteria = [criterion for stage in stages if isinstance(stage, Rated) for criterion in stage.criteria]
    heaviest_first = [c for weight in weights_falling(criteria) for c in criteria if c.weight == weight]
    compared = any(isinstance(stage, Price) and stage.formula != "none" for stage in stages)
    return (total, *(weighted(c, bid) for c in heaviest_first), -bid.price_cents if compared else 0, drawn)


def weights_falling(criteria: Sequence[Criterion]) -> list[Points]:
    return sorted({criterion.weight for criterion in criteria}, reverse=True)
