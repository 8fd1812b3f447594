"""The closing, to the microsecond: equal is late, by the database's clock read after the lock, on every path."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from html import unescape
from threading import Event as Signal
from threading import Thread
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, text
from werkzeug.test import TestResponse

from app import jobs
from app.core.db import db
from auth.models import User
from proposals.models import Proposal
from tests.auth.test_kept_posts import HERE, resend
from tests.conftest import NOON, Travel
from tests.factories import CLOSING, make_staff, signed_cookie
from tests.journeys.reader import PageReader
from tests.proposals.closing import LAST, LATE, PATHS, TYPED, Path, draft, stands
from tests.proposals.story import Story, make_story, priced_plan

SignIn = Callable[[User], FlaskClient]
Lie = Callable[[datetime, datetime], None]
SAID = {
    "en": "The closing has passed. Nothing can be submitted or changed any more; your text is kept.",
    "fr": "La clôture est passée. Rien ne peut plus être soumis ni modifié\u00a0; votre texte est conservé.",
}
CLOCK = {
    "en": "Closing: {0} . Now, by the exchange’s clock, which decides: {0} .".format(
        "24 June 2026, 14:00:00 Eastern Time"
    ),
    "fr": "Clôture : {0} . Maintenant, selon l’horloge de la plateforme, qui fait foi : {0} .".format(
        "24 juin 2026, 14 h 00 min 00 s, heure de l’Est"
    ),
}
"""The closing to the second, beside the clock."""
NOT_TOLD = {"proposals.start", "proposals.discard"}
"""Where nothing is written: who begins finds no form any more, who discards is led to the proposal."""
LONGEST_WAIT = 30
WAITING = PATHS if os.environ.get("TEST_CLOSING") else PATHS[::5]
"""What waits at the closing: one to begin, to write, to submit and to withdraw, unless all are asked for."""
each_path = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)


@pytest.fixture
def story(client: FlaskClient) -> Story:
    return make_story(**priced_plan())


@pytest.fixture
def lie(travel: Travel) -> Iterator[Lie]:
    """Stop the database's clock at one moment, and the clock of this process at another."""
    told, liars = [NOON], ExitStack()

    def devex_now(connection: Any, *_rest: Any) -> None:
        if hasattr(connection, "create_function"):
            connection.create_function("devex_now", 0, lambda: told[0].strftime("%Y-%m-%d %H:%M:%S.%f"))

    def to(database: datetime, process: datetime) -> None:
        liars.close()
        told[0] = travel(database, tick=False)
        liars.enter_context(time_machine.travel(process, tick=False))

    db.session.rollback()
    event.listen(db.engine, "checkout", devex_now)
    yield to
    liars.close()
    event.remove(db.engine, "checkout", devex_now)
    db.session.rollback()
    db.engine.dispose()


def address(app: Flask, endpoint: str, lang: str, **given: Any) -> str:
    return app.url_map.bind("localhost").build(endpoint, {"lang": lang, **given})


class Play:
    """One path of the table, with its person's browser."""

    def __init__(self, app: Flask, story: Story, path: Path, sign_in: SignIn) -> None:
        proposal = path.before(story)
        db.session.commit()
        self.app, self.story, self.path, self.sign_in = app, story, path, sign_in
        self.given, self.data = path.given(story, proposal), path.sent(story, proposal)
        self.stood = stands(story.robin)

    def signed_in(self) -> "Play":
        """Open a browser: its cookie tells the time, and holds for some days."""
        self.browser = self.sign_in(self.story.robin)
        return self

    def post(self, lang: str = "en") -> TestResponse:
        """Send it, as the person does."""
        data = self.path.sent(self.story, None) if "file" in self.data else self.data
        where = address(self.app, self.path.endpoint, lang, **self.given)
        return self.browser.post(where, data=data, headers=self.path.headers)

    def assert_refused(self, answer: TestResponse, lang: str = "en") -> str:
        """It was refused, in words, with what was typed; nothing is other than it was. Gives the page."""
        assert answer.status_code == self.path.refusal
        page = self.browser.get(answer.location) if answer.location else answer
        if not self.path.headers:
            assert SAID[lang] in unescape(page.text)
            assert self.path.shown in unescape(page.text)
        assert stands(self.story.robin) == self.stood
        return PageReader(page.text).text

    def assert_done(self, answer: TestResponse, at: datetime) -> None:
        """It was done at a moment."""
        assert answer.status_code == self.path.answer
        proposal = db.session.scalars(select(Proposal).execution_options(populate_existing=True)).one()
        assert (proposal.state, proposal.updated_at) == (self.path.becomes, at)
        assert stands(self.story.robin) != self.stood
        if self.path.endpoint == "proposals.check":
            assert (proposal.submitted_at, proposal.submissions[-1].received_at) == (at, at)


@each_path
def test_a_microsecond_decides(app: Flask, story: Story, sign_in: SignIn, lie: Lie, path: Path) -> None:
    """By the database's clock, whatever the process's says: after the closing and at it refused, before it done."""
    play = Play(app, story, path, sign_in)
    lie(LATE, NOON)
    told = path.endpoint not in NOT_TOLD and not path.headers
    assert (CLOCK["en"] in play.assert_refused(play.signed_in().post())) == told
    lie(CLOSING, LAST)
    assert (CLOCK["fr"] in play.assert_refused(play.signed_in().post("fr"), "fr")) == told
    lie(LAST, LATE)
    play.assert_done(play.signed_in().post(), LAST)


