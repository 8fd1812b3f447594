"""The frame around every page, in Chromium."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.factories import make_user

pytestmark = pytest.mark.browser


def test_a_visitor_is_offered_to_sign_in(page: Page) -> None:
    page.goto("/en/nowhere")

    expect(page.get_by_role("banner").get_by_role("link", name="Sign in")).to_be_visible()


def test_a_person_sees_their_name_at_the_foot(as_person: Callable[..., Page]) -> None:
    page = as_person(make_user("Noor Haddad"))

    page.goto("/en/nowhere")

    expect(page.get_by_role("contentinfo")).to_contain_text("Noor Haddad")
