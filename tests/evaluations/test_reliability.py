"""Agreement among evaluators equals the published examples, and an independent slow reckoning everywhere else."""

from collections import defaultdict
from fractions import Fraction
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.reliability import (
    Level,
    MeanSquares,
    Rating,
    Ratings,
    Spread,
    icc_2_1,
    krippendorff_alpha,
    mean_squares,
    spread,
)

Table = dict[str, dict[str, Rating]]
LEVELS = st.sampled_from(Level)


def table(*raters: str) -> Table:
    """One line a rater, one column a unit; a full stop where a rating is missing, a letter for a name."""
    units: Table = {}
    for rater, line in enumerate(raters):
        for unit, value in enumerate(line.split()):
            row = units.setdefault(f"unit {unit}", {})
            if value != ".":
                row[f"rater {rater}"] = int(value) if value.isdigit() else ord(value)
    return units


# Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, examples A, B and C/D
BINARY = table("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0")
NAMES = table("a a b b d c c c e d d a", "b a b b b c c c e d d d")
FOUR_OBSERVERS = table(
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)
# Shrout & Fleiss (1979): six targets, four judges (here a line a judge)
SIX_TARGETS = table("9 6 8 7 10 6", "2 1 4 1 5 2", "5 3 6 2 6 4", "8 2 8 6 9 7")


@pytest.mark.parametrize(
    ("ratings", "level", "published"),
    [
        (BINARY, Level.NOMINAL, "0.095"),
        (NAMES, Level.NOMINAL, "0.692"),
        (FOUR_OBSERVERS, Level.NOMINAL, "0.743"),
        (FOUR_OBSERVERS, Level.ORDINAL, "0.815"),
        (FOUR_OBSERVERS, Level.INTERVAL, "0.849"),
        (FOUR_OBSERVERS, Level.RATIO, "0.797"),
    ],
)
def test_alpha_is_what_krippendorff_published(ratings: Ratings, level: Level, published: str) -> None:
    alpha = krippendorff_alpha(ratings, level)
    assert alpha is not None
    assert f"{float(alpha):.3f}" == published


def test_alpha_is_exact() -> None:
    # 20 ratings, 14 of them 0 and 6 of them 1, with 4 coincidences of 0 and 1
    assert krippendorff_alpha(BINARY, Level.NOMINAL) == 1 - Fraction(19 * 4, 14 * 6)


def test_icc_and_its_mean_squares_are_what_shrout_and_fleiss_published() -> None:
    squares, icc = mean_squares(SIX_TARGETS), icc_2_1(SIX_TARGETS)
    assert squares is not None
    assert icc is not None
    found = (squares.between_units, squares.within_units, squares.between_raters, squares.error, icc)
    assert [f"{float(figure):.2f}" for figure in found] == ["11.24", "6.26", "32.49", "1.02", "0.29"]


def test_spread_is_the_distance_of_the_furthest_two_and_the_mean_is_exact() -> None:
    assert spread([4, 0, 3]) == Spread(4, Fraction(7, 3))
    assert spread([Fraction(1, 3)]) == Spread(0, Fraction(1, 3))
    assert spread([]) is None


# --- the slow reckoning ----------------------------------------------------------------------------------------------


def slow_difference(c: Rating, k: Rating, level: Level, counts: dict[Rating, Fraction]) -> Fraction:
    """Squared differences as the paper writes them, section by section."""
    if c == k:
        return Fraction()
    low, high = sorted((c, k))
    return {
        Level.NOMINAL: lambda: Fraction(1),
        Level.ORDINAL: lambda: (
            (sum(n for g, n in counts.items() if low <= g <= high) - (counts[c] + counts[k]) / 2) ** 2
        ),
        Level.INTERVAL: lambda: Fraction(c - k) ** 2,
        Level.RATIO: lambda: (Fraction(c - k) / (c + k)) ** 2,
    }[level]()


def slow_alpha(ratings: Ratings, level: Level) -> Fraction | None:
    """1 − observed / expected disagreement, from the full matrix of coincidences."""
    matrix: dict[tuple[Rating, Rating], Fraction] = defaultdict(Fraction)
    for unit in ratings.values():
        for one, other in permutations(unit, 2):
            matrix[unit[one], unit[other]] += Fraction(1, len(unit) - 1)
    counts: dict[Rating, Fraction] = defaultdict(Fraction)
    for (value, _), times in matrix.items():
        counts[value] += times
    n = sum(counts.values(), Fraction())
    apart = {(c, k): slow_difference(c, k, level, counts) for c in counts for k in counts}
    expected = sum((counts[c] * counts[k] * apart[c, k] for c, k in apart), Fraction())
    observed = sum((times * apart[pair] for pair, times in matrix.items()), Fraction())
    return 1 - (observed / n) / (expected / (n * (n - 1))) if expected else None


