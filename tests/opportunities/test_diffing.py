"""What changed between two versions is shown word by word, and nothing of either is lost."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from opportunities.diffing import Change, FieldDiff, Run, diff, text_diff

TEXTS = st.text(alphabet="ab \n.é", max_size=60)


def test_words_that_changed_are_shown_among_those_that_did_not() -> None:
    assert text_diff("Deliver ten reports by May.", "Deliver two reports by May 3.") == (
        Run(Change.SAME, "Deliver "),
        Run(Change.REMOVED, "ten"),
        Run(Change.ADDED, "two"),
        Run(Change.SAME, " reports by May"),
        Run(Change.ADDED, " 3"),
        Run(Change.SAME, "."),
    )


def test_only_fields_that_changed_are_given_in_the_language_that_changed() -> None:
    before = {
        "title": {"en": "A", "fr": "B"},
        "summary": {"en": "S", "fr": "S"},
        "value_cents": 100,
        "skills": ["a", "b"],
    }
    after = {
        "title": {"en": "A", "fr": "C"},
        "summary": {"en": "S", "fr": "S"},
        "value_cents": 200,
        "skills": ["b", "c"],
    }
    assert diff(before, after) == (
        FieldDiff("title", "fr", (Run(Change.REMOVED, "B"), Run(Change.ADDED, "C"))),
        FieldDiff("value_cents", "", (Run(Change.REMOVED, "100"), Run(Change.ADDED, "200"))),
        FieldDiff("skills", "", (Run(Change.REMOVED, "a"), Run(Change.SAME, "b"), Run(Change.ADDED, "c"))),
    )


def test_a_field_that_came_or_went_is_shown_whole() -> None:
    assert diff({}, {"title": {"en": "A", "fr": ""}, "days": None, "zone": "UTC", "list": ["x"]}) == (
        FieldDiff("title", "en", (Run(Change.ADDED, "A"),)),
        FieldDiff("zone", "", (Run(Change.ADDED, "UTC"),)),
        FieldDiff("list", "", (Run(Change.ADDED, "x"),)),
    )
    assert diff({"list": ["x"]}, {"list": None}) == (FieldDiff("list", "", (Run(Change.REMOVED, "x"),)),)


def test_entries_of_a_list_that_are_more_than_words_are_compared_whole() -> None:
    (found,) = diff({"milestones": [{"cents": 1, "title": "é"}]}, {"milestones": [{"title": "é", "cents": 2}]})
    assert found.runs == (
        Run(Change.REMOVED, '{"cents": 1, "title": "é"}'),
        Run(Change.ADDED, '{"cents": 2, "title": "é"}'),
    )


@given(TEXTS, TEXTS)
def test_the_runs_give_back_both_texts(before: str, after: str) -> None:
    runs = text_diff(before, after)
    assert "".join(run.text for run in runs if run.change != Change.ADDED) == before
    assert "".join(run.text for run in runs if run.change != Change.REMOVED) == after
    assert [run for run in runs if not run.text] == []


@settings(max_examples=30)
@given(TEXTS)
def test_nothing_changed_is_one_run_or_none(text: str) -> None:
    assert text_diff(text, text) == ((Run(Change.SAME, text),) if text else ())


def test_two_long_texts_are_compared_in_good_time() -> None:
    start = time.perf_counter()
    text_diff("one two three " * 2000, "two three four " * 2000)
    assert time.perf_counter() - start < 5
