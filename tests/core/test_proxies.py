"""Who stands behind a proxy is known by their own address, if that proxy is trusted."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.config import WrongSetting, load
from app.factory import create_app, equip

LIMITED = "/sign-in/github/callback"
MOST = 20
GITHUB = {"GITHUB_CLIENT_ID": "Iv1.exchange", "GITHUB_CLIENT_SECRET": "only for tests"}


@pytest.fixture
def visit(app: Flask, settings: dict[str, str], tmp_path: Path) -> Iterator[Callable[[str], FlaskClient]]:
    """Make an exchange behind so many trusted proxies, and visit it."""

    def at(proxies: str) -> FlaskClient:
        given = {"FILES_DIR": str(tmp_path / "files"), "TRUSTED_PROXIES": proxies}
        return create_app({**settings, **GITHUB, **given}).test_client()

    yield at
    equip(app)


@pytest.mark.parametrize(("proxies", "another"), [("1", 303), ("0", 429), ("", 429)])
def test_visitors_are_counted_apart_behind_a_trusted_proxy_alone(
    visit: Callable[[str], FlaskClient], proxies: str, another: int
) -> None:
    browser = visit(proxies)
    for _time in range(MOST):
        assert browser.get(LIMITED, headers={"X-Forwarded-For": "198.51.100.1"}).status_code == 303
    assert browser.get(LIMITED, headers={"X-Forwarded-For": "198.51.100.1"}).status_code == 429
    assert browser.get(LIMITED, headers={"X-Forwarded-For": "198.51.100.2"}).status_code == another


def test_what_a_visitor_writes_before_the_proxy_is_not_believed(visit: Callable[[str], FlaskClient]) -> None:
    browser = visit("1")
    answers = [
        browser.get(LIMITED, headers={"X-Forwarded-For": f"203.0.113.{number}, 198.51.100.1"}).status_code
        for number in range(MOST + 1)
    ]
    assert answers == [303] * MOST + [429]


@pytest.mark.parametrize(("proxies", "secure"), [("1", True), ("0", False)])
def test_a_trusted_proxy_says_that_the_way_was_secure(
    visit: Callable[[str], FlaskClient], proxies: str, *, secure: bool
) -> None:
    answer = visit(proxies).get("/health", headers={"X-Forwarded-Proto": "https"})
    assert ("Strict-Transport-Security" in answer.headers) is secure


@pytest.mark.parametrize("count", ["-1", "one", "1.5"])
def test_a_number_of_proxies_that_is_none_stops_the_start(settings: dict[str, str], count: str) -> None:
    with pytest.raises(WrongSetting, match="TRUSTED_PROXIES"):
        load({**settings, "TRUSTED_PROXIES": count})
