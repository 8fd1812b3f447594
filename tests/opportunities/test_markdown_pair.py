"""A pair of Markdown files comes in whole, in both languages."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.bilingual import Bilingual
from opportunities.markdown_pair import front_matter, sections
from opportunities.markdown_pair.imported import ImportedOpportunity
from opportunities.markdown_pair.notes import NOTES, Note
from opportunities.markdown_pair.placing import PLACES
from opportunities.markdown_pair.reading import read_pair

CASE = Path(__file__).parents[3] / "shared" / "cases" / "esdc-2021"
EASTERN = ZoneInfo("America/Toronto")

EN = """---
title: Readable tables
ref: t1
lang: en
skills: [HTML, Python]
value: $9,999.50 (excluding taxes)
closing_date: 2017-12-20
start_date: 2018-01-08
delivery_date: 2018-02-01T17:00:00-05:00
short_desc: "Make tables readable"
office: Ottawa
---
First words.

# Background

Tables are hard.

## A detail

It is small.

# The work

1. Do it.
2. Say how.

---

# Evaluation

We judge this:

1. Your skill (250 words).
2. Your plan.

   In 1,000 words or less.

Then we draw.

You must also meet these eligibility criteria:

- be of age

# How to be paid

By cheque.
"""
FR = """---
title: Tableaux lisibles
ref: t1
lang: fr
skills: [HTML, Python]
value: 9\u00a0999,50\u00a0$ (taxes en sus)
closing_date: 2017-12-20
start_date: 2018-01-08
delivery_date: 2018-02-01T17:00:00-05:00
short_desc: "Rendre les tableaux lisibles"
office: Ottawa
---
Premiers mots.

# Contexte

Les tableaux sont difficiles.

## Un détail

Il est petit.

# Le travail

1. Le faire.
2. Dire comment.

---

# Évaluation

Nous jugeons ceci\u202f:

1. Votre compétence (250 mots).
2. Votre plan.

   En 1\u00a0000 mots ou moins.

Puis nous tirons au sort.

Vous devez aussi répondre aux critères d’admissibilité suivants\u202f:

- être majeur

# Comment être payé

