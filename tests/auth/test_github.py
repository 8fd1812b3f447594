"""What goes to GitHub, and what an answer that nobody asked for comes to."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.factory import create_app, equip


@pytest.fixture
def browser(app: Flask, settings: dict[str, str], tmp_path: Path) -> Iterator[FlaskClient]:
    """A browser at an exchange that has an OAuth application at GitHub."""
    github = {"GITHUB_CLIENT_ID": "the-exchange", "GITHUB_CLIENT_SECRET": "secret"}
    yield create_app({**settings, **github, "FILES_DIR": str(tmp_path / "files")}).test_client()
    equip(app)


def test_a_sign_in_is_sent_to_github_with_state_and_challenge(browser: FlaskClient) -> None:
    answer = browser.get("/en/sign-in/github")

    place, asked = urlsplit(answer.headers["Location"]), parse_qs(urlsplit(answer.headers["Location"]).query)
    assert (answer.status_code, place.netloc, place.path) == (302, "github.com", "/login/oauth/authorize")
    assert asked["client_id"] == ["the-exchange"]
    assert asked["redirect_uri"] == ["http://devex.test/sign-in/github/callback"]
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "code_challenge"} <= set(asked)


def test_an_answer_to_no_question_is_refused(browser: FlaskClient) -> None:
    browser.get("/en/sign-in/github")

    page = browser.get("/sign-in/github/callback?code=stolen&state=made-up", follow_redirects=True)

    assert page.status_code == 400
    assert "This sign-in was not begun in this browser, or too long ago." in page.text


def test_who_says_no_to_github_is_not_signed_in(browser: FlaskClient) -> None:
    page = browser.get("/sign-in/github/callback?error=access_denied", follow_redirects=True)

    assert page.status_code == 403
    assert "You did not let GitHub tell us who you are." in page.text
