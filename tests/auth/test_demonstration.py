"""Choosing who to be: in the demonstration alone, and only on a loopback address."""

from collections.abc import Callable, Iterator
from pathlib import Path
from re import findall

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade

from app.config import ROOT, WrongSetting
from app.core.bilingual import Bilingual
from app.core.db import db, transaction
from app.factory import create_app
from auth import actions
from auth.views import demonstration
from auth.views.demonstration import CastMember
from tests.factories import make_user

CAST = [
    CastMember("grace@rivers.example", Bilingual("Buyer at Rivers.", "Acheteuse.")),
    CastMember("owen@mail.example", Bilingual("Developer.", "Développeur.")),
    CastMember("nobody@mail.example", Bilingual("Not there.", "Absent.")),
]


def environment(folder: Path, **more: str) -> dict[str, str]:
    return {
        "DEVEX_SECRET_KEY": "for tests only " * 3,
        "DEVEX_SEAL_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        "DATABASE_URL": f"sqlite:///{folder}/demonstration.sqlite3",
        "FILES_DIR": str(folder / "files"),
        **more,
    }


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[..., Flask]:
    """Build an application of one's own."""

    def built(**more: str) -> Flask:
        return create_app(environment(tmp_path, **more))

    return built


@pytest.fixture
def shown(fresh: Callable[..., Flask]) -> Iterator[Flask]:
    """The demonstration, with two of its three people."""
    app = fresh()
    demonstration.enable(app, people=CAST, host="127.0.0.1")
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        make_user("Grace Spence", email="grace@rivers.example")
        make_user("Owen MacLeod", email="owen@mail.example")
        yield app
        db.session.remove()
        db.engine.dispose()


def buttons(browser: FlaskClient, lang: str = "en") -> list[tuple[str, str]]:
    page = browser.get(f"/{lang}/demonstration").text
    return findall(r'name="person" value="([^"]+)">([^<]+)<', page)


def test_one_click_makes_the_visitor_that_person(shown: Flask) -> None:
    browser = shown.test_client()
    shown.config["WTF_CSRF_ENABLED"] = False
    assert browser.get("/en/sign-in?next=/en/account").location == "/en/demonstration?next=/en/account"
    keys = {word: key for key, word in buttons(browser)}
    assert list(keys) == ["Grace Spence", "Owen MacLeod"]

    answer = browser.post("/en/demonstration?next=/en/account", data={"person": keys["Owen MacLeod"]})

    assert (answer.status_code, answer.location) == (303, "/en/account")
    assert "Owen MacLeod" in browser.get("/en/account").text


def test_what_is_written_to_a_bare_address_can_be_read(shown: Flask) -> None:
    browser = shown.test_client()
    shown.config["WTF_CSRF_ENABLED"] = False
    assert "Nothing yet." in browser.get("/en/demonstration/letters").text
    browser.post("/en/alerts", data={"email": "visitor@mail.example", "frequency": "instant"})
    assert "/en/demonstration/letters" in browser.get("/en/alerts/sent").text
    for address in ("/en/demonstration/letters", "/fr/demonstration/lettres"):
        page = browser.get(address).text
        assert ("visitor@mail.example" in page, "/alerts/confirm/" in page) == (True, True)


def test_nobody_beside_the_cast_can_be_chosen(shown: Flask) -> None:
    shown.config["WTF_CSRF_ENABLED"] = False
    stranger, suspended = make_user("Stranger"), make_user("Gone", email="nobody@mail.example")
    with transaction() as at:
        suspended.suspended_at = at
    browser = shown.test_client()

    for key in (stranger.key, suspended.key, "", "1"):
        assert browser.post("/en/demonstration", data={"person": key}).status_code == 404
    assert browser.get("/en/account").status_code == 303


def test_a_strangers_page_cannot_choose(shown: Flask) -> None:
    browser = shown.test_client()
    key = buttons(browser, "fr")[0][0]

    assert browser.post("/en/demonstration", data={"person": key}).status_code == 400
    assert browser.get("/en/account").status_code == 303


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.10", "devex.example", "", "127.0.0.1.evil.example"])
def test_it_refuses_an_address_that_others_can_reach(fresh: Callable[..., Flask], host: str) -> None:
    app = fresh()

    with pytest.raises(WrongSetting):
        demonstration.enable(app, people=CAST, host=host)

    assert "demonstration" not in app.extensions
    assert app.test_client().get("/en/demonstration").status_code == 404


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost"])
def test_it_is_served_on_every_loopback_address(fresh: Callable[..., Flask], host: str) -> None:
    app = fresh()

    demonstration.enable(app, people=CAST, host=host)

    assert "demonstration" in app.extensions


WORDS = ("DEMONSTRATION", "DEMO", "DEVEX_DEMONSTRATION", "DEVEX_DEMO", "FLASK_DEBUG", "DEBUG", "TESTING", "ENV")


def test_nothing_else_switches_it_on(fresh: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch) -> None:
    for word in WORDS:
        monkeypatch.setenv(word, "1")
    app = fresh(**dict.fromkeys(WORDS, "1"))
    app.config.update(DEMONSTRATION=True, DEBUG=True, TESTING=True)
    browser = app.test_client()

    for path in ("/en/demonstration", "/fr/demonstration"):
        assert browser.get(path, headers={"X-Demonstration": "1", "X-Forwarded-For": "127.0.0.1"}).status_code == 404
        assert browser.post(path, data={"person": "x"}).status_code == 404
    assert [rule.rule for rule in app.url_map.iter_rules() if "demonstration" in rule.endpoint] == []


def test_only_the_runner_names_the_switch() -> None:
    """No file of the program but the runner calls `enable` or puts the extension there."""
    naming = {
        str(path.relative_to(ROOT))
        for path in ROOT.glob("**/*.py")
        if not {".venv", "node_modules", "instance", "tests"} & set(path.relative_to(ROOT).parts)
        and ('extensions["demonstration"] =' in path.read_text() or "demonstration.enable(" in path.read_text())
    }

    assert naming == {"app/demonstration.py", "auth/views/demonstration.py"}


def test_a_person_of_the_cast_is_known_by_a_verified_address(shown: Flask) -> None:
    with transaction() as at:
        said = actions.Claims("https://github.com", "5", "fake", "Fake Grace", ("fake@mail.example",))
        impostor = actions.recognize(said, at=at).user
        impostor.email = "grace@rivers.example"

    assert impostor.key not in dict(buttons(shown.test_client()))
