"""Whole numbers as a page's hidden field or a button carries them."""

MOST_DIGITS = 9
"""More than any of ours needs; fits into every column of numbers."""


def read_whole(typed: str | None, default: int = 0) -> int:
    """Read a whole number; what is none of ours, or too long for one, is the default."""
    plain = typed or ""
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= MOST_DIGITS else default
