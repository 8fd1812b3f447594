"""Every page of people opens in both languages for whom it is meant."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from app.core.bilingual import Bilingual
from app.core.db import transaction
from auth import actions
from tests.conftest import NOON
from tests.factories import (
    appoint,
    make_administrator,
    make_department,
    make_organization,
    make_skill,
    make_staff,
    make_user,
)

SignIn = Callable[..., FlaskClient]
PAGES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("visitor", "auth.sign_in", {}),
    ("visitor", "auth.terms", {}),
    ("visitor", "auth.terms", {"number": 1}),
    ("visitor", "auth.privacy", {}),
    ("visitor", "auth.eligibility", {}),
    ("visitor", "auth.kept_posts", {}),
    ("owner", "auth.account", {}),
    ("owner", "auth.profile", {}),
    ("owner", "auth.new_organization", {}),
    ("owner", "auth.organization", {"key": "three"}),
    ("owner", "auth.edit_organization", {"key": "three"}),
    ("owner", "auth.invite", {"key": "three"}),
    ("owner", "auth.leave", {"key": "three"}),
    ("owner", "auth.member", {"key": "place"}),
    ("invited", "auth.invitation", {"key": "place"}),
    ("owner", "auth.welcome", {}),
    ("officer", "auth.department", {"code": "rivers"}),
    ("officer", "auth.appoint", {"code": "rivers"}),
    ("officer", "auth.lend", {"code": "rivers"}),
    ("officer", "auth.delegate", {"code": "rivers"}),
    ("officer", "auth.end_appointment", {"code": "rivers", "number": 77_000_000}),
    ("administrator", "auth.admin", {}),
    ("administrator", "auth.new_department", {}),
    ("administrator", "auth.edit_department", {"code": "rivers"}),
    ("administrator", "auth.appoint", {"code": "parks"}),
    ("administrator", "auth.people", {}),
    ("administrator", "auth.people", {"q": "rob"}),
    ("administrator", "auth.person", {"key": "owner"}),
    ("administrator", "auth.publish_terms", {"kind": "privacy"}),
)


@pytest.fixture
def browsers(client: FlaskClient, sign_in: SignIn) -> dict[str, FlaskClient]:
    """One browser for each kind of visitor, with a row behind every page."""
    rivers = make_department("rivers")
    make_department("parks")
    make_skill()
    officer, administrator = make_staff("officer", rivers), make_administrator()
    owner = make_user("Robin Owner", key="owner", links=["https://example.ca"])
    invited = make_user("Ines", email="ines@mail.example")
    organization = make_organization(owner)
    organization.key = "three"
    appoint(make_staff("buyer", rivers), "finance", rivers, id=77_000_000, ends_at=NOON + timedelta(days=9))
    with transaction() as at:
        actions.invite(organization, "Ines@mail.example", "member", by=owner, at=at).key = "place"
        for kind in ("terms", "privacy", "eligibility"):
            actions.publish_terms(kind, Bilingual("Be **kind**.", "Soyez **aimable**."), by=administrator, at=at)
    return {
        "visitor": client, "owner": sign_in(owner), "invited": sign_in(invited), "officer": sign_in(officer),
        "administrator": sign_in(administrator),
    }  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize(("who", "endpoint", "arguments"), PAGES)
def test_the_page_opens(
    app: Flask, browsers: dict[str, FlaskClient], who: str, endpoint: str, arguments: dict[str, Any], lang: str
) -> None:
    with app.test_request_context():
        address = url_for(endpoint, lang=lang, **arguments)

    answer = browsers[who].get(address)

    assert answer.status_code == 200, answer.text
    assert f'<html lang="{lang}"' in answer.text
