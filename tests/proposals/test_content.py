"""What a proposal says has one form, and one list of what is missing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.bilingual import Bilingual
from proposals import content as parts
from proposals import seal
from proposals.content import Ask, Asked, Content, FileEntry, TeamMember

TEXT = st.text(st.characters(codec="utf-8"), max_size=40)
CONTENTS = st.builds(
    Content,
    language=st.sampled_from(["en", "fr"]),
    answers=st.dictionaries(TEXT, TEXT, max_size=4),
    price_cents=st.none() | st.integers(0, 10**14),
    team=st.lists(st.builds(TeamMember, TEXT, TEXT, TEXT), max_size=3).map(tuple),
    files=st.lists(st.builds(FileEntry, TEXT, TEXT, TEXT, st.integers(0, 10**8), TEXT), max_size=3).map(tuple),
)
ASK = Ask((Asked("a", Bilingual("A"), 3), Asked("b", Bilingual("B"), None)), priced=True)
WHOLE = Content(answers={"a": "one two three", "b": "x"}, price_cents=0, team=(TeamMember("Robin"),))


@given(CONTENTS)
def test_content_is_read_back_from_its_canonical_json(content: Content) -> None:
    assert Content.of(json.loads(seal.canonical(content.as_dict()))) == content


@given(CONTENTS, CONTENTS)
def test_two_contents_have_one_canonical_form_only_if_they_are_equal(one: Content, other: Content) -> None:
    alike = seal.canonical(one.as_dict()) == seal.canonical(other.as_dict())
    assert alike == (one == other)


@given(CONTENTS)
def test_sections_change_their_mark_with_their_text_only(content: Content) -> None:
    other = Content(content.language, content.answers, content.price_cents, (*content.team, TeamMember("One more")))
    assert content.mark(parts.APPROACH) == other.mark(parts.APPROACH)
    assert content.mark(parts.TEAM) != other.mark(parts.TEAM)


@given(TEXT)
def test_tidied_text_stays_tidy(text: str) -> None:
    once = parts.tidy(text)
    assert (parts.tidy(once), "\r" in once, "\x00" in once) == (once, False, False)


def test_half_a_character_is_kept_as_a_question_mark() -> None:
    assert parts.tidy("a\ud800b\r\nc") == "a?b\nc"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (WHOLE, []),
        (Content(), ["a", "b", "price_cents", "team"]),
        (Content(answers={"a": "1 2 3 4", "b": " \n"}, price_cents=1, team=(TeamMember(" "),)), ["a", "b", "team"]),
    ],
)  # fmt: skip
def test_what_is_missing_is_named_in_the_order_of_the_pages(content: Content, expected: list[str]) -> None:
    assert [gap.box for gap in parts.gaps(content, ASK)] == expected


def test_steps_are_counted_with_check_and_submit() -> None:
    assert (parts.steps_done(WHOLE, ASK), parts.steps_done(Content(), ASK), parts.STEPS) == (3, 0, 4)
    assert parts.status(Content(answers={"a": "x"}), ASK, parts.APPROACH) == "progress"


def test_answers_that_nobody_asks_for_are_not_received() -> None:
    stray = Content(answers={"a": "x", "old": "y", "b": ""}, price_cents=5)
    kept = stray.without_strangers(Ask(ASK.criteria, priced=False))
    assert (kept.answers, kept.price_cents) == ({"a": "x"}, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", True), ("https://example.ca/é", True), ("http://a", True), ("javascript:alert(1)", False),
        ("ftp://a/b", False),        ("https://", False), ("//a/b", False), ("https://a\u202e/b", False),
        ("http://[", False), ("a b", False),
    ],
)  # fmt: skip
def test_only_whole_addresses_are_links(text: str, expected: bool) -> None:  # noqa: FBT001
    assert parts.is_address(text) == expected
