"""The draw can be repeated by anyone, and nobody's leaving changes another's luck."""

import hashlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations import draw

CLOSING = datetime(2021, 7, 13, 3, 59, 59, tzinfo=UTC)
DIGESTS = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=12, unique=True)


def test_the_seed_is_the_hash_of_a_text_that_anyone_can_write_down() -> None:
    low, high = bytes(32), bytes([255]) * 32
    text = "devex-draw-1\nocds-x-1\n2021-07-13T03:59:59.000000Z\n" + "00" * 32 + "\n" + "ff" * 32 + "\n"
    assert draw.seed_text("ocds-x-1", CLOSING, [high, low]) == text
    assert draw.make_seed("ocds-x-1", CLOSING, [high, low]) == hashlib.sha256(text.encode()).digest()


def test_the_zone_in_which_the_closing_is_written_does_not_matter() -> None:
    eastern = CLOSING.astimezone(timezone(timedelta(hours=-4)))
    assert draw.make_seed("ocds-x-1", eastern, []) == draw.make_seed("ocds-x-1", CLOSING, [])


def test_the_number_is_the_hash_of_seed_and_digest() -> None:
    expected = hashlib.sha256(bytes(32) + bytes([1]) * 32).hexdigest()
    assert draw.number(bytes(32), bytes([1]) * 32) == int(expected, 16)


@given(DIGESTS, st.data())
def test_who_leaves_changes_nobody_elses_order(digests: list[bytes], data: st.DataObject) -> None:
    seed = draw.make_seed("ocds-x-1", CLOSING, digests)
    leaver = data.draw(st.sampled_from(digests))
    full = [d for d in draw.order(seed, digests) if d != leaver]
    assert draw.order(seed, [d for d in reversed(digests) if d != leaver]) == tuple(full)


@given(st.sets(st.text(st.characters(codec="utf-8"), max_size=8), max_size=12), st.binary(max_size=32))
def test_the_shuffle_depends_on_the_secret_and_the_set_alone(keys: set[str], secret: bytes) -> None:
    once = draw.shuffled(keys, secret)
    assert sorted(once) == sorted(keys)
    assert draw.shuffled(reversed(once), secret) == once


def test_another_secret_gives_another_order() -> None:
    keys = [str(number) for number in range(20)]
    assert draw.shuffled(keys, b"one") != draw.shuffled(keys, b"two")


@pytest.mark.parametrize(
    ("ocid", "closing", "digests"),
    [
        ("ocds-x-1", CLOSING.replace(tzinfo=None), []),
        ("ocds-x-1", CLOSING, [b"short"]),
        ("ocds-x-1", CLOSING, [bytes(32), bytes(32)]),
        ("two\nlines", CLOSING, []),
        ("é", CLOSING, []),
    ],
)
def test_what_has_no_single_canonical_form_is_refused(ocid: str, closing: datetime, digests: list[bytes]) -> None:
    with pytest.raises(ValueError, match=r"\."):
        draw.make_seed(ocid, closing, digests)
