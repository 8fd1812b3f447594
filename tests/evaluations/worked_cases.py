"""Known formats as data, each with a case worked by hand; any ranking must come out so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from tests.evaluations.reference import Bid, Criterion, Mandatory, Price, Rated, Reason, Stages


@dataclass(frozen=True)
class Case:
    name: str
    stages: Stages
    bids: tuple[Bid, ...]
    ranked: tuple[tuple[str, Fraction], ...]
    left: Mapping[str, Reason] = field(default_factory=dict)


def percent(key: str, weight: int, minimum: int | None = None) -> Criterion:
    return Criterion(key, weight, 100, minimum)


def bid(key: str, dollars: int, **points: int) -> Bid:
    return Bid(key, key.encode().ljust(32), dollars * 100, points=points)


# British Columbia's formats with their weights; the minimum, and how many go on, are this example's own
SPRINT_WITH_US: Stages = (
    Rated((percent("questions", 25, minimum=50),), top=3),
    Rated((percent("challenge", 25),), top=2),
    Rated((percent("scenario", 40),)),
    Price("lowest", 10),
)
TEAM_WITH_US: Stages = (
    Rated((percent("questions", 25),), top=4),
    Rated((percent("challenge", 65),)),
    Price("lowest", 10),
)

# Questions  North 25·80% = 20, South 25·90% = 22.5, East 25·60% = 15, Ridge 25·55% = 13.75; West's 40 is under 50: out.
#            Three go on: Ridge, fourth, is out.
# Challenge  North + 25·90% = 42.5, South + 25·70% = 40, East + 25·100% = 40: two go on, and South and East tie at the
#            cut, so all three do.
# Scenario   North + 40·75% = 72.5, South + 40·80% = 72, East + 40·50% = 60.
# Price      The lowest still in is East's 300,000 (Ridge's 100,000 left): East + 10 = 70, North + 10·3/5 = 78.5,
#            South + 10·3/4 = 79.5.
SPRINT = Case(
    "Sprint With Us",
    SPRINT_WITH_US,
    (
        bid("North", 500_000, questions=80, challenge=90, scenario=75),
        bid("South", 400_000, questions=90, challenge=70, scenario=80),
        bid("East", 300_000, questions=60, challenge=100, scenario=50),
        bid("Ridge", 100_000, questions=55),
        bid("West", 200_000, questions=40),
    ),
    (("South", Fraction("79.5")), ("North", Fraction("78.5")), ("East", Fraction(70))),
    {"Ridge": "screened_out", "West": "below_minimum"},
)

# Quality    Cedar 25·92% + 65·60% = 23 + 39 = 62, Birch 25·40% + 65·80% = 10 + 52 = 62,
#            Aspen 25·60% + 65·50% = 15 + 32.5 = 47.5; four may go on: all do.
# Price      The lowest is Aspen's 80,000: Aspen + 10 = 57.5; Cedar and Birch + 10·80/100 = 70.
# Tie        The challenge weighs most: Birch's 80 stands before Cedar's 60.
TEAM = Case(
    "Team With Us",
    TEAM_WITH_US,
    (
        bid("Cedar", 100_000, questions=92, challenge=60),
        bid("Birch", 100_000, questions=40, challenge=80),
        bid("Aspen", 80_000, questions=60, challenge=50),
    ),
    (("Birch", Fraction(70)), ("Cedar", Fraction(70)), ("Aspen", Fraction("57.5"))),
)

# The lowest price turns ranks round when a loser leaves. Quality A 70·60% = 42, B 70·66% = 46.2, C 70·40% = 28.
# With C     A 42 + 30·25/45 = 176/3 (58.67), B 46.2 + 30·25/55 = 3291/55 (59.84), C 28 + 30 = 58: B wins.
# Without C  A 42 + 30 = 72, B 46.2 + 30·45/55 = 3891/55 (70.75): A wins.
QUALITY_AND_LOWEST: Stages = (Rated((percent("quality", 70),)), Price("lowest", 30))
A, B, C = (
    bid("A", 45_000, quality=60),
    bid("B", 55_000, quality=66),
    bid("C", 25_000, quality=40),
)
REVERSAL_BEFORE = Case(
    "rank reversal, with C",
    QUALITY_AND_LOWEST,
    (A, B, C),
    (("B", Fraction(3291, 55)), ("A", Fraction(176, 3)), ("C", Fraction(58))),
)
REVERSAL_AFTER = Case(
    "rank reversal, without C",
    QUALITY_AND_LOWEST,
    (A, B),
    (("A", Fraction(72)), ("B", Fraction(3891, 55))),
)

# The absolute formula does not: a budget of 60,000.
# A 42 + 30·(1 − 45/60) = 49.5, B 46.2 + 30·(1 − 55/60) = 48.7, C 28 + 30·(1 − 25/60) = 45.5, whoever leaves.
ABSOLUTE = Case(
    "absolute price",
    (Rated((percent("quality", 70),)), Price("absolute", 30, 60_000_00)),
    (A, B, C),
    (("A", Fraction("49.5")), ("B", Fraction("48.7")), ("C", Fraction("45.5"))),
)

# A fixed price after a mandatory licence: 40·30% + 60·90% = 66 for Mara, 40·60% + 60·70% = 66 for Noor; the heavier
# criterion is the second: Mara. Odile has not met the licence and her 100 counts for nothing.
FIXED = Case(
    "fixed price",
    (Mandatory(("licence",)), Rated((percent("approach", 40), percent("people", 60))), Price("none")),
    (
        Bid("Noor", b"n" * 32, 0, {"licence": True}, {"approach": 60, "people": 70}),
        Bid("Mara", b"m" * 32, 0, {"licence": True}, {"approach": 30, "people": 90}),
        Bid("Odile", b"o" * 32, 0, {"licence": False}, {"approach": 100, "people": 100}),
    ),
    (("Mara", Fraction(66)), ("Noor", Fraction(66))),
    {"Odile": "failed_mandatory"},
)

CASES = (SPRINT, TEAM, REVERSAL_BEFORE, REVERSAL_AFTER, ABSOLUTE, FIXED)
