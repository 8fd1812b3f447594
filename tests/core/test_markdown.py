"""Markdown becomes HTML that cannot hurt, with headings in order, and text that can be read."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from app.core.markdown import literal, to_html, to_text


def test_paragraphs_lists_and_emphasis_are_rendered() -> None:
    expected = "<p>A <strong>b</strong></p>\n<ul>\n<li>c</li>\n</ul>\n"
    assert str(to_html("A **b**\n\n- c\n")) == expected


@pytest.mark.parametrize(
    ("source", "levels"),
    [
        ("# a\n## b\n### c\n# d", ["3", "4", "5", "3"]),
        ("### a\n\n##### b\n\n### c", ["3", "4", "3"]),
        ("# a\n## b\n### c\n#### d\n##### e\n###### f", ["3", "4", "5", "6", "6", "6"]),
        ("## a\n# b\n## c", ["3", "3", "4"]),
    ],
)
def test_headings_stay_below_h2_and_skip_no_level(source: str, levels: list[str]) -> None:
    assert re.findall(r"<h(\d)>", to_html(source)) == levels
    assert re.findall(r"</h(\d)>", to_html(source)) == levels


def test_links_are_not_followed() -> None:
    expected = '<p><a href="https://example.org" rel="nofollow noopener noreferrer">x</a></p>\n'
    assert str(to_html("[x](https://example.org)")) == expected


def test_raw_html_shows_as_text() -> None:
    assert str(to_html("<script>alert(1)</script>")) == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"


@pytest.mark.parametrize(
    "source",
    [
        "[x](javascript:alert(1))",
        "[x](data:text/html,x)",
        "![x](javascript:x)",
        "[x](vbscript:x)",
        "<javascript:x>",
    ],
)
def test_no_dangerous_address_becomes_a_link(source: str) -> None:
    assert "href" not in to_html(source)


def test_an_image_from_elsewhere_becomes_a_link() -> None:
    rel = 'rel="nofollow noopener noreferrer"'
    assert str(to_html("![a map](https://example.org/a.png)")) == (
        f'<p><a href="https://example.org/a.png" {rel}>a map</a></p>\n'
    )
    assert "<img" not in to_html("![x](//example.org/a.png)")
    assert str(to_html("[![a](https://b.example/i.png)](https://c.example)")) == (
        f'<p><a href="https://c.example" {rel}>a</a></p>\n'
    )
    assert str(to_html("![ours](/static/a.png)")) == '<p><img src="/static/a.png" alt="ours"></p>\n'


@given(st.text(alphabet="<>\"'&/=![]()#*`-_ \n\tabcdonhref:javscriptmgx", max_size=120))
def test_nothing_typed_becomes_a_tag_or_attribute_of_its_own(source: str) -> None:
    html = to_html(source)
    allowed = "p|br|hr|h[3-6]|ul|ol|li|blockquote|pre|code|em|strong|s|a|img|table|thead|tbody|tr|th|td"
    assert set(re.findall(rf"<(?!/?(?:{allowed})[ >])[^>]*>", html)) == set()
    assert re.findall(r"<[^>]*\s(?:on\w+|style)=", re.sub(r'"[^"]*"', '""', html)) == []


def test_text_keeps_paragraphs_lists_and_addresses() -> None:
    text = "# Title\n\nSee [the *guide*](https://example.org) now\nand\\\nthen.\n"
    source = f"{text}\n1. one\n2. two\n   - deep\n\n> quote\n"
    expected = "Title\n\nSee the guide (https://example.org) now and\nthen.\n\n1. one\n2. two\n  - deep\n\nquote"
    assert to_text(source) == expected
    assert "https" not in to_text(source, addresses=False)


def test_text_keeps_code_and_tables() -> None:
    assert to_text("```\na  b\nc\n```\n\n| a | b |\n|---|---|\n| c | d |\n") == "a  b\nc\n\na | b\nc | d"


def test_a_bare_address_is_written_once() -> None:
    assert to_text("<https://example.org>") == "https://example.org"


@given(st.text(max_size=200))
def test_any_text_can_be_rendered_both_ways(source: str) -> None:
    assert isinstance(to_text(source), str)
    assert to_html(source) is not None


@given(st.lists(st.text(st.characters(categories=["L"]), min_size=3, max_size=8), min_size=1, max_size=8))
def test_no_paragraph_is_lost_in_text(words: list[str]) -> None:
    source = "".join(f"{'- ' * (index % 3)}{word}\n\n" for index, word in enumerate(words))
    assert [word for word in re.split(r"\W+", to_text(source)) if word] == words


@pytest.mark.parametrize(
    "name",
    [
        "[Pay here](https://evil.example)",
        "<b>Bold</b>",
        "# Head",
        "*a* _b_ `c`",
        "a & b",
        "https://evil.example",
        "x\\",
    ],
)
def test_a_literal_name_shows_as_it_is(name: str) -> None:
    drawn = to_html(f"{literal(name)} invites you")

    assert Markup(drawn).striptags() == f"{name} invites you"
    assert "<a" not in drawn
    assert to_text(f"{literal(name)} invites you").strip() == f"{name} invites you"
