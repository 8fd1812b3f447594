"""Public servants sign in by OpenID Connect: against a provider of its own making, and against one that lies."""

import base64
import hashlib
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from time_machine import escape_hatch

from app.config import WrongSetting, load
from app.core.db import db
from app.factory import create_app, equip
from auth import queries
from auth.models import Identity, User
from tests.auth import openid_forger
from tests.auth.openid_forger import CLIENT, OTHER, SECRET, Forger, shared_secret
from tests.auth.test_sessions import let_go
from tests.conftest import Travel
from tests.factories import make_user
from tests.serving import wait_for

PEOPLE = (
    {"sub": "s-1", "name": "Grace Spence", "email": "Grace@Rivers.example", "email_verified": True},
    {"sub": "s-2", "name": "Unproved", "email": "unproved@rivers.example", "email_verified": False},
)
Make = Callable[..., Flask]


def staff(issuer: str, **more: str) -> dict[str, str]:
    return {
        "OIDC_ISSUER": issuer, "OIDC_CLIENT_ID": CLIENT, "OIDC_CLIENT_SECRET": SECRET,
        "OIDC_NAME_EN": "Rivers ID", "OIDC_NAME_FR": "Identité Rivières", **more,
    }  # fmt: skip


@pytest.fixture
def make(app: Flask, settings: dict[str, str], tmp_path: Path, travel: Travel) -> Iterator[Make]:
    """Build an exchange that knows a staff provider; every clock is right, as the provider's is."""
    travel(escape_hatch.datetime.datetime.now(UTC))

    sites: list[Flask] = []

    def made(issuer: str, **more: str) -> Flask:
        site = create_app({**settings, "FILES_DIR": str(tmp_path / "files"), **staff(issuer, **more)})
        site.config["WTF_CSRF_ENABLED"] = False
        sites.append(site)
        return site

    yield made
    for one in sites:
        let_go(one)
    equip(app)


@pytest.fixture(scope="module")
def mock() -> Iterator[str]:
    """A provider of OpenID Connect, served by a process of its own."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port = place.getsockname()[1]
    words = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--host", "127.0.0.1", "--port", str(port)]
    for one in PEOPLE:
        words += ["--user-claims", json.dumps(one)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([*words, "--require-nonce"], env={**os.environ, "NO_COLOR": "1"}, **quiet) as process:  # type: ignore[call-overload]
        address = f"http://127.0.0.1:{port}"
        wait_for(address)
        yield address
        process.terminate()


def come_back(browser: FlaskClient, start: str, **form: str) -> Any:
    """Begin a sign-in, answer at the provider, and follow its answer to the exchange's door."""
    there = browser.get(start).location
    answered = requests.post(there, data=form, allow_redirects=False, timeout=10) if form else requests.get(
        there, allow_redirects=False, timeout=10
    )  # fmt: skip
    back = urlsplit(answered.headers["Location"])
    db.session.rollback()
    return browser.get(f"{back.path}?{back.query}")


def how_many() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(User)) or 0


def test_a_public_servant_signs_in_and_comes_back_to_where_they_were(make: Make, mock: str) -> None:
    browser = make(mock).test_client()
    assert "Identité Rivières" in browser.get("/fr/ouvrir-session").text

    answer = come_back(browser, "/fr/ouvrir-session/personnel?next=/fr/compte", sub="s-1")

    assert (answer.status_code, answer.location) == (303, "/fr/compte")
    identity = db.session.scalars(select(Identity)).one()
    assert (identity.issuer, identity.subject, identity.user.name) == (mock, "s-1", "Grace Spence")
    assert (identity.user.language, queries.addresses_of(identity.user)) == ("fr", frozenset({"grace@rivers.example"}))
    with browser.session_transaction() as held:
        assert sorted(held) == ["_fresh", "_user_id"] or sorted(held) == ["_fresh", "_id", "_user_id"]
    db.session.rollback()
    again = come_back(browser, "/en/sign-in/staff", sub="s-1")
    assert (again.status_code, how_many()) == (303, 1)


