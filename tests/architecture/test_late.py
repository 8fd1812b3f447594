"""What comes too late is refused in words; all that was typed is in the answer, on its own form where there is one."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from app.core.db import database_now, db
from app.core.web_late import SECRET
from auth.models import Appointment, User
from contracts.models import Contract
from evaluations.models import PanelMember
from opportunities.models import Opportunity
from tests.architecture.test_writing import Desk
from tests.architecture.visits import Visits, undone
from tests.architecture.writing import ALL, FORMS, TEXT, Writing
from tests.journeys.reader import PageReader

DONE, OWN, BESIDE = "done", "on its own form", "beside the refusal"
NEVER_LATE = {
    "auth.welcome accept", "auth.profile save", "auth.new_organization save", "auth.edit_organization save",
    "auth.delegate delegate", "auth.edit_department save", "auth.publish_terms publish", "opportunities.new save",
    "evaluations.answer send", "evaluations.word_debrief save", "contracts.comments send", "subscriptions.alerts send",
    "subscriptions.follow follow",
}  # fmt: skip
"""What can be sent whatever has happened, or else is done already when it is sent again."""
GONE = {
    "auth.person suspend", "proposals.custody ask", "evaluations.sheet save", "evaluations.compare save",
    "pages.review ask", "pages.review certify", "evaluations.conflict declare",
    "evaluations.conflict_with declare", "evaluations.invite_to send", "evaluations.award continue",
    "evaluations.confirm send", "contracts.decline_award decline",
}  # fmt: skip
"""Whose form is not on the page any more once the thing has moved on."""
MOVED = [
    ("opportunities.addendum publish", Appointment),
    ("contracts.amend check", Appointment),
    ("evaluations.sheet save", PanelMember),
]


def moves_on(visits: Visits, form: Writing) -> None:
    """Let the closing pass, a draft or a tender be cancelled, a contract end, behind the back of who writes."""
    here = visits.world.places.get(form.place, {})
    _change(Opportunity, here.get("number"), ("open",), closing_at=database_now() - timedelta(seconds=3))
    _change(Opportunity, here.get("number"), ("draft", "review", "evaluation"), state="cancelled")
    _change(Contract, here.get("contract"), ("proposed", "active"), state="terminated")
    db.session.commit()


def _change(table: Any, number: int | None, states: tuple[str, ...], **values: Any) -> None:
    if number is not None:
        db.session.execute(update(table).where(table.number == number, table.state.in_(states)).values(**values))


def answered(visits: Visits, form: Writing, moves: Callable[[], None]) -> tuple[int, str]:
    """Send a form after something has moved, a second time if that was no hindrance; tell how it is answered."""
    desk = Desk(visits, form)
    moves()
    answer = desk.person.browser.post(desk.where, data=desk.sent)
    if answer.status_code == HTTPStatus.SEE_OTHER:
        answer = desk.person.browser.post(desk.where, data=desk.sent)
    if answer.status_code == HTTPStatus.SEE_OTHER:
        return answer.status_code, DONE
    page = PageReader(answer.text)
    held = {value.strip() for one in page.forms for _name, value in one.values}
    typed = {
        str(value).strip()
        for name, value in desk.sent.items(multi=True)
        if form.typed.get(name) != ALL and name in desk.typed
    }
    shown = OWN if typed <= held else BESIDE
    return answer.status_code, shown if all(value in page.text or value in answer.text for value in typed) else ""


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_what_is_typed_too_late_is_in_the_answer(visits: Visits, form: Writing) -> None:
    with undone(visits.monkeypatch):
        status, shown = answered(visits, form, lambda: moves_on(visits, form))
    expected = DONE if str(form) in NEVER_LATE else BESIDE if str(form) in GONE else OWN
    assert (shown, status) == (expected, status)
    assert status in {DONE: (303,), OWN: (409, 422), BESIDE: (404, 409)}[shown]


@pytest.mark.parametrize(("name", "table"), MOVED)
def test_who_may_not_any_more_finds_what_was_typed(visits: Visits, name: str, table: type[Any]) -> None:
    """A role or a place on the panel ended while somebody wrote."""
    form = next(one for one in FORMS if str(one) == name)

    def ends() -> None:
        key = visits.world.keys[form.visitor]
        person = select(User.id).where(User.key == key).scalar_subquery()
        db.session.execute(delete(table).where(table.user_id == person))
        db.session.commit()

    with undone(visits.monkeypatch):
        status, shown = answered(visits, form, ends)
    assert (status, shown) == (404 if table is PanelMember else 403, BESIDE)


@pytest.mark.parametrize("endpoint", sorted(SECRET))
def test_a_passphrase_is_never_shown_again(visits: Visits, endpoint: str) -> None:
    nothing = {"number": 999_999} if "number" in visits.rules[endpoint].arguments else {"key": "x" * 22}
    with undone(visits.monkeypatch):
        typed = {"passphrase": TEXT, "again": TEXT, "sheet": TEXT}
        answer = visits.browser("officer").post(visits.address(endpoint, nothing), data=typed)
    assert (answer.status_code, TEXT in answer.text) == (404, False)
