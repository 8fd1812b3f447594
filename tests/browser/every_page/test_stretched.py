"""Texts a third longer than the English ones, as another language's may be, fit into every page."""

import re
import threading
from collections.abc import Callable, Iterator
from math import ceil
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from app.core.db import db
from app.factory import create_app, equip
from auth.models import User
from tests.architecture.places import World
from tests.architecture.visits import Visits, values
from tests.browser.conftest import Quiet, whole
from tests.browser.every_page.conftest import emptied
from tests.browser.every_page.test_pages import PAGES

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[3]
LONGER = 0.35
WORD = re.compile(r"%\(\w+\)[sd]|%%|<[^>]*>|\{\w+\}|https?://\S+|([^\W\d_]+)")
"""What a text is made of; only a word (the group) may grow."""
WIDTHS = (1280, 360, 320)
GROUPS = [PAGES[start : start + 24] for start in range(0, len(PAGES), 24)]
CUT = """() => {
  const shown = one => one.checkVisibility({visibilityProperty: true}) && one.clientWidth > 1
    && !one.closest(".visually-hidden, .default-button, .scroll, pre");
  const own = one => [...one.childNodes].some(part => part.nodeType === Node.TEXT_NODE && part.data.trim());
  const clips = one => !one.matches("input, textarea") && ["hidden", "clip"].includes(getComputedStyle(one).overflowX);
  const wide = (one, room) => one.scrollWidth > one.clientWidth + 1 || one.getBoundingClientRect().right > room + 1;
  const select = one => {
    const bare = one.cloneNode(true);
    bare.style.cssText = "width: max-content; max-width: none; position: absolute";
    bare.replaceChildren(one.selectedOptions[0]?.cloneNode(true) ?? "");
    one.after(bare);
    const needs = bare.offsetWidth;
    bare.remove();
    return needs > one.offsetWidth + 1;
  };
  const room = document.documentElement.clientWidth;
  const cut = [...document.body.querySelectorAll("*")].filter(one => shown(one) && (
    clips(one) && one.scrollWidth > one.clientWidth + 1
    || one.matches("button, .button, .tag, th, label, legend, summary") && wide(one, room)
    || own(one) && one.getBoundingClientRect().right > room + 1
    || one.tagName === "SELECT" && select(one)));
  const over = document.documentElement.scrollWidth - window.innerWidth;
  return [...cut.map(one => one.outerHTML.slice(0, 200)), ...(over > 0 ? [`scrolls ${over} px`] : [])];
}"""


def stretched(text: str) -> str:
    """Make each word of a text a third longer."""
    return WORD.sub(lambda found: found[0] + found[0][-1] * ceil(LONGER * len(found[1] or "")), text)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue of every text of the product, stretched."""
    folder = tmp_path_factory.mktemp("stretched")
    whole = Catalog("en")
    for path in (ROOT / "translations").glob("*/fr/LC_MESSAGES/messages.po"):
        with path.open("rb") as file:
            for one in read_po(file, locale="fr"):
                texts = one.id if isinstance(one.id, tuple | list) else (one.id,)
                longer = tuple(stretched(str(text)) for text in texts)
                if texts[0]:
                    whole.add(one.id, longer if len(longer) > 1 else longer[0])
    (folder / "en" / "LC_MESSAGES").mkdir(parents=True)
    with (folder / "en" / "LC_MESSAGES" / "messages.mo").open("wb") as file:
        write_mo(file, whole)
    return folder


@pytest.fixture(scope="module")
def app(application: Flask, settings: dict[str, str], catalogue: Path) -> Iterator[Flask]:
    """The application with stretched texts, before a world of its own."""
    app = create_app(settings)
    app.extensions["babel"].translation_directories = [str(catalogue)]
    with emptied(app):
        yield app
        db.engine.dispose()
    equip(application)


@pytest.fixture(scope="module")
def site(app: Flask) -> Iterator[str]:
    """The address of the site with stretched texts."""
    server = make_server("127.0.0.1", 0, whole(app), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_words_grow_and_values_do_not() -> None:
    assert stretched("Save %(count)s of <b>{limit}</b>: 100%%") == "Saveee %(count)s off <b>{limit}</b>: 100%%"


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group[0][0])
def test_no_text_is_cut(
    app: Flask, site: str, world: World, page: Page, as_person: Callable[..., Page], monkeypatch: pytest.MonkeyPatch,
    group: list[tuple[str, str, str]],
) -> None:  # fmt: skip
    visits = Visits(app, world, monkeypatch)
    browsers = {"anonymous": page}
    found = {}
    for endpoint, place, visitor in group:
        if visitor not in browsers:
            browsers[visitor] = as_person(User(key=world.keys[visitor]))
        browser = browsers[visitor]
        given = values(world, endpoint, place, set(visits.rules[endpoint].arguments))
        browser.goto(site + visits.address(endpoint, given))
        expect(browser.locator(".skip-links a").last).to_have_text(stretched("Skip to content"))
        for width in WIDTHS:
            browser.set_viewport_size({"width": width, "height": 800})
            cut = browser.evaluate(CUT)
            if cut:
                found[endpoint, width] = cut
    assert found == {}
