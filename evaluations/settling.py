"""How members' judgements of one criterion of one proposal become the one that counts.

Points: their exact mean, or what the panel agreed. Met or not: what more than half find; a criterion is found not met
only by two people at least, so a panel that is divided, or where one member alone objects, has to agree.
"""

from collections.abc import Iterable
from fractions import Fraction
from functools import cache

FEWEST_TO_FAIL = 2
"""A person alone fails nobody."""


@cache
def mean(total: int, count: int) -> Fraction:
    """The exact mean of `count` scores that add up to `total`."""
    return Fraction(total, count)


def verdict(votes: Iterable[bool]) -> bool | None:
    """What the panel finds without a meeting; None when it has to agree."""
    judged = list(votes)
    return tally(sum(judged), len(judged))


def tally(met: int, count: int) -> bool | None:
    """What `count` members find of whom `met` find a criterion met; None when they have to agree."""
    against = count - met
    if 2 * met > count:
        return True
    return False if against >= FEWEST_TO_FAIL and 2 * against > count else None


def outside(points: int | Fraction, given: Iterable[int]) -> bool:
    """Whether agreed points lie outside what members gave; that needs a reason."""
    individual = list(given)
    return bool(individual) and not min(individual) <= points <= max(individual)


def differ(given: Iterable[int]) -> int:
    """How far members' scores lie apart: what they should talk about first."""
    individual = list(given)
    return max(individual) - min(individual) if individual else 0
