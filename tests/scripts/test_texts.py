"""Catalogues: what counts as complete, and what they look like."""

import pytest
from babel.messages.catalog import Catalog

from scripts.texts import flaws, written


def french(*messages: tuple[str | tuple[str, str], str | tuple[str, str]]) -> Catalog:
    catalogue = Catalog(locale="fr")
    for english, translation in messages:
        catalogue.add(english, translation)
    return catalogue


def test_a_text_with_its_french_has_no_flaw() -> None:
    catalogue = french(
        ("Closes %(day)s", "Clôture\u00a0: %(day)s"),
        (("%(num)d day", "%(num)d days"), ("%(num)d jour", "%(num)d jours")),
    )
    assert list(flaws(catalogue)) == []


def test_a_text_without_french_is_named() -> None:
    assert list(flaws(french(("Closes", "")))) == ["no French: 'Closes'"]


def test_a_text_with_one_number_only_is_named() -> None:
    assert list(flaws(french((("a day", "days"), ("un jour", ""))))) == ["no French: ('a day', 'days')"]


def test_a_french_that_forgets_what_is_filled_in_is_named() -> None:
    assert list(flaws(french(("Closes %(day)s", "Clôture")))) == ["not the same to fill in: 'Closes %(day)s'"]


@pytest.mark.parametrize(
    "text", ["Clôture : demain", "Clôture: demain", "Qui propose?", "Lu ; approuvé", "« Jauges »", "40 %%"]
)
def test_a_french_mark_without_its_no_break_space_is_named(text: str) -> None:
    assert list(flaws(french(("Closes", text)))) == ["a no-break space is missing in the French of: 'Closes'"]


def test_addresses_and_hours_keep_their_colons() -> None:
    text = "Écrivez, par exemple, https://exemple.ca ou 16:00\u00a0; «\u00a0oui\u00a0»"
    assert list(flaws(french(("Closes", text)))) == []


def test_a_catalogue_is_sorted_and_says_neither_when_nor_where() -> None:
    lines = written(french(("Two", "Deux"), ("One", "Un"))).splitlines()
    assert lines[:7] == [
        'msgid ""',
        'msgstr ""',
        '"Language: fr\\n"',
        '"MIME-Version: 1.0\\n"',
        '"Content-Type: text/plain; charset=utf-8\\n"',
        '"Content-Transfer-Encoding: 8bit\\n"',
        '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"',
    ]
    assert lines[7:] == ["", 'msgid "One"', 'msgstr "Un"', "", 'msgid "Two"', 'msgstr "Deux"']
