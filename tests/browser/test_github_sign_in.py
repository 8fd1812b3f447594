"""Signing in with GitHub, in Chromium, against a GitHub of our own; as in life, its users say yes with one click."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import func, select

from app.core.bilingual import Bilingual
from app.core.db import db, transaction
from auth import actions, queries
from auth.models import Identity, User
from tests.factories import make_administrator, save
from tests.serving import wait_for

pytestmark = pytest.mark.browser

FAKE = Path(__file__).with_name("github_fake.mjs")


@pytest.fixture(scope="session")
def github(github_port: int, live: str) -> Iterator[str]:
    """GitHub's address: Mona has a verified address, Ghosty none that takes mail."""
    seed = {
        "users": [
            {"login": "mona", "name": "Mona Lisa", "email": "Mona@Mail.example"},
            {"login": "ghosty", "name": "Ghosty"},
        ],
        "oauth_apps": [
            {
                "client_id": "Iv1.exchange",
                "client_secret": "only for tests",
                "name": "The exchange",
                "redirect_uris": [f"{live}/sign-in/github/callback"],
            }
        ],
    }
    words = ["node", str(FAKE), str(github_port), json.dumps(seed)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address, "GitHub's fake did not start: is node there, and was `npm ci` run?"
        wait_for(address)
        yield address
        process.terminate()


def numeric_id(github: str, login: str) -> str:
    return str(requests.get(f"{github}/users/{login}", timeout=5).json()["id"])


def say_yes(page: Page, login: str) -> None:
    page.get_by_role("button", name=login).click()


def test_a_newcomer_signs_in_and_comes_back_to_where_they_were(page: Page, github: str) -> None:
    page.goto("/en/account")
    page.get_by_role("link", name="Sign in with GitHub").click()
    say_yes(page, "mona")

    expect(page).to_have_url("/en/account")
    expect(page.get_by_role("heading", level=1)).to_have_text("Account")
    identity = db.session.scalars(select(Identity)).one()
    assert (identity.issuer, identity.subject, identity.shown_name) == (github, numeric_id(github, "mona"), "mona")
    assert (identity.user.name, [one.address for one in identity.user.emails]) == ("Mona Lisa", ["mona@mail.example"])


def test_the_sign_in_is_asked_for_with_state_and_a_challenge(page: Page, github: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/login/oauth/authorize" in request.url else None)

    page.goto("/fr/ouvrir-session")
    page.get_by_role("link", name="GitHub").click()

    sent = parse_qs(urlsplit(asked[0]).query)
    assert sent["code_challenge_method"] == ["S256"]
    assert len(sent["code_challenge"][0]) == 43
    assert len(sent["state"][0]) >= 20
    assert sent["scope"] == ["read:user user:email"]


@pytest.mark.parametrize("script", [True, False])
def test_a_newcomer_says_who_they_are_and_accepts_the_terms_first(
    open_context: Callable[..., BrowserContext], github: str, *, script: bool
) -> None:
    page = open_context(java_script_enabled=script).new_page()
    administrator = make_administrator()
    with transaction() as at:
        for kind in ("terms", "privacy", "eligibility"):
            actions.publish_terms(kind, Bilingual("Be kind.", "Soyez aimable."), by=administrator, at=at)

    page.goto("/fr/compte/profil")
    page.get_by_role("link", name="GitHub").click()
    say_yes(page, "mona")
    page.get_by_label("Français", exact=True).check()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("main").get_by_role("button").last.click()

    expect(page).to_have_url("/fr/compte/profil")
    person = queries.find_user_by_address("mona@mail.example")
    assert person is not None
    assert (person.language, len(queries.acceptances_of(person))) == ("fr", 3)


def test_signing_in_again_finds_the_same_person_and_gives_a_new_session(page: Page, github: str) -> None:
    for _time in range(2):
        page.context.clear_cookies()
        page.goto("/en/sign-in")
        before = page.context.cookies()
        page.get_by_role("link", name="GitHub").click()
        say_yes(page, "mona")
        expect(page.get_by_role("heading", level=1)).to_have_text("My work")
        kept = {one["value"] for one in before if one["name"] == "devex"}
        assert kept.isdisjoint({one["value"] for one in page.context.cookies() if one["name"] == "devex"})

    assert db.session.scalar(select(func.count()).select_from(User)) == 1


def test_a_login_that_somebody_else_took_over_is_somebody_else(page: Page, github: str) -> None:
    with transaction() as at:
        claims = actions.Claims(github, "987654", "mona", "The first Mona", ("first@mail.example",))
        first = actions.recognize(claims, at=at).user.key

    page.goto("/en/sign-in")
    page.get_by_role("link", name="GitHub").click()
    say_yes(page, "mona")

    expect(page.get_by_role("contentinfo")).to_contain_text("Mona Lisa")
    second = queries.find_user_by_identity(github, numeric_id(github, "mona"))
    assert second is not None
    assert second.key != first


def test_without_a_verified_address_nobody_is_signed_in(page: Page, github: str) -> None:
    page.goto("/en/sign-in")
    page.get_by_role("link", name="GitHub").click()
    say_yes(page, "ghosty")

    expect(page.get_by_role("heading", level=1)).to_have_text("You are not signed in")
    expect(page.get_by_role("main")).to_contain_text("no verified e-mail address")
    assert db.session.scalar(select(func.count()).select_from(User)) == 0


def test_who_denies_consent_is_told_so_and_can_try_again(page: Page, github: str) -> None:
    page.goto("/fr/ouvrir-session?next=/fr/compte")
    page.get_by_role("link", name="GitHub").click()
    state = parse_qs(urlsplit(page.url).query)["state"][0]

    page.goto(f"/sign-in/github/callback?error=access_denied&error_description=no&state={state}")

    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.get_by_role("main").get_by_role("link")).to_have_attribute("href", "/fr/ouvrir-session?next=/fr/compte")
    assert db.session.scalar(select(func.count()).select_from(User)) == 0


@pytest.mark.parametrize("query", ["code=abc&state=forged", "code=abc", "state=forged", ""])
def test_an_answer_that_this_browser_did_not_ask_for_signs_nobody_in(page: Page, github: str, query: str) -> None:
    page.goto("/en/sign-in")
    page.get_by_role("link", name="GitHub").click()

    answer = page.goto(f"/sign-in/github/callback?{query}")

    assert answer is not None
    assert answer.status == 400
    expect(page.get_by_role("main")).to_contain_text("not begun in this browser")


def test_an_answer_works_once(page: Page, github: str) -> None:
    answers: list[str] = []
    page.on("request", lambda request: answers.append(request.url) if "/callback?" in request.url else None)
    page.goto("/en/sign-in")
    page.get_by_role("link", name="GitHub").click()
    say_yes(page, "mona")
    expect(page.get_by_role("heading", level=1)).to_have_text("My work")

    page.context.clear_cookies()
    page.goto(answers[0])

    expect(page.get_by_role("main")).to_contain_text("not begun in this browser")


def test_a_code_that_github_refuses_signs_nobody_in(page: Page, github: str) -> None:
    page.goto("/en/sign-in")
    page.get_by_role("link", name="GitHub").click()
    state = parse_qs(urlsplit(page.url).query)["state"][0]

    page.goto(f"/sign-in/github/callback?code=forged&state={state}")

    expect(page.get_by_role("main")).to_contain_text("GitHub refused this sign-in")


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/%09/evil.example",
    ],
)
def test_the_sign_in_never_leads_to_another_site(page: Page, github: str, live: str, elsewhere: str) -> None:
    page.goto(f"/en/sign-in?{requests.compat.urlencode({'next': elsewhere})}")
    page.get_by_role("link", name="GitHub").click()
    say_yes(page, "mona")

    expect(page.get_by_role("contentinfo")).to_contain_text("Account")
    assert page.url.startswith(live + "/en/") or page.url.startswith(live + "/%09/")


def test_a_suspended_person_is_told_so(page: Page, github: str) -> None:
    with transaction() as at:
        claims = actions.Claims(github, numeric_id(github, "mona"), "mona", "Mona", ("mona@mail.example",))
        person = actions.recognize(claims, at=at).user
        person.suspended_at = at
    save(person)

    page.goto("/en/sign-in")
    page.get_by_role("link", name="GitHub").click()
    say_yes(page, "mona")

    expect(page.get_by_role("main")).to_contain_text("This account is suspended")


def test_signing_out_ends_the_session(page: Page, github: str) -> None:
    page.goto("/en/sign-in")
    page.get_by_role("link", name="GitHub").click()
    say_yes(page, "mona")
    page.goto("/en/account")
    page.get_by_role("button", name="Sign out").click()
    page.goto("/en/account")

    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
