"""A form that comes without a session, or with an expired proof of origin, is kept and offered again."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from re import DOTALL, findall, search
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.bilingual import Bilingual
from app.core.db import transaction
from auth import actions, queries
from auth.actions import kept
from auth.models import KeptPost, Organization, User
from auth.views.session import mark_of
from tests.conftest import Travel
from tests.factories import make_administrator, make_user, signed_cookie

SignIn = Callable[[User], FlaskClient]
HERE = {"Origin": "http://localhost", "Referer": "http://localhost/en/organizations/new"}
TEXT = "The words that took an hour — <b>über</b> &amp; all"


def send(client: FlaskClient, path: str = "/en/organizations/new", **options: Any) -> Any:
    data = {"name": TEXT, "website": "https://pines.example", "province": "", "csrf_token": "old"}
    return client.post(path, **{"data": data, "headers": HERE, **options})


def enter(client: FlaskClient, user: User) -> None:
    with client.session_transaction() as cookie:
        cookie.update(signed_cookie(user.key))


def how_many(session: Session) -> int:
    return session.scalar(select(func.count(KeptPost.id))) or 0


def resend(client: FlaskClient, page: str) -> Any:
    """Press “Send it now”: post the hidden fields to the form's address, as a browser does."""
    found = search(r'<form method="post" action="([^"]+)" data-again>(.*?)</form>', page, DOTALL)
    assert found is not None
    fields = findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', found[2])
    return client.post(unescape(found[1]), data={name: unescape(value) for name, value in fields}, headers=HERE)


def test_what_was_sent_without_a_session_is_sent_after_the_sign_in(client: FlaskClient, session: Session) -> None:
    answer = send(client)
    assert (answer.status_code, answer.location) == (303, "/en/sign-in?next=/en/organizations/new")
    assert "What you sent is kept" in client.get(answer.location).text
    assert session.scalar(select(func.count(Organization.id))) == 0

    enter(client, make_user())
    landing = client.get(answer.location)
    assert landing.location == "/en/kept?next=/en/organizations/new"
    sent = resend(client, client.get(landing.location).text)

    assert sent.status_code == 303
    assert session.scalars(select(Organization.name)).all() == [TEXT]
    assert how_many(session) == 0
    assert "Nothing is kept" in client.get("/en/kept").text


def test_the_database_holds_ciphertext_and_neither_key_nor_path(client: FlaskClient, session: Session) -> None:
    send(client)
    row = session.scalars(select(KeptPost)).one()
    token = client.get_cookie("kept")

    assert token is not None
    for secret in (TEXT.encode(), b"organizations", token.value.encode()):
        assert secret not in row.box
        assert secret not in row.name.encode()


def test_what_is_kept_expires_in_a_day(client: FlaskClient, session: Session, travel: Travel) -> None:
    send(client)
    enter(client, make_user())
    travel(timedelta(days=1, seconds=1))

    assert "Nothing is kept" in client.get("/en/kept").text
    with transaction() as at:
        kept.forget_expired(at=at)
    assert how_many(session) == 0


def test_a_strangers_page_puts_no_words_into_anybodys_mouth(client: FlaskClient, session: Session) -> None:
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Referer": "https://evil.example/"}):
        send(client, headers=headers)

    assert how_many(session) == 0


def test_what_one_person_typed_is_not_shown_to_the_next(client: FlaskClient, session: Session) -> None:
    robin, ines = make_user("Robin"), make_user("Ines")
    client.set_cookie("last", mark_of(robin))
    send(client)

    enter(client, ines)
    assert TEXT[:20] not in client.get("/en/kept").text
    enter(client, robin)
    assert TEXT[:20] in client.get("/en/kept").text


def test_several_posts_are_kept_and_any_may_be_discarded(client: FlaskClient, session: Session) -> None:
    for _time in range(7):
        send(client)
    enter(client, make_user())
    page = client.get("/en/kept").text
    names = findall(r'name="discard" value="([0-9a-f]+)"', page)

    assert len(names) == 5
    client.post("/en/kept", data={"discard": names[0]})
    assert names[0] not in client.get("/en/kept").text
    assert names[1] in client.get("/en/kept").text


def test_too_much_is_not_kept(client: FlaskClient, session: Session) -> None:
    send(client, data={"name": "x" * (kept.LARGEST + 1)})

    assert how_many(session) == 0


def test_a_broken_cookie_opens_nothing(client: FlaskClient, session: Session) -> None:
    client.set_cookie("kept", "....x.%00.é")

    assert client.get("/en/kept").status_code == 200


def test_saving_while_typing_is_told_and_not_kept(client: FlaskClient, session: Session) -> None:
    answer = send(client, headers={**HERE, "X-Autosave": "1"})

    assert answer.status_code == 401
    assert how_many(session) == 0


@pytest.fixture
def guarded(app: Flask) -> Any:
    """The application as it stands outside: a post needs its proof of origin."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


def test_a_post_whose_proof_expired_is_kept_and_sent_again(
    guarded: Flask, client: FlaskClient, session: Session, sign_in: SignIn
) -> None:
    browser = sign_in(make_user())
    answer = send(browser)
    assert (answer.status_code, answer.location) == (303, "/en/kept?next=/en/organizations/new")

    sent = resend(browser, browser.get(answer.location).text)

    assert sent.status_code == 303
    assert session.scalars(select(Organization.name)).all() == [TEXT]


def test_an_expired_session_leads_to_the_sign_in_first(guarded: Flask, client: FlaskClient, session: Session) -> None:
    robin = make_user()
    client.set_cookie("last", mark_of(robin))

    assert send(client).location == "/en/sign-in?next=/en/organizations/new"
    assert how_many(session) == 1


def test_a_forged_post_is_refused_and_not_kept(guarded: Flask, sign_in: SignIn, session: Session) -> None:
    answer = send(sign_in(make_user()), headers={"Origin": "https://evil.example"})

    assert answer.status_code == 400
    assert (how_many(session), session.scalar(select(func.count(Organization.id)))) == (0, 0)


def test_new_terms_are_accepted_before_acting_and_nothing_is_lost(
    client: FlaskClient, session: Session, sign_in: SignIn
) -> None:
    robin, ada = make_user(), make_administrator()
    browser = sign_in(robin)
    with transaction() as at:
        terms = actions.publish_terms("terms", Bilingual("Be kind.", "Soyez aimable."), by=ada, at=at).id

    assert browser.get("/en/account").status_code == 200
    answer = send(browser)
    assert answer.location == "/en/welcome?next=/en/organizations/new"
    onward = browser.post(answer.location, data={"name": "Robin", "language": "fr", "accepted": [str(terms)]})
    assert onward.location == "/en/kept?next=/en/organizations/new"
    resend(browser, browser.get(onward.location).text)

    assert session.scalars(select(Organization.name)).all() == [TEXT]
    assert queries.due_terms(robin) == []
