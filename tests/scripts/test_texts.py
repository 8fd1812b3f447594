"""Catalogues: what counts as complete, and what they look like."""

from babel.messages.catalog import Catalog

from scripts.texts import flaws, written


def french(*messages: tuple[str | tuple[str, str], str | tuple[str, str]]) -> Catalog:
    catalogue = Catalog(locale="fr")
    for english, translation in messages:
        catalogue.add(english, translation)
    return catalogue


def test_a_text_with_its_french_has_no_flaw() -> None:
    catalogue = french(
        ("Closes %(day)s", "Clôture : %(day)s"),
        (("%(num)d day", "%(num)d days"), ("%(num)d jour", "%(num)d jours")),
    )
    assert list(flaws(catalogue)) == []


def test_a_text_without_french_is_named() -> None:
    assert list(flaws(french(("Closes", "")))) == ["no French: 'Closes'"]


def test_a_text_with_one_number_only_is_named() -> None:
    assert list(flaws(french((("a day", "days"), ("un jour", ""))))) == ["no French: ('a day', 'days')"]


def test_a_french_that_forgets_what_is_filled_in_is_named() -> None:
    assert list(flaws(french(("Closes %(day)s", "Clôture")))) == ["not the same to fill in: 'Closes %(day)s'"]


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
