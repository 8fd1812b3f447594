"""All bad strings at the parsers and renderers: they understand or refuse in words, and never write markup."""

import json
import re
from collections.abc import Callable

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape
from wtforms import Field
from wtforms.validators import InputRequired

from app.core.addresses import slug
from app.core.errors import NotValid
from app.core.files import check_upload
from app.core.forms import Form, MomentField, MoneyField
from app.core.markdown import literal, to_html, to_text
from app.core.money import NotAnAmount, parse_cents
from app.core.redaction import redacted
from app.core.web import safe_next
from contracts.evidence import merge_in, parse
from contracts.forms.typed import DeliverForm
from opportunities.queries.paging import read_cursor
from opportunities.searching import Search
from tests.contracts.github_server import MERGED
from tests.hostile.corpus import CORPUS, FAMILIES
from tests.hostile.judging import unescaped

FEWEST = 500
BAD = st.sampled_from(CORPUS)
JOINED = st.lists(
    st.one_of(BAD.filter(lambda one: len(one) < 2_000), st.text(max_size=20)), min_size=1, max_size=4
).map("".join)


def test_there_are_enough_of_every_family() -> None:
    assert len(CORPUS) >= FEWEST
    assert [name for name, made in FAMILIES.items() if len(made) < 10] == []


def test_markdown_becomes_no_markup_of_its_own() -> None:
    assert {one: found for one in CORPUS if (found := unescaped(str(to_html(one))))} == {}


def test_markdown_becomes_plain_text() -> None:
    assert all(isinstance(to_text(one), str) for one in CORPUS)


def test_a_name_in_markdown_stays_a_name() -> None:
    shown = [str(to_html(f"{literal(one)} invites you")) for one in CORPUS]
    assert [one for one in shown if "<a" in one or "<img" in one or unescaped(one)] == []


@given(JOINED)
@settings(max_examples=60)
def test_markdown_of_several_becomes_no_markup_either(source: str) -> None:
    assert unescaped(str(to_html(source))) == []


def _safe_next(target: str) -> None:
    back = safe_next(target)
    assert back is None or (back[0] == "/" and back[:2] not in ("//", "/\\") and "\\" not in back)


def _searched(words: str) -> None:
    names = ("q", "closes", "skill", "department", "language", "state", "sort", "min", "max")
    search = Search.of({name: [words, words] for name in names})
    assert Search.of({name: [value] for name, value in search.pairs()}).pairs() is not None


def _amount(typed: str) -> None:
    try:
        assert parse_cents(typed) >= 0
    except NotAnAmount:
        return


def _upload(name: str) -> None:
    try:
        title = check_upload(name, b"plan").title
    except NotValid:
        return
    assert not set(title) & set("\r\n\x00/\\")


def _logged(typed: str) -> None:
    line = json.dumps(redacted({"event": typed}))
    assert (len(line.splitlines()), "event" in json.loads(line)) == (1, True)


PARSERS: dict[str, Callable[[str], object]] = {
    "return addresses": _safe_next,
    "searches": _searched,
    "amounts": _amount,
    "names of files": _upload,
    "lines of the log": _logged,
    "places in a list": read_cursor,
    "titles in addresses": slug,
    "evidence": parse,
}


@pytest.mark.parametrize("what", PARSERS)
def test_each_is_understood_or_refused_in_words(what: str) -> None:
    for one in CORPUS:
        PARSERS[what](one)


HOSTILE_TARGETS = [
    "", "//evil.example", "///evil.example", "/\\evil.example", "\\/evil.example", "\\\\evil.example",
    "/\t/evil.example", "/\n/evil.example", "\t//evil.example", " //evil.example", "https://evil.example",
    "https:evil.example", "https:/evil.example", "HTTPS://evil.example", "javascript:alert(1)", "data:text/html,x",
    "evil.example", "@evil.example", ".evil.example", "/a\\b", "/%0d%0aSet-Cookie:x\r\n", "/a\x00b",
    "/\x7f/evil.example", "/\ud800", "//evil.example/en/", "/\u2028x",
]  # fmt: skip


@pytest.mark.parametrize("target", [*HOSTILE_TARGETS, None])
def test_nobody_is_sent_elsewhere(target: str | None) -> None:
    """ASVS 3.7.2: one goes on to an address of this site alone."""
    assert safe_next(target) is None


@pytest.mark.parametrize(
    "target", ["/", "/en/", "/en/opportunities?q=a%2F%2Fb&sort=closing", "/fr/defis/142-été", "/en/x#y"]
)
def test_one_goes_on_to_where_one_was(target: str) -> None:
    assert safe_next(target) == target


def test_what_is_escaped_stays_text() -> None:
    assert {one: found for one in CORPUS if (found := unescaped(f'<p title="{escape(one)}">{escape(one)}</p>'))} == {}


@pytest.mark.parametrize("field", [MomentField, MoneyField])
@pytest.mark.parametrize("blank", ["", " ", "\t", "\n", "\u00a0", "\u3000"])
def test_blanks_are_nothing_typed_where_something_is_required(app: Flask, field: type[Field], blank: str) -> None:
    class Asks(Form):
        value = field("", [InputRequired("Say it.")])

    with app.test_request_context(method="POST", data={"value": blank}):
        form = Asks()
        assert not form.validate()
        assert list(form.value.errors) == ["Say it."]


def test_no_link_leads_a_question_out_of_githubs_api() -> None:
    """ASVS 1.3.6: whatever is given as evidence, what is asked is a quoted path below the repository's."""
    within = (f"https://github.com/a/b/{thing}/{bad}" for thing in ("commit", "releases/tag") for bad in CORPUS)
    asked = [found.path for one in (*CORPUS, *within) if (found := parse(one))]
    assert asked
    assert [path for path in asked if not re.fullmatch(r"repos/[\w.-]+/[\w.-]+(?:/[\w.~%-]+)+", path)] == []
    assert [path for path in asked if {".", ".."} & set(path.split("/"))] == []


@pytest.mark.parametrize("part", ["title", "login", "full_name", "number", "state", "merged_at"])
def test_a_notice_of_githubs_is_read_or_not_whatever_it_says(part: str) -> None:
    """What it says can be written down: printable, in Unicode, not too long."""
    for one in CORPUS:
        told = {**MERGED, "merged_by": {"login": one if part == "login" else "otter"}}
        told |= {part: one} if part in ("title", "number", "state", "merged_at") else {}
        repository = {"full_name": one if part == "full_name" else "a/b"}
        notice = {"action": "closed", "pull_request": told, "repository": repository}
        merge = merge_in("pull_request", notice, "github.com")
        if merge is not None:
            words = f"{merge.snapshot.title}{merge.snapshot.by}"
            assert (words.isprintable(), len(words) <= 400, words.encode() != b"") == (True, True, True)


def test_words_where_files_belong_are_no_file(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"note": "Done.", "files": "a.txt"}):
        assert DeliverForm().uploads() == []
