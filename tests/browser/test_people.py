"""People's pages in Chromium: accessible in both languages, and nothing typed is lost."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, url_for
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.core.bilingual import Bilingual
from app.core.db import db, transaction
from auth import actions
from auth.models import Organization
from tests.browser.conftest import sign_in_browser
from tests.factories import make_administrator, make_department, make_organization, make_skill, make_staff, make_user

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]


def violations(page: Page) -> list[tuple[str, str]]:
    """Say what axe finds against WCAG 2.2 A and AA."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}}).response["violations"]
    return [(one["id"], one["nodes"][0]["html"]) for one in found]


@pytest.mark.parametrize(("width", "lang"), [(320, "fr"), (1280, "en")])
def test_every_page_is_accessible_and_fits(app: Flask, as_person: OpenPage, page: Page, width: int, lang: str) -> None:
    rivers, owner, ada = make_department("rivers"), make_user(), make_administrator()
    officer = make_staff("officer", rivers)
    organization = make_organization(owner)
    make_skill()
    with transaction() as at:
        place = actions.invite(organization, "ines@mail.example", "member", by=owner, at=at).key
        actions.publish_terms("terms", Bilingual("Be kind.", "Soyez aimable."), by=ada, at=at)
    key = organization.key
    visits: dict[Page, list[tuple[str, dict[str, Any]]]] = {
        page: [("auth.sign_in", {}), ("auth.terms", {}), ("auth.kept_posts", {})],
        as_person(owner): [
            ("auth.account", {}), ("auth.profile", {}), ("auth.organization", {"key": key}), ("auth.welcome", {}),
            ("auth.edit_organization", {"key": key}), ("auth.invite", {"key": key}), ("auth.member", {"key": place}),
        ],
        as_person(officer): [
            ("auth.department", {"code": "rivers"}), ("auth.appoint", {"code": "rivers"}),
            ("auth.delegate", {"code": "rivers"}), ("auth.lend", {"code": "rivers"}),
        ],
        as_person(ada): [
            ("auth.admin", {}), ("auth.edit_department", {"code": "rivers"}), ("auth.people", {}),
            ("auth.person", {"key": owner.key}), ("auth.publish_terms", {}),
        ],
    }  # fmt: skip
    for browser, endpoints in visits.items():
        browser.set_viewport_size({"width": width, "height": 800})
        for endpoint, arguments in endpoints:
            with app.test_request_context():
                browser.goto(url_for(endpoint, lang=lang, **arguments))
            wide = browser.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert (endpoint, violations(browser), max(wide, 0)) == (endpoint, [], 0)


def test_a_form_sent_after_the_session_ended_is_sent_again_after_the_sign_in(as_person: OpenPage, app: Flask) -> None:
    robin = make_user("Robin", email="robin@mail.example")
    page = as_person(robin)
    page.goto("/fr/organisations/nouvelle")
    page.locator("#name").fill("Trois Pins")
    page.context.clear_cookies(name="devex")
    page.get_by_role("main").get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre texte est gardé")
    expect(page.get_by_role("main")).to_contain_text("Trois Pins")

    sign_in_browser(page.context, app, robin)
    page.reload()
    page.get_by_role("button", name="Envoyer maintenant").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Trois Pins")
    db.session.rollback()
    assert db.session.scalars(select(Organization.name)).all() == ["Trois Pins"]