def slow_icc(complete: Ratings) -> Fraction | None:
    """From sums of squares about zero, the error as what remains of the whole (as one did by hand)."""
    rows = [[row[rater] for rater in sorted(row)] for row in complete.values()]
    n, k = len(rows), len(rows[0])
    middle = Fraction(sum(map(sum, rows)) ** 2, n * k)
    units = sum(Fraction(sum(row) ** 2, k) for row in rows) - middle
    raters = sum(Fraction(sum(column) ** 2, n) for column in zip(*rows, strict=True)) - middle
    rest = sum(value**2 for row in rows for value in row) - middle - units - raters
    bms, jms, ems = units / (n - 1), raters / (k - 1), rest / ((n - 1) * (k - 1))
    whole = bms + (k - 1) * ems + Fraction(k, n) * (jms - ems)
    return (bms - ems) / whole if whole else None


VALUES = st.integers(0, 5) | st.fractions(0, 5, max_denominator=4)
WITH_GAPS = st.dictionaries(st.sampled_from("ABCDEF"), st.dictionaries(st.sampled_from("wxyz"), VALUES), max_size=6)


@st.composite
def complete_tables(draw: st.DrawFn) -> Table:
    units, raters = draw(st.integers(2, 5)), draw(st.integers(2, 4))
    return {f"u{u}": {f"r{r}": draw(st.integers(0, 5)) for r in range(raters)} for u in range(units)}


@given(WITH_GAPS, LEVELS)
def test_alpha_equals_the_slow_reckoning(ratings: Table, level: Level) -> None:
    assert krippendorff_alpha(ratings, level) == slow_alpha(ratings, level)


@given(complete_tables())
def test_icc_equals_the_slow_reckoning(ratings: Table) -> None:
    assert icc_2_1(ratings) == slow_icc(ratings)


@given(st.lists(VALUES, min_size=2, max_size=8).filter(lambda values: len(set(values)) > 1), st.integers(2, 4), LEVELS)
def test_full_agreement_on_values_that_vary_is_one(values: list[Rating], raters: int, level: Level) -> None:
    agreed: Table = {f"u{u}": {f"r{r}": value for r in range(raters)} for u, value in enumerate(values)}
    assert krippendorff_alpha(agreed, level) == 1
    assert icc_2_1(agreed) == 1


@given(WITH_GAPS, LEVELS, st.permutations("ABCDEF"), st.permutations("wxyz"), st.randoms())
def test_names_and_order_of_units_and_raters_change_nothing(
    ratings: Table, level: Level, units: list[str], raters: list[str], random: Random
) -> None:
    unit_names, rater_names = dict(zip("ABCDEF", units, strict=True)), dict(zip("wxyz", raters, strict=True))
    renamed: Table = {
        unit_names[unit]: {rater_names[rater]: row[rater] for rater in sorted(row, key=lambda _: random.random())}
        for unit, row in sorted(ratings.items(), key=lambda _: random.random())
    }
    assert krippendorff_alpha(renamed, level) == krippendorff_alpha(ratings, level)
    assert mean_squares(renamed) == mean_squares(ratings)
    assert icc_2_1(renamed) == icc_2_1(ratings)


@given(WITH_GAPS, LEVELS)
def test_a_unit_with_one_rating_says_nothing_about_agreement(ratings: Table, level: Level) -> None:
    assert krippendorff_alpha({**ratings, "alone": {"w": 9}}, level) == krippendorff_alpha(ratings, level)


# --- where a figure has no meaning -----------------------------------------------------------------------------------


@given(LEVELS)
def test_alpha_is_undefined_where_no_disagreement_was_to_be_expected(level: Level) -> None:
    assert krippendorff_alpha({}, level) is None
    assert krippendorff_alpha({"A": {}, "B": {"w": 3}, "C": {"x": 4}}, level) is None
    assert krippendorff_alpha({"A": {"w": 0, "x": 0}, "B": {"w": 0, "x": Fraction(0)}}, level) is None


@given(LEVELS)
def test_alpha_of_one_pair_that_differs_is_no_better_than_chance(level: Level) -> None:
    assert krippendorff_alpha({"A": {"w": 0, "x": 5}}, level) == 0


def test_a_negative_rating_on_a_ratio_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        krippendorff_alpha({"A": {"w": -1, "x": 1}}, Level.RATIO)


@pytest.mark.parametrize(
    "ratings",
    [
        {},
        {"A": {"w": 1, "x": 2}},
        {"A": {"w": 1}, "B": {"w": 2}},
        {"A": {"w": 1, "x": 2}, "B": {"w": 2}},
        {"A": {"w": 1, "x": 2}, "B": {"w": 2, "y": 3}},
        {"A": {}, "B": {}},
    ],
)
def test_icc_is_undefined_with_gaps_or_fewer_than_two_units_or_raters(ratings: Ratings) -> None:
    assert mean_squares(ratings) is None
    assert icc_2_1(ratings) is None


def test_icc_is_undefined_where_ratings_do_not_vary_or_all_variation_is_error() -> None:
    assert icc_2_1({"A": {"w": 3, "x": 3}, "B": {"w": 3, "x": 3}}) is None
    crossed = {"A": {"w": 1, "x": 2}, "B": {"w": 2, "x": 1}}
    assert mean_squares(crossed) == MeanSquares(Fraction(0), Fraction(1, 2), Fraction(0), Fraction(1))
    assert icc_2_1(crossed) is None
