"""How members' judgements become the one that counts."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations import settling

SCORES = st.lists(st.integers(0, 10), min_size=1, max_size=7)


def test_the_mean_is_exact_and_zero_counts() -> None:
    assert settling.mean(0 + 0 + 1, 3) == Fraction(1, 3)
    assert settling.mean(0, 2) == 0


@pytest.mark.parametrize(
    ("met", "of", "found"),
    [
        (0, 0, None),
        (1, 1, True),
        (0, 1, None),
        (2, 2, True),
        (1, 2, None),
        (0, 2, False),
        (3, 3, True),
        (2, 3, True),
        (1, 3, False),
        (0, 3, False),
        (2, 4, None),
        (1, 4, False),
        (3, 5, True),
        (2, 5, False),
    ],
)
def test_more_than_half_find_and_nobody_fails_by_one_person_alone(met: int, of: int, found: bool | None) -> None:  # noqa: FBT001
    assert settling.tally(met, of) is found
    assert settling.verdict([True] * met + [False] * (of - met)) is found


@given(st.lists(st.booleans(), max_size=9), st.data())
def test_neither_who_votes_first_nor_one_vote_more_turns_the_verdict_round(
    votes: list[bool], data: st.DataObject
) -> None:
    found = settling.verdict(votes)
    assert settling.verdict(data.draw(st.permutations(votes))) is found
    assert (settling.verdict([*votes, True]), found) != (False, None)
    if found is not None:
        assert settling.verdict([*votes, found]) is found


@given(SCORES, st.data())
def test_the_mean_lies_within_what_was_given_so_it_never_needs_a_reason(given_: list[int], data: st.DataObject) -> None:
    mean = settling.mean(sum(given_), len(given_))
    assert mean * len(given_) == sum(given_)
    assert not settling.outside(mean, given_)
    shuffled = data.draw(st.permutations(given_))
    assert settling.mean(sum(shuffled), len(shuffled)) == mean


@pytest.mark.parametrize(
    ("agreed", "given_", "outside"),
    [(3, [3, 7], False), (7, [3, 7], False), (2, [3, 7], True), (Fraction(15, 2), [3, 7], True), (0, [], False)],
)
def test_agreed_points_beyond_what_members_gave_need_a_reason(
    agreed: int | Fraction,
    given_: list[int],
    outside: bool,  # noqa: FBT001
) -> None:
    assert settling.outside(agreed, given_) is outside


@pytest.mark.parametrize(("given_", "apart"), [([], 0), ([4], 0), ([0, 10, 5], 10)])
def test_members_differ_by_the_widest_gap(given_: list[int], apart: int) -> None:
    assert settling.differ(given_) == apart