@pytest.mark.parametrize("path", WAITING, ids=lambda path: path.name)
def test_who_came_in_time_and_got_the_lock_too_late_is_refused(
    app: Flask, story: Story, sign_in: SignIn, travel: Travel, path: Path
) -> None:
    """Somebody else holds what is to be locked until the closing has come; the request waits for it from before."""
    play = Play(app, story, path, sign_in)
    travel(LAST, tick=False)
    answers, waits, request = list[TestResponse](), Signal(), play.signed_in()

    def at_the_lock(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement == "BEGIN IMMEDIATE" or "FOR UPDATE" in statement:
            waits.set()

    def send() -> None:
        with app.app_context():
            answers.append(request.post())
            db.session.remove()

    waiting = Thread(target=send)
    event.listen(db.engine, "before_cursor_execute", at_the_lock)
    with db.engine.connect() as other:
        other.execute(text("update opportunity set updated_at = updated_at"))
        waiting.start()
        reached = waits.wait(LONGEST_WAIT)
        travel(CLOSING, tick=False)
        other.rollback()
    waiting.join()
    event.remove(db.engine, "before_cursor_execute", at_the_lock)
    assert reached
    play.assert_refused(answers[0])


def test_a_clock_that_is_put_back_opens_nothing_that_was_closed(
    app: Flask, story: Story, sign_in: SignIn, travel: Travel
) -> None:
    paths = [one for one in PATHS if one.before is draft]
    play = Play(app, story, paths[0], sign_in)
    travel(CLOSING, tick=False)
    assert jobs.close_opportunities() == 1
    stood = stands(story.robin)
    travel(NOON, tick=False)
    for path in paths:
        play.path, play.data, play.stood = path, path.sent(story, None), stood
        play.assert_refused(play.signed_in().post())


@pytest.mark.parametrize(("moment", "answer"), [(LAST, 303), (CLOSING, 409), (LATE, 409)])
def test_what_waited_for_a_sign_in_is_received_when_it_is_sent_again(
    app: Flask, story: Story, sign_in: SignIn, travel: Travel, moment: datetime, answer: int
) -> None:
    """What came without a session was not received; sent again too late, it is refused and shown."""
    travel(LAST - timedelta(minutes=1), tick=False)
    proposal = draft(story)
    where = address(app, "proposals.approach", "en", key=proposal.key)
    data, browser = PATHS[2].sent(story, proposal), app.test_client()
    kept = browser.post(where, data=data, headers={**HERE, "Referer": f"http://localhost{where}"})
    assert (kept.status_code, kept.location) == (303, f"/en/sign-in?next={where}")
    with browser.session_transaction() as cookie:
        cookie.update(signed_cookie(story.robin.key))
    page = browser.get(f"/en/kept?next={where}").text
    travel(moment, tick=False)
    stood = stands(story.robin)
    sent = resend(browser, page)
    assert (sent.status_code, TYPED in sent.text) == (answer, answer != 303)
    assert (stands(story.robin) == stood) == (answer != 303)


@pytest.mark.parametrize("endpoint", ["opportunities.extend", "opportunities.addendum"])
def test_the_department_changes_nothing_any_more(
    app: Flask, story: Story, sign_in: SignIn, lie: Lie, endpoint: str
) -> None:
    """Also where the clock's work has not moved the state yet; their form says why, around what they typed."""
    buyer = make_staff("buyer", story.opportunity.department)
    where = address(app, endpoint, "en", number=story.opportunity.number)
    later = {"zone": "America/Toronto", "closing_at": "2026-07-02T14:00"} if endpoint.endswith("extend") else {}
    words = {"body_en": TYPED, "body_fr": "Plus", **later}
    answers, kept = [], []
    for moment, process in ((LATE, NOON), (CLOSING, LAST), (LAST, LATE)):
        lie(moment, process)
        answer = sign_in(buyer).post(where, data=words)
        answers.append(answer.status_code)
        typed = [dict(form.values).get("body_en", "").strip() for form in PageReader(answer.text).forms]
        kept.append((TYPED in typed, CLOCK["en"] in PageReader(answer.text).text))
    assert answers == [409, 409, 303]
    assert kept == [(True, True), (True, True), (False, False)]


@pytest.mark.parametrize(("moment", "process", "closed", "answer"), [
    (LAST, LATE, 0, 409), (CLOSING, LAST, 1, 303), (LATE, NOON, 1, 303),
])  # fmt: skip
def test_the_clocks_work_closes_at_the_closing_and_nobody_opens_before(
    app: Flask, story: Story, sign_in: SignIn, lie: Lie, moment: datetime, process: datetime, closed: int, answer: int
) -> None:
    story.submitted()
    where = address(app, "evaluations.open_proposals", "en", number=story.opportunity.number)
    lie(moment, process)
    assert jobs.close_opportunities() == closed
    assert sign_in(story.officer).post(where).status_code == answer