Par chèque.
"""


def read(en: str = EN, fr: str = FR) -> ImportedOpportunity:
    return read_pair(en.encode(), fr.encode())


def outputs(found: ImportedOpportunity, language: str) -> list[str]:
    texts = [getattr(found, place) for place in PLACES] + [criterion.text for criterion in found.criteria]
    return [text.en if language == "en" else text.fr for text in texts]


def test_front_matter_becomes_facts() -> None:
    found = read()
    assert found.title == Bilingual("Readable tables", "Tableaux lisibles")
    assert found.summary == Bilingual("Make tables readable", "Rendre les tableaux lisibles")
    assert found.skills == Bilingual("HTML, Python", "HTML, Python")
    assert (found.reference, found.value_cents, found.taxes_included) == ("t1", 999_950, False)
    assert found.closing == datetime(2017, 12, 21, 4, 59, 59, tzinfo=UTC)
    assert found.start == date(2018, 1, 8)
    assert found.delivery == datetime(2018, 2, 1, 22, tzinfo=UTC)


def test_sections_go_to_their_places() -> None:
    found = read()
    assert found.problem.en == "# Background\n\nTables are hard.\n\n## A detail\n\nIt is small."
    assert found.deliverables == Bilingual("1. Do it.\n2. Say how.", "1. Le faire.\n2. Dire comment.")
    assert found.evaluation.en == "We judge this:\n\nThen we draw."
    assert found.eligibility.en == "You must also meet these eligibility criteria:\n\n- be of age"
    assert found.acceptance == Bilingual()
    assert found.additional.en == "First words.\n\n# How to be paid\n\nBy cheque."
    assert [(c.text.fr, c.word_limit) for c in found.criteria] == [
        ("Votre compétence (250 mots).", 250),
        ("Votre plan.\n\nEn 1\u00a0000 mots ou moins.", 1000),
    ]
    assert [(heading.en, place) for heading, place in found.placed] == [
        ("Background", "problem"),
        ("A detail", "problem"),
        ("The work", "deliverables"),
        ("Evaluation", "evaluation"),
    ]


def test_what_found_no_place_is_listed() -> None:
    found = read()
    assert found.unplaced == (
        Note("front_matter_key", {"key": "office", "en": "Ottawa", "fr": "Ottawa"}),
        Note("text"),
        Note("section", {"en": "How to be paid", "fr": "Comment être payé"}),
    )
    assert found.warnings == (Note("moment_assumed", {"key": "closing_date", "value": "2017-12-20T23:59:59-05:00"}),)


def test_every_note_has_its_sentence() -> None:
    found = read(EN.replace("9,999.50 (excluding taxes)", "9,999.50 or 3"), FR.replace("# Contexte", "# Critères"))
    for note in (*found.unplaced, *found.warnings):
        assert NOTES[note.code] % note.values


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("9\u00a0999,50", "9\u00a0000,50", ["differs"]),
        ("2018-01-08", "2018-01-09", ["differs"]),
        ("(taxes en sus)", "(taxes comprises)", ["differs"]),
        ("title: Tableaux lisibles\n", "", ["missing"]),
        ("# Comment être payé\n", "", ["sections_differ"]),
        ("# Contexte\n", "# Admissibilité\n", ["headings_differ"]),
        ("2. Votre plan.", "Votre plan.", ["criteria_differ"]),
        ("(250 mots)", "(300 mots)", ["differs"]),
        ("Par chèque.", "Par [chèque].\n\n[chèque]: https://example.org", ["links_apart"]),
    ],
)
def test_differences_between_the_languages_are_told(old: str, new: str, expected: list[str]) -> None:
    found = read(fr=FR.replace(old, new, 1))
    assert [note.code for note in found.warnings if note.code != "moment_assumed"] == expected


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    assert read_pair(b"\xef\xbb\xbf" + EN.replace("\n", "\r\n").encode(), FR.encode()) == read()


LEAVES = [
    "word",
    "- item",
    "1. item",
    "> quote",
    "    code",
    "```\nfence\n```",
    "* a\n  b",
    "<hr/>",
    "---",
    "<b>x</b>",
]
HEADINGS = [
    "# Background",
    "## The work",
    "### Evaluation",
    "# Eligibility",
    "## Other",
    "Acceptance\n===",
    "- # odd",
]
LEAD = "You meet these eligibility criteria:"
BLOCKS = st.lists(st.sampled_from([*LEAVES, *LEAVES, *HEADINGS, LEAD, "```", "[ref]: https://a.example"]), max_size=14)


def numbered(blocks: list[str]) -> tuple[str, list[str]]:
    """A body in which each leaf carries a mark of its own, and the marks."""
    parts: list[str] = []
    marks: list[str] = []
    for index, block in enumerate(blocks):
        lines = block.split("\n")
        if block in HEADINGS[:-1] or block in {"```", "<hr/>", "---"} or block.startswith("[ref]"):
            parts.append(block)
            continue
        mark = f"mark{index}end"
        marks.append(mark)
        position = 1 if block.startswith("```") else 0
        lines[position] += f" {mark}" if block != LEAD else ""
        parts.append("\n".join(lines) if block != LEAD else f"{mark} {LEAD}")
    return "\n\n".join(parts), marks


@settings(max_examples=150, deadline=None)
@given(BLOCKS, BLOCKS)
def test_no_paragraph_is_lost_or_doubled(english: list[str], french: list[str]) -> None:
    (en, en_marks), (fr, fr_marks) = numbered(english), numbered(french)
    found = read(f"---\nlang: en\n---\n{en}\n", f"---\nlang: fr\n---\n{fr}\n")
    for language, body, marks in (("en", en, en_marks), ("fr", fr, fr_marks)):
        texts = outputs(found, language)
        assert {mark: sum(text.count(mark) for text in texts) for mark in marks} == dict.fromkeys(marks, 1)
        assert sum(map(sections.paragraphs, texts), Counter()) == sections.paragraphs(body)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab \n\t#-=>1.`*<hr/>:[]()", max_size=80))
def test_any_text_at_all_comes_in_whole(body: str) -> None:
    found = read(f"---\nlang: en\n---\n{body}\n", "---\nlang: fr\n---\n")
    kept = sum(map(sections.paragraphs, outputs(found, "en")), Counter())
    assert kept == sections.paragraphs(body)


@pytest.mark.skipif(not CASE.is_dir(), reason="the real case is not at hand")
def test_the_real_case_comes_in_whole() -> None:
    english, french = ((CASE / f"opportunity-{code}.md").read_bytes() for code in ("en", "fr"))
    found = read_pair(english, french)
    assert (found.value_cents, found.taxes_included, found.warnings) == (650_000, False, ())
    assert found.closing == datetime(2021, 7, 13, 3, 59, 59, tzinfo=UTC)
    assert [criterion.word_limit for criterion in found.criteria] == [250]
    assert found.additional == Bilingual()
    assert {note.values["key"] for note in found.unplaced} == {
        "layout", "selected_bidder", "selected_bidder-link", "submitted_work-link", "last_modified", "update"
    }  # fmt: skip
    for language, data in (("en", english), ("fr", french)):
        body = front_matter.read(data, language).body
        kept = sum(map(sections.paragraphs, outputs(found, language)), Counter())
        assert kept == sections.paragraphs(body)
        assert sum(kept.values()) > 30
