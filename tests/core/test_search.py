"""Search finds words in either language and in any form, and never breaks on what people type."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.core import search
from app.core.bilingual import Bilingual
from app.core.db import db, transaction


def found(query: str) -> list[int] | None:
    """Look a query up."""
    matching = search.matching(query)
    return None if matching is None else sorted(db.session.scalars(matching))


@pytest.fixture
def library(app: Flask) -> Flask:
    with transaction():
        search.index(
            1, [Bilingual("River gauges on a map", "Jauges fluviales sur une carte"), Bilingual("C++ and maps")]
        )
        search.index(2, [Bilingual("Captions for hearings", "Sous-titres des audiences en français")])
        search.index(3, [Bilingual("Accessible copies", "Créer des copies accessibles"), Bilingual("C# and .NET")])
    return app


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("maps", [1]),
        ("MAP", [1]),
        ("jauge fluviale", [1]),
        ("creer", [3]),
        ("créer", [3]),
        ("FRANÇAIS", [2]),
        ("c++", [1]),
        ("c#", [3]),
        (".net", [3]),
        ("river captions", []),
        ("acces", [3]),
        ("(", None),
        ("", None),
        ("'\" OR *", []),
    ],
)
def test_words_are_found_in_either_language_and_any_form(
    library: Flask, query: str, expected: list[int] | None
) -> None:
    assert found(query) == expected


def test_a_new_text_takes_the_place_of_the_old(library: Flask) -> None:
    with transaction():
        search.index(1, [Bilingual("Bridges")])
    assert (found("river"), found("bridge")) == ([], [1])


def test_nothing_that_is_typed_breaks_the_search(library: Flask) -> None:
    @given(st.text(max_size=60))
    def look_up(query: str) -> None:
        found(query)

    look_up()