def test_it_is_asked_for_with_state_nonce_and_challenge(make: Make, mock: str) -> None:
    browser = make(mock).test_client()
    asked = [parse_qs(urlsplit(browser.get("/en/sign-in/staff").location).query) for _time in range(2)]

    assert [one["code_challenge_method"] for one in asked] == [["S256"], ["S256"]]
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]
    assert (asked[0]["scope"], asked[0]["client_id"]) == (["openid email profile"], [CLIENT])
    assert asked[0]["redirect_uri"] == ["http://devex.test/sign-in/staff/callback"]


def test_who_denies_consent_is_told_so(make: Make, mock: str) -> None:
    browser = make(mock).test_client()
    page = browser.get(come_back(browser, "/en/sign-in/staff", action="deny").location)

    assert (page.status_code, "You did not let Rivers ID tell us who you are." in page.text) == (403, True)
    assert how_many() == 0


def test_without_a_verified_address_nobody_is_signed_in(make: Make, mock: str) -> None:
    browser = make(mock).test_client()
    page = browser.get(come_back(browser, "/en/sign-in/staff", sub="s-2").location)

    assert (page.status_code, "Rivers ID knows no verified e-mail address of yours." in page.text) == (422, True)
    assert how_many() == 0


@pytest.mark.parametrize("query", ["code=a&state=forged", "code=a", "state=forged", ""])
def test_an_answer_that_this_browser_did_not_ask_for_signs_nobody_in(make: Make, mock: str, query: str) -> None:
    browser = make(mock).test_client()
    browser.get("/en/sign-in/staff")
    page = browser.get(f"/sign-in/staff/callback?{query}", follow_redirects=True)

    assert (page.status_code, "not begun in this browser" in page.text, how_many()) == (400, True, 0)


def test_an_answer_works_once(make: Make, mock: str) -> None:
    site = make(mock)
    browser = site.test_client()
    there = browser.get("/en/sign-in/staff").location
    back = urlsplit(requests.post(there, data={"sub": "s-1"}, allow_redirects=False, timeout=10).headers["Location"])
    for client, status in ((browser, "/en/"), (browser, "/en/sign-in/problem"), (site.test_client(), "/en/sign-in/p")):
        db.session.rollback()
        assert client.get(f"{back.path}?{back.query}").location.startswith(status)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"])
def test_the_sign_in_never_leads_to_another_site(make: Make, mock: str, elsewhere: str) -> None:
    browser = make(mock).test_client()
    start = "/en/sign-in/staff?" + requests.compat.urlencode({"next": elsewhere})
    assert come_back(browser, start, sub="s-1").location == "/en/my-work"


@pytest.fixture
def forger() -> Iterator[Forger]:
    """A provider that says what it is made to."""
    with openid_forger.served() as made:
        yield made


def arrive(make: Make, forger: Forger) -> tuple[int, int]:
    """Sign in at the forger; give the last page's status and how many people there are."""
    browser = make(forger.issuer).test_client()
    answer = come_back(browser, "/en/sign-in/staff")
    db.session.rollback()
    return browser.get(answer.location).status_code, how_many()


def test_an_honest_token_is_believed_and_not_kept(make: Make, forger: Forger) -> None:
    assert arrive(make, forger) == (200, 1)

    sent = forger.tokens[0]
    assert (sent["grant_type"], len(sent["code_verifier"]) >= 43) == ("authorization_code", True)
    with db.engine.connect() as connection:
        for table in ("identity", "email", "event", "user", "person_session"):
            rows = connection.exec_driver_sql(f'select * from "{table}"').all()
            assert "secret-access" not in str(rows)


def test_the_challenge_is_that_of_the_verifier(make: Make, forger: Forger) -> None:
    browser = make(forger.issuer).test_client()
    there = browser.get("/en/sign-in/staff").location
    back = urlsplit(requests.get(there, allow_redirects=False, timeout=10).headers["Location"])
    browser.get(f"{back.path}?{back.query}")

    digest = hashlib.sha256(forger.tokens[0]["code_verifier"].encode()).digest()
    assert parse_qs(urlsplit(there).query)["code_challenge"] == [base64.urlsafe_b64encode(digest).decode().rstrip("=")]


