"""How far evaluators agree: information for readers of an evaluation, never a gate.

Ratings are given by unit (a proposal, or one criterion of it) and rater (an evaluator); one who did not rate a unit is
simply missing there. Every figure is exact; what has no meaning for the ratings at hand is None.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import combinations

Rating = int | Fraction
Ratings = Mapping[str, Mapping[str, Rating]]


class Level(StrEnum):
    """What the difference of two ratings means."""

    NOMINAL = "nominal"  # the same or not
    ORDINAL = "ordinal"  # how many ranks lie between
    INTERVAL = "interval"  # how far apart
    RATIO = "ratio"  # how far apart in proportion to their sum


@dataclass(frozen=True, slots=True)
class Spread:
    """How far ratings of one thing lie apart, and their mean."""

    width: Rating
    mean: Fraction


@dataclass(frozen=True, slots=True)
class MeanSquares:
    """The mean squares of a complete table (BMS, WMS, JMS and EMS of Shrout & Fleiss 1979)."""

    between_units: Fraction
    within_units: Fraction
    between_raters: Fraction
    error: Fraction


def spread(values: Iterable[Rating]) -> Spread | None:
    """Highest less lowest rating, and the mean; None without ratings."""
    ratings = tuple(values)
    return Spread(max(ratings) - min(ratings), _mean(ratings)) if ratings else None


def krippendorff_alpha(ratings: Ratings, level: Level) -> Fraction | None:
    """Krippendorff's alpha: 1 where raters agree, 0 where they agree as chance would have it, less where still less.

    With o(c,k) the coincidences of the values c and k, n(c) how often c stands in units of two or more ratings, and n
    the sum of all n(c): α = 1 − (n − 1) · Σ o(c,k)·δ²(c,k) / Σ n(c)·n(k)·δ²(c,k), over all pairs c < k.
    A unit of m ratings adds 1/(m − 1) to o for each pair of its ratings.
    None where no disagreement was to be expected: no unit with two ratings, or all ratings the same.
    Negative ratings on a ratio scale are refused.
    Source: Krippendorff, K. (2011), Computing Krippendorff's Alpha-Reliability, sections C and D.
    """
    units = [tuple(unit.values()) for unit in ratings.values() if len(unit) > 1]
    counts = Counter(value for unit in units for value in unit)
    difference = _difference(counts, level)
    expected = sum((counts[c] * counts[k] * difference(c, k) for c, k in combinations(counts, 2)), Fraction())
    if not expected:
        return None
    observed = sum((difference(c, k) / (len(unit) - 1) for unit in units for c, k in combinations(unit, 2)), Fraction())
    return 1 - (counts.total() - 1) * observed / expected


def mean_squares(table: Ratings) -> MeanSquares | None:
    """The mean squares of units × raters; None with a gap, or with fewer than two units or raters.

    Source: Shrout, P. E. & Fleiss, J. L. (1979), Intraclass correlations: uses in assessing rater reliability,
    Psychological Bulletin 86(2), 420–428: the two-way analysis of variance without replication.
    """
    raters = {rater for row in table.values() for rater in row}
    n, k = len(table), len(raters)
    if min(n, k) <= 1 or any(len(row) < k for row in table.values()):
        return None
    by_unit = {unit: _mean(row.values()) for unit, row in table.items()}
    by_rater = {rater: _mean(row[rater] for row in table.values()) for rater in raters}
    grand = _mean(by_unit.values())
    cells = [(rating, by_unit[unit], by_rater[rater]) for unit, row in table.items() for rater, rating in row.items()]
    return MeanSquares(
        between_units=_squares(unit - grand for _, unit, _ in cells) / (n - 1),
        within_units=_squares(rating - unit for rating, unit, _ in cells) / (n * (k - 1)),
        between_raters=_squares(rater - grand for _, _, rater in cells) / (k - 1),
        error=_squares(rating - unit - rater + grand for rating, unit, rater in cells) / ((n - 1) * (k - 1)),
    )


def icc_2_1(table: Ratings) -> Fraction | None:
    """ICC(2,1), the intraclass correlation of one rater's ratings: two-way random, absolute agreement.

    (BMS − EMS) / (BMS + (k − 1)·EMS + k·(JMS − EMS)/n) for n units and k raters.
    None with a gap, with fewer than two units or raters, or where the ratings do not vary.
    Source: Shrout & Fleiss (1979), as for `mean_squares`.
    """
    squares = mean_squares(table)
    if squares is None:
        return None
    n, k = len(table), len(next(iter(table.values())))
    between, error = squares.between_units, squares.error
    whole = between + (k - 1) * error + k * (squares.between_raters - error) / n
    return (between - error) / whole if whole else None


def _difference(counts: Counter[Rating], level: Level) -> Callable[[Rating, Rating], Fraction]:
    """The squared difference δ² of two values at a level."""
    match level:
        case Level.NOMINAL:
            return lambda c, k: Fraction(c != k)
        case Level.ORDINAL:
            # Σ n(g) for g from c to k, less half of n(c) and n(k), is how far the middles of their ranks lie apart
            middles = _middles(counts)
            return lambda c, k: (middles[c] - middles[k]) ** 2
        case Level.INTERVAL:
            return lambda c, k: Fraction(c - k) ** 2
        case Level.RATIO:
            if any(value < 0 for value in counts):
                msg = "A rating on a ratio scale is not negative."
                raise ValueError(msg)
            return lambda c, k: Fraction(c - k, c + k) ** 2 if c != k else Fraction()


def _middles(counts: Counter[Rating]) -> dict[Rating, Fraction]:
    """The middle of the ranks that a value takes, all ratings put in order."""
    middles: dict[Rating, Fraction] = {}
    below = 0
    for value in sorted(counts):
        middles[value] = below + Fraction(counts[value], 2)
        below += counts[value]
    return middles


def _mean(values: Iterable[Rating]) -> Fraction:
    numbers = tuple(map(Fraction, values))
    return sum(numbers, Fraction()) / len(numbers)


def _squares(values: Iterable[Fraction]) -> Fraction:
    return sum((value**2 for value in values), Fraction())
