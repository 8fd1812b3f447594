"""Whole numbers that a page carries for us come back as they were, or as whatever somebody has put in their place."""

import pytest

from app.core.numbers import read_whole


@pytest.mark.parametrize("typed", ["0", "7", "042", "999999999"])
def test_a_whole_number_is_read(typed: str) -> None:
    assert read_whole(typed, default=-1) == int(typed)


@pytest.mark.parametrize(
    "typed", [None, "", " 7", "-1", "+1", "1.0", "1_000", "٣", "²", "7\n", "1000000000", "0" * 65_536]
)
def test_what_is_none_or_too_long_is_the_default(typed: str | None) -> None:
    """Python itself refuses to read a number of more than 4,300 digits."""
    assert (read_whole(typed), read_whole(typed, default=-1)) == (0, -1)
