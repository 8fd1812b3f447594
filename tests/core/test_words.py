"""Words are counted as a reader would count them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.words import count_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        (" \n\t ", 0),
        ("A short answer.", 3),
        ("don't, won’t", 2),
        ("l’été d'aujourd'hui", 2),
        ("peut-être un rendez-vous", 3),
        ("« Bonjour » : ça va ?", 3),
        ("6\u00a0500,00\u00a0$ par an", 3),
        ("6\u202f500 octets", 2),
        ("$6,500.00 before tax", 3),
        ("one—two – three", 3),
        ("and/or", 2),
        ("one,two;three", 3),
        ("C++ & C#", 2),
        ("- one\n- two\n", 2),
        ("1. one\n2) two\n> 3. three", 3),
        ("**bold** _and_ `code`", 3),
        ("## A heading\n\nText", 3),
        ('See [the guide](https://example.org/a_(b) "Title here") now', 4),
        ("https://example.org/some/path", 1),
        ("| a | b |\n|---|---|\n| c | d |", 4),
    ],
)
def test_words_are_counted_in_both_languages(text: str, words: int) -> None:
    assert count_words(text) == words


@given(st.lists(st.text(st.characters(categories=["L"]), min_size=1), max_size=30))
def test_plain_words_are_counted_one_by_one(words: list[str]) -> None:
    assert count_words(" ".join(words)) == len(words)


def test_hostile_text_is_counted_quickly() -> None:
    start = time.perf_counter()
    for text in ("](" * 50_000, "[](" + "(" * 100_000, "1" * 200_000, " " * 200_000 + "a"):
        count_words(text)
    assert time.perf_counter() - start < 2