LONG_AGO = {"iat": 1_000_000_000, "exp": 1_000_000_300}
LIES: dict[str, dict[str, Any]] = {
    "another issuer": {"claims": {"iss": "https://evil.example"}},
    "meant for somebody else": {"claims": {"aud": "another-client"}},
    "meant for two, asked by the other": {"claims": {"aud": [CLIENT, "another"], "azp": "another"}},
    "an old answer": {"claims": {"nonce": "yesterday's"}},
    "no nonce": {"claims": {"nonce": None}},
    "expired": {"claims": LONG_AGO},
    "no subject": {"claims": {"sub": None}},
    "an empty subject": {"claims": {"sub": ""}},
    "another's key": {"key": OTHER},
    "our shared secret as key": {"algorithm": "HS256", "key": shared_secret()},
    "our shared secret, announced": {
        "algorithm": "HS256", "key": shared_secret(),
        "metadata": {"id_token_signing_alg_values_supported": ["HS256", "none"]},
    },
    "discovery of another issuer": {"metadata": {"issuer": "https://evil.example"}},
    "userinfo about somebody else": {
        "claims": {"email": None}, "userinfo": {"sub": "s-9", "email": "a@rivers.example", "email_verified": True},
    },
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_signs_nobody_in(make: Make, forger: Forger, lie: str) -> None:
    for name, value in LIES[lie].items():
        setattr(forger, name, value)
    browser = make(forger.issuer).test_client()
    start = browser.get("/en/sign-in/staff")
    if lie.startswith("discovery"):
        assert browser.get(start.location).status_code == 502
        return
    answered = urlsplit(requests.get(start.location, allow_redirects=False, timeout=10).headers["Location"])
    db.session.rollback()
    page = browser.get(f"{answered.path}?{answered.query}", follow_redirects=True)

    assert (page.status_code, "did not answer as it should" in page.text, how_many()) == (502, True, 0)


@pytest.mark.parametrize("verified", ["true", 1, None, False])
def test_verified_is_what_is_said_to_be_true_and_nothing_else(make: Make, forger: Forger, verified: object) -> None:
    forger.claims = {"email_verified": verified}
    assert arrive(make, forger) == (422, 0)


def test_clocks_may_differ_by_less_than_a_minute(make: Make, forger: Forger) -> None:
    now = int(time.time())
    forger.claims = {"iat": now + 40, "exp": now + 340}
    assert arrive(make, forger) == (200, 1)


def test_a_provider_that_does_not_answer_is_named(make: Make) -> None:
    browser = make("http://127.0.0.1:9").test_client()
    page = browser.get("/fr/ouvrir-session/personnel", follow_redirects=True)
    assert (page.status_code, "Identité Rivières" in page.text) == (502, True)


def test_the_same_address_at_another_provider_is_another_person_and_a_hint(make: Make, forger: Forger) -> None:
    known = make_user("Grace of GitHub", email="grace@rivers.example")
    assert arrive(make, forger) == (200, 2)

    db.session.rollback()
    assert [(one.user.name, one.address, one.proven) for one in queries.likenesses_of(known)] == [
        ("Grace Spence", "grace@rivers.example", False)
    ]


@pytest.mark.parametrize("missing", ["OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_NAME_FR"])
def test_half_a_staff_provider_stops_the_start(settings: dict[str, str], missing: str) -> None:
    with pytest.raises(WrongSetting, match=re.escape(f"{missing} is missing")):
        load({**settings, **staff("https://login.example"), missing: ""})


@pytest.mark.parametrize("issuer", ["login.example", "ftp://login.example", "https://login.example?x=1"])
def test_an_issuer_is_an_address(settings: dict[str, str], issuer: str) -> None:
    with pytest.raises(WrongSetting, match=r"^OIDC_ISSUER"):
        load({**settings, **staff(issuer)})
