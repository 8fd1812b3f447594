"""Nothing typed is lost: each form, sent late or sent twice, does what it does when it is sent once."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from http import HTTPStatus

import pytest
from flask import Flask
from sqlalchemy import String, cast, func, literal, or_, select, union_all
from werkzeug.datastructures import MultiDict

from app.core.db import db
from auth.models import User
from auth.views.kept import TECHNICAL
from auth.views.session import LAST, mark_of
from tests.architecture.places import VISITORS
from tests.architecture.visits import Visits, lines, undone, values
from tests.architecture.writing import FORMS, Writing
from tests.journeys.reader import FormRead, Person

HERE = "http://localhost"
COOKIE = "devex"
LOGGED = {"event", "kept_post"}
"""What grows with every request: the log, and what is kept until it is sent."""
ASKED_AGAIN = {"subscriptions.alerts": {"notification"}, "subscriptions.follow": {"notification"}}
"""Who asks a second time to be written to is written to a second time."""
WRITTEN = re.compile(r'<textarea|<input[^>]*type="(?:text|email|url|tel|number|date|datetime-local)"')
TAKEN = ("200/422", "200/303")


class Desk:
    """Somebody who sits down before a form."""

    def __init__(self, visits: Visits, form: Writing) -> None:
        self.visits, self.form = visits, form
        self.person = self.comes()
        page = next(one for one in self.person.page.forms if self._is_meant(one))
        self.keeps_a_copy, self.names = page.keeps_a_copy, page.names
        self.typed = form.filled(page.names, self.person.html, visits.world)
        self.how, self.where, self.sent = self.person.fills_in(form.button, self.typed)

    @cached_property
    def address(self) -> str:
        """Where the form is."""
        rule = self.visits.rules[self.form.endpoint]
        given = values(self.visits.world, self.form.endpoint, self.form.place, set(rule.arguments))
        return self.visits.address(self.form.endpoint, {**given, **self.form.at})

    def comes(self) -> Person:
        """Come to the form's page in another browser."""
        browser = self.visits.browser(self.form.visitor)
        browser.environ_base["HTTP_ORIGIN"] = HERE
        return Person(browser, self.form.visitor).opens(self.address)

    def _is_meant(self, form: FormRead) -> bool:
        return any(words.startswith(self.form.button) for words in form.buttons)

    def sends(self) -> int:
        """Press the button; gives the status of the page that one is led to."""
        return self.person.browser.post(self.where, data=self.sent, follow_redirects=True).status_code


def fields(sent: MultiDict[str, str]) -> list[tuple[str, str]]:
    """List what is sent, in the order of names."""
    return sorted((name, value) for name, value in sent.items(multi=True) if name not in TECHNICAL)


def rows() -> dict[str, int]:
    """Count what there is, table by table."""
    db.session.rollback()
    tables = [table for table in db.metadata.sorted_tables if table.name not in LOGGED]
    each = [select(literal(table.name), func.count()).select_from(table) for table in tables]
    return {str(name): int(count) for name, count in db.session.execute(union_all(*each))}


def is_kept(text: str) -> bool:
    """Look whether any row holds these words."""
    db.session.rollback()
    for table in db.metadata.sorted_tables:
        held = or_(*(cast(column, String).contains(text, autoescape=True) for column in table.columns))
        if db.session.scalar(select(literal(1)).select_from(table).where(held)):
            return True
    return False


@pytest.fixture(autouse=True)
def _guarded(application: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse forged posts, as outside."""
    monkeypatch.setitem(application.config, "WTF_CSRF_ENABLED", value=True)


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_what_is_sent_is_there_and_sent_again_is_there_once(visits: Visits, form: Writing) -> None:
    with undone(visits.monkeypatch):
        desk = Desk(visits, form)
        assert desk.sends() == HTTPStatus.OK
        longest = max((value for name, value in desk.sent.items() if name in desk.typed), key=len)
        assert is_kept(longest) or longest in desk.comes().html
        once = rows()
        assert desk.sends() < HTTPStatus.INTERNAL_SERVER_ERROR
        more = {name for name, count in rows().items() if count != once[name]}
        assert more - ASKED_AGAIN.get(form.endpoint, set()) == set()


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_a_copy_of_what_is_not_sent_is_kept_in_the_browser(visits: Visits, form: Writing) -> None:
    assert Desk(visits, form).keeps_a_copy


@pytest.mark.parametrize("form", [one for one in FORMS if one.visitor != VISITORS[0]], ids=str)
def test_what_is_sent_after_the_session_ended_arrives_whole(visits: Visits, form: Writing) -> None:
    with undone(visits.monkeypatch):
        usual = Desk(visits, form).sends(), rows()
    with undone(visits.monkeypatch):
        desk, before = Desk(visits, form), rows()
        with signed_out(desk):
            desk.person.sends(desk.how, desk.where, desk.sent).reads("What you sent is kept.")
        kept = desk.person.opens("/en/kept").fills_in("Send it now")
        assert (fields(kept[2]), rows()) == (fields(desk.sent), before)
        desk.person.sends(*kept)
        assert (desk.person.status, rows()) == usual


@contextmanager
def signed_out(desk: Desk) -> Iterator[None]:
    """Let the session end for a while in a browser that remembers whose it was."""
    browser = desk.person.browser
    session = browser.get_cookie(COOKIE)
    assert session is not None
    browser.set_cookie(LAST, mark_of(User(key=desk.visits.world.keys[desk.form.visitor])))
    browser.delete_cookie(COOKIE)
    yield
    browser.set_cookie(COOKIE, session.value)


def test_every_form_that_people_write_into_is_here(visits: Visits) -> None:
    found = {endpoint for endpoint, place, cells in lines() if takes_text(visits, endpoint, place, cells)}
    assert found - {one.endpoint for one in FORMS} == set()


def takes_text(visits: Visits, endpoint: str, place: str, cells: list[str]) -> bool:
    """Say whether somebody finds a form at an address that keeps what is typed."""
    if visits.methods(endpoint) != ["GET", "POST"]:
        return False
    visitor = next((name for name, cell in zip(VISITORS, cells, strict=True) if cell in TAKEN), None)
    if visitor is None:
        return False
    given = values(visits.world, endpoint, place, set(visits.rules[endpoint].arguments))
    page = visits.ask(visitor, "GET", endpoint, given).get_data(as_text=True)
    return any(WRITTEN.search(form) for form in re.findall(r'<form[^>]*method="post".*?</form>', page, re.DOTALL))
