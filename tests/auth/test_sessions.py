"""Sessions lie in a table: each has its limits, can be ended, and answers to no id but its newest."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.bilingual import Bilingual
from app.core.db import db, transaction
from app.factory import create_app, equip
from auth import actions, queries
from auth.actions import sessions
from auth.browsers import in_words
from auth.models import PersonSession, User
from auth.policy import SEEN_EVERY, SESSION_IDLE, SESSION_LONGEST
from auth.views import demonstration
from auth.views.demonstration import CastMember
from tests.conftest import Travel
from tests.factories import make_administrator, make_department, make_user

LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
Enter = Callable[[FlaskClient, str], None]


@pytest.fixture
def site(app: Flask, settings: dict[str, str], travel: Travel, tmp_path: Path) -> Iterator[Flask]:
    """An exchange with real sign-in (by choosing), whose posts need no proof of origin."""
    made = create_app({**settings, "FILES_DIR": str(tmp_path / "files")})
    made.config.update(WTF_CSRF_ENABLED=False)
    people = [CastMember(f"{name}@mail.example", Bilingual("a", "b")) for name in ("robin", "ines")]
    demonstration.enable(made, people=people, host="127.0.0.1")
    make_user("Robin", email="robin@mail.example")
    make_user("Ines", email="ines@mail.example")
    yield made
    let_go(made)
    equip(app)


def let_go(site: Flask) -> None:
    """Close what an application holds open."""
    with site.app_context():
        db.session.remove()
        db.engine.dispose()


def enter(browser: FlaskClient, name: str) -> None:
    chosen = queries.find_user_by_address(f"{name}@mail.example")
    assert chosen is not None
    answer = browser.post("/en/demonstration", data={"person": chosen.key}, headers={"User-Agent": LINUX})
    assert answer.status_code == 303
    db.session.rollback()


def cookie(browser: FlaskClient) -> str:
    found = browser.get_cookie("devex")
    assert found is not None
    return found.value


def is_in(browser: FlaskClient) -> bool:
    db.session.rollback()
    return browser.get("/en/account").status_code == 200


def thief(site: Flask, stolen: str) -> FlaskClient:
    browser = site.test_client()
    browser.set_cookie("devex", stolen)
    return browser


def person(name: str) -> User:
    found = queries.find_user_by_address(f"{name}@mail.example")
    assert found is not None
    return found


def test_an_id_from_before_the_sign_in_is_worth_nothing_after_it(site: Flask) -> None:
    victim = site.test_client()
    victim.get("/en/demonstration")
    with victim.session_transaction() as planted:
        planted["_user_id"] = "planted"
    before = cookie(victim)
    enter(victim, "robin")

    assert is_in(victim)
    assert not is_in(thief(site, before))


def test_only_the_digest_of_an_id_is_kept(site: Flask, session: Session) -> None:
    browser = site.test_client()
    enter(browser, "robin")
    with browser.session_transaction() as held:
        token = held["_user_id"]

    row = session.scalars(select(PersonSession)).one()
    assert (row.digest, row.browser) == (queries.digest_of(token), "Firefox, Linux")
    assert token not in (row.key, row.digest)
    assert len(token) >= 43


@pytest.mark.parametrize("ended", ["sign out", "another", "page", "suspended"])
def test_a_copied_cookie_ends_with_its_session(site: Flask, ended: str) -> None:
    browser, other = site.test_client(), site.test_client()
    enter(browser, "robin")
    copied = cookie(browser)
    if ended == "sign out":
        browser.post("/en/sign-out")
    elif ended == "another":
        enter(browser, "ines")
    elif ended == "page":
        enter(other, "robin")
        other.post("/en/account/sessions", data={"others": "1"})
    else:
        ada = make_administrator()
        with transaction() as at:
            actions.suspend(person("robin"), "Spam.", by=ada, at=at)
            actions.reinstate(person("robin"), by=ada, at=at)

    assert not is_in(thief(site, copied))


def test_who_signs_in_over_another_sees_nothing_of_theirs(site: Flask) -> None:
    browser = site.test_client()
    enter(browser, "robin")
    enter(browser, "ines")

    page = browser.get("/en/account").text
    assert ("Ines" in page, "Robin" in page) == (True, False)


@pytest.mark.parametrize(("idle", "stays"), [(timedelta(0), True), (timedelta(seconds=2), False)])
def test_a_session_ends_when_it_is_not_used(site: Flask, travel: Travel, idle: timedelta, *, stays: bool) -> None:
    browser = site.test_client()
    enter(browser, "robin")
    travel(SESSION_IDLE - timedelta(seconds=60) + (idle and timedelta(seconds=62)))

    assert is_in(browser) is stays


def test_however_busy_a_session_ends(site: Flask, travel: Travel) -> None:
    browser = site.test_client()
    enter(browser, "robin")
    step = SESSION_IDLE - timedelta(minutes=1)
    for _time in range(int(SESSION_LONGEST / step)):
        travel(step)
        assert is_in(browser)
    travel(timedelta(minutes=5))

    assert not is_in(browser)


def test_when_it_was_seen_is_written_now_and_then_only(site: Flask, session: Session, travel: Travel) -> None:
    browser = site.test_client()
    enter(browser, "robin")
    begun = session.scalars(select(PersonSession.seen_at)).one()
    session.rollback()
    browser.get("/en/account")
    assert session.scalars(select(PersonSession.seen_at)).one() == begun
    travel(SEEN_EVERY + timedelta(seconds=1))
    session.rollback()
    browser.get("/en/account")

    session.rollback()
    assert session.scalars(select(PersonSession.seen_at)).one() > begun + SEEN_EVERY


def test_a_new_role_brings_a_new_id_and_the_old_one_is_worth_nothing(site: Flask) -> None:
    browser = site.test_client()
    enter(browser, "robin")
    tab = cookie(browser)
    department = make_department()
    with transaction() as at:
        actions.make_administrator(person("robin"), by=actions_operator(), at=at)
    assert department.code == "rivers"

    assert is_in(browser)
    assert cookie(browser) != tab
    assert is_in(browser)
    assert not is_in(thief(site, tab))


def actions_operator() -> User:
    return make_administrator("Operator")


def test_a_form_of_another_tab_still_goes_through_after_the_new_id(site: Flask) -> None:
    site.config["WTF_CSRF_ENABLED"] = True
    browser = site.test_client()
    proof = browser.get("/en/demonstration").text.split('name="csrf_token" value="')[1].split('"')[0]
    browser.post("/en/demonstration", data={"person": person("robin").key, "csrf_token": proof})
    form = browser.get("/en/organizations/new").text.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    db.session.rollback()
    with transaction():
        sessions.renew_sessions_of(person("robin").id)
    old = cookie(browser)
    browser.get("/en/account")
    assert cookie(browser) != old

    sent = browser.post(
        "/en/organizations/new", data={"name": "Three Pines", "website": "", "province": "", "csrf_token": form}
    )
    assert (sent.status_code, sent.location.startswith("/en/organizations/")) == (303, True)


def test_one_session_is_marked_and_others_are_ended_one_by_one_or_all(site: Flask, session: Session) -> None:
    here, there, elsewhere, stranger = (site.test_client() for _one in range(4))
    for browser in (here, there, elsewhere):
        enter(browser, "robin")
    enter(stranger, "ines")
    page = here.get("/fr/compte/sessions").text
    keys = [part.split('"')[0] for part in page.split('name="end" value="')[1:]]
    assert (page.count(">Ce navigateur<"), page.count("Firefox, Linux</th>"), len(keys)) == (1, 2, 2)
    db.session.rollback()

    assert stranger.post("/en/account/sessions", data={"end": keys[0]}).status_code == 404
    assert here.post("/en/account/sessions", data={"end": keys[0]}).status_code == 303
    assert sorted((is_in(there), is_in(elsewhere))) == [False, True]
    assert here.post("/en/account/sessions", data={"others": "1"}).status_code == 303
    assert (is_in(here), is_in(there), is_in(elsewhere), is_in(stranger)) == (True, False, False, True)


def test_ended_sessions_are_forgotten(site: Flask, session: Session, travel: Travel) -> None:
    enter(site.test_client(), "robin")
    travel(SESSION_LONGEST + timedelta(seconds=1))
    with transaction() as at:
        sessions.forget_ended(at=at)

    assert session.scalars(select(PersonSession)).all() == []


def test_over_https_the_cookie_is_bound_to_this_host(settings: dict[str, str], app: Flask, tmp_path: Path) -> None:
    folder = {"FILES_DIR": str(tmp_path / "files")}
    config = create_app({**settings, **folder, "BASE_URL": "https://devex.example"}).config
    equip(app)

    assert (config["SESSION_COOKIE_NAME"], config["SESSION_COOKIE_SECURE"]) == ("__Host-devex", True)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (LINUX, "Firefox, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_a_browser_is_named_in_plain_words(agent: str, words: str) -> None:
    assert in_words(agent) == words
