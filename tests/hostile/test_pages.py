"""Bad strings in every form field: no fault, and nothing typed becomes markup."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from tests.architecture.places import VISITORS
from tests.architecture.test_writing import Desk
from tests.architecture.visits import Visits, lines, undone, values
from tests.architecture.writing import FORMS, Writing
from tests.hostile.conftest import ROUNDS, WHOLE
from tests.hostile.corpus import CORPUS
from tests.hostile.throwing import THROWN, Dealer, Found, Target, judged
from tests.journeys.reader import FormRead, PageReader

JOINED = st.lists(
    st.one_of(st.sampled_from([one for one in CORPUS if len(one) < 2_000]), st.text(max_size=30)), max_size=4
).map("".join)


def target_of(desk: Desk) -> Target:
    """Make a target of a form that somebody has filled in: words are what is typed with a blank between."""
    fields = sorted(desk.names | set(desk.sent))
    free = [name for name, value in desk.typed.items() if " " in value and "@" not in value]
    return Target(desk.person.browser, desk.where, desk.sent, fields, free)


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_no_form_breaks_or_repeats_markup(visits: Visits, form: Writing, deal: Dealer) -> None:
    found: Found = {}
    target = target_of(Desk(visits, form))
    THROWN.update(forms=1, fields=len(target.fields))
    target.meets(deal.rounds(str(form), target.fields), visits.monkeypatch, found)
    assert found == {}


def test_no_form_breaks_over_what_nobody_has_thought_of(visits: Visits) -> None:
    """Texts of any characters, between bad strings: in one field of a form or in several."""
    desks: dict[int, Target] = {}

    @settings(
        max_examples=5 * ROUNDS if WHOLE else 30, suppress_health_check=list(HealthCheck), database=None, deadline=None
    )
    @given(place=st.integers(0, len(FORMS) - 1), data=st.data())
    def throws(place: int, data: st.DataObject) -> None:
        found: Found = {}
        if place not in desks:
            desks[place] = target_of(Desk(visits, FORMS[place]))
        target = desks[place]
        names = data.draw(st.lists(st.sampled_from(target.free or target.fields), min_size=1, unique=True))
        one = Target(target.browser, target.where, target.sent, names, names)
        one.meets([{name: data.draw(JOINED) for name in names}], visits.monkeypatch, found)
        assert found == {}

    throws()


BLUEPRINTS = sorted({endpoint.split(".")[0] for endpoint, _place, _cells in lines()})


def nameless(names: set[str]) -> frozenset[str]:
    """Give the names of a form's fields without the numbers and keys of what they stand for."""
    return frozenset(re.sub(r"(?<=[-_])(?:\d+|[\w-]{22})(?=-|$)|^\d+", "#", name) for name in names)


def posted(visits: Visits, page: PageReader, address: str) -> Iterator[tuple[FormRead, str, str]]:
    """Give the forms of a page that are posted and have fields, with where they go and the endpoint that is there."""
    adapter = visits.app.url_map.bind("localhost")
    for form in page.forms:
        for name, _value, elsewhere in list(form.buttons.values()) or [("", "", "")]:
            where = elsewhere or form.action or address
            try:
                endpoint, _values = adapter.match(where.partition("?")[0], method="POST")
            except HTTPException:
                continue
            if form.method == "POST" and form.names | ({name} - {""}):
                yield form, where, str(endpoint)


def is_written(form: FormRead, endpoint: str) -> bool:
    """Say whether a form of an address is one of those that people write into, which meet the strings above."""
    starts = tuple(one.button for one in FORMS if one.endpoint == endpoint)
    return any(words.startswith(starts) for words in form.buttons)


def others(visits: Visits, blueprint: str, places: list[tuple[str, str, list[str]]]) -> Iterator[Target]:
    """Give each form on the pages of a package, once, whoever finds it there, with the value of its button."""
    seen = set()
    for endpoint, place, cells in places:
        given = values(visits.world, endpoint, place, set(visits.rules[endpoint].arguments))
        address = visits.address(endpoint, given)
        for visitor in (who for who, cell in zip(VISITORS, cells, strict=True) if cell.startswith("200")):
            browser = visits.browser(visitor)
            with undone(visits.monkeypatch):
                answer = browser.get(address, follow_redirects=True)
                html = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
                answer.close()
            for form, where, to in posted(visits, PageReader(html), address):
                key = (to, nameless(form.names))
                known = key in seen or is_written(form, endpoint) or (to == "auth.sign_out" and blueprint != "auth")
                seen.add(key)
                if known:
                    continue
                buttons = [(name, value) for name, value, _to in form.buttons.values() if name][:1]
                sent = MultiDict([*form.values, *buttons])
                yield Target(browser, where, sent, sorted(form.names | set(sent)), [])


@pytest.mark.parametrize("blueprint", BLUEPRINTS)
def test_no_other_form_of_any_page_breaks_either(visits: Visits, blueprint: str, deal: Dealer) -> None:
    """Choices, ticks, buttons and hidden fields, as each visitor finds them; a few of the pages in a share."""
    found: Found = {}
    places = [line for line in lines() if line[0].split(".")[0] == blueprint and "GET" in visits.methods(line[0])]
    for target in others(visits, blueprint, places if WHOLE else places[:: len(places) // 3 + 1]):
        THROWN.update(forms=1, fields=len(target.fields))
        target.meets(deal.rounds(target.where, target.fields), visits.monkeypatch, found)
    assert found == {}


DAYS = ("0001-01-01", "9999-12-31", "0001-01-01T00:00", "9999-12-31T23:59", "\t")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def days_of(form: Writing) -> list[str]:
    """Name the fields of a form in which a day or a moment is typed."""
    return [name for name, value in form.typed.items() if DAY.match(value)]


@pytest.mark.parametrize("form", [one for one in FORMS if days_of(one)], ids=str)
def test_no_day_is_too_early_or_too_late_and_no_zone_too_strange(visits: Visits, form: Writing) -> None:
    found: Found = {}
    desk = Desk(visits, form)
    zones = ["../UTC", "<zq7>", "a" * 300, "\x00"] if "zone" in desk.sent else []
    bad = [{name: day} for name in days_of(form) for day in DAYS] + [{"zone": zone} for zone in zones]
    for given_so in bad:
        with undone(visits.monkeypatch):
            sent = desk.sent.copy()
            for name, value in given_so.items():
                sent.setlist(name, [value])
            judged(desk.person.browser.post(desk.where, data=sent), given_so, found)
    assert found == {}


def test_a_nul_breaks_no_form_and_no_address(visits: Visits) -> None:
    """On PostgreSQL no text holds one; what is typed loses it, an address with it is not read."""
    client = visits.app.test_client()
    answers = [client.get(f"/en/opportunities?{query}").status_code for query in ("q=a%00b", "department=%00", "%00=1")]
    assert answers == [400] * 3
    assert client.get("/en/proposals/%00").status_code == 400
    alert = {"email": "otter\0@mail.example", "frequency": "instant"}
    with undone(visits.monkeypatch):
        assert client.post("/en/alerts", data=alert).status_code in (303, 422)
