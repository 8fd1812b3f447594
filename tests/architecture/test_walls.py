"""No side channel: what is sealed shows in no search, error, notification, event or column, and in no count or order.

The pages themselves are listened to by test_access; here it is what stands beside them, and what does not change.
"""

import codecs
import itertools
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core import audit
from app.core.audit import Event
from app.core.db import db
from app.core.outbox import Notification
from app.core.web import limiter
from app.pages.memory import forget
from auth.models import Department, Organization, User
from evaluations import actions as evaluations
from opportunities import actions as opportunities
from opportunities.models import Opportunity
from proposals import actions as proposals
from proposals.queries import find_own
from subscriptions import actions as subscriptions
from tests.architecture.answers import seen_of
from tests.architecture.bids import draft, let_bid, post, seat_panel
from tests.architecture.canaries import canary, heard, may_hear, nightingale
from tests.architecture.places import BIDDING, CLOSED, OPENED, VISITORS, World
from tests.architecture.visits import Visits, elsewhere, undone, values
from tests.conftest import NOON
from tests.disguises import Ear
from tests.dump import columns_at_rest

LISTS = ("pages.opportunities", "subscriptions.feed", "subscriptions.closings", "auth.people")
OUTSIDERS = ("anonymous", "developer", "officer", "evaluator", "admin")
"""Who is on no bidder's side, one of each kind: a developer could be a rival."""
PAGES = (
    "pages.opportunity", "pages.questions", "pages.procurement", "pages.check_story", "pages.story_file",
    "opportunities.manage", "evaluations.show", "evaluations.panel", "proposals.start", "pages.home",
    "pages.opportunities", "pages.my_work", "pages.mailbox", "subscriptions.feed",
)  # fmt: skip
"""Where something is counted, listed in an order, or told of a procurement before its opening."""
CHANCE = re.compile(r'(?<=/)[\w-]{22}(?=["/?])')
"""What is made by chance: the keys of letters in their addresses."""

STAFF = ("officer", "evaluator")
"""Who comes nearest to what is not opened."""
NUMBERED = ("evaluations.", "proposals.", "pages.", "contracts.draw_up", "contracts.decline_award")
"""Where a number is an opportunity's."""
FIRST = {"proponent": 1, "position": 1, "code": "need", "key": "x" * 22}

BIDDERS = ("author", "pages.my_work")
"""Who does see that they bid, and where."""


def shown(app: Flask, answer: TestResponse, *leave_out: str) -> tuple[object, ...]:
    """Give all that an outsider sees of an answer, without what is left out, and without chance."""
    code, headers, words = seen_of(app, answer, *leave_out)
    return code, [(name, CHANCE.sub("", value)) for name, value in headers], CHANCE.sub("", words)


@pytest.mark.parametrize("visitor", VISITORS)
def test_a_search_for_what_is_sealed_is_answered_like_one_for_an_equally_long_word(
    visits: Visits, visitor: str
) -> None:
    def found(endpoint: str, words: str) -> object:
        return shown(visits.app, visits.ask(visitor, "GET", endpoint, {}, query=f"?state=all&q={words}"), words)

    with time_machine.travel(NOON, tick=False):
        judged = nightingale("locked", "evaluator", "Rosa")
        for song, endpoint in [*((canary("open", "Arun"), one) for one in LISTS), (judged, LISTS[0])]:
            assert found(endpoint, song) == found(endpoint, codecs.encode(song, "rot13"))
        assert found("pages.opportunities", "river") != found("pages.opportunities", codecs.encode("river", "rot13"))


FAULTS: dict[str, dict[str, Any]] = {
    "nothing": {"method": "GET"},
    "no such method": {"method": "DELETE"},
    "unreadable": {"method": "GET", "query_string": {"q": "\0"}},
    "too large": {"method": "POST", "data": {"words": "x" * 200}},
}


@pytest.mark.parametrize("visitor", OUTSIDERS)
def test_an_error_at_a_sealed_address_is_that_at_one_which_does_not_exist(
    visits: Visits, visitor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = {}
    for endpoint in ("proposals.approach", "proposals.file"):
        given = values(visits.world, endpoint, "open", set(visits.rules[endpoint].arguments))
        for fault, request in FAULTS.items():
            answers = []
            for one in (given, elsewhere(given)):
                with undone(monkeypatch), monkeypatch.context() as patch:
                    if fault == "too large":
                        patch.setitem(visits.app.config, "MAX_CONTENT_LENGTH", 100)
                    address = visits.address(endpoint, one)
                    answers.append(shown(visits.app, visits.browser(visitor).open(address, **request), address))
            assert answers[0] == answers[1]
            assert heard(str(answers)) == set()
            codes[endpoint, fault] = answers[0][0]
    nobody = 303 if visitor == "anonymous" else 404
    assert [codes["proposals.approach", fault] for fault in FAULTS] == [nobody, 405, 400, nobody]


def test_too_many_requests_at_a_sealed_address_count_and_end_like_those_at_none(
    visits: Visits, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = values(visits.world, "proposals.files_page", "open", {"key"})
    there, nowhere = (visits.address("proposals.files_page", one) for one in (given, elsewhere(given)))
    with undone(monkeypatch), time_machine.travel(NOON, tick=False):
        browser = visits.browser("developer")
        codes = [browser.post(address).status_code for address in (there, nowhere) * 15]
        last = [shown(visits.app, browser.post(address), address) for address in (there, nowhere)]
    limiter.reset()
    assert (codes, last[0]) == ([404] * 30, last[1])
    assert last[0][0] == 429


def test_no_notification_sings_to_who_may_not_hear_it(visits: Visits) -> None:
    names = {address: name for name, address in visits.world.addresses.items()}
    letters = db.session.scalars(select(Notification)).all()
    sung = {(names.get(one.address, ""), *song) for one in letters for song in heard(one.subject + one.body)}
    assert {(name, *song) for name, *song in sung if name not in may_hear(*song)} == set()
    assert len(letters) > len(VISITORS)


def test_no_event_and_no_column_sings_of_a_proposal_whatever_became_of_it(visits: Visits) -> None:
    """Also of those that were opened: they stay as they were sealed, and the panel's pages open them."""
    facts = db.session.scalars(select(Event.facts)).all()
    assert heard(json.dumps(facts)) == set()
    columns = columns_at_rest()
    assert Ear("Kanarienvogel-").hears(*columns) == set()
    assert any(b"Nachtigall-locked" in one for one in columns)


def begin(opportunity: Opportunity, world: World) -> None:
    """Close it, and let the first of two people open."""
    opportunities.close_due(at=CLOSED)
    evaluations.begin_opening(opportunity, by=world.people["officer"], at=OPENED)


STATES: dict[str, Callable[[Opportunity, World], None]] = {"open": lambda *_: None, "opening": begin}
"""How far a procurement comes before it is looked at: never to the opening's end."""


def bid(world: World, opportunity: Opportunity) -> None:
    """Let several people write; two submit, one of them withdraws, one only drafts."""
    let_bid(world, "twin", opportunity)
    own = draft("twin-draft", opportunity, world.people["newcomer"], None)
    assert own.state == "draft"
    received = find_own(opportunity, world.people["author"])
    assert received is not None
    proposals.withdraw(received, by=world.people["author"], at=BIDDING)


def anew(world: World) -> World:
    """Find the world's people again, and forget its places."""
    return replace(
        world,
        people={name: db.session.scalars(select(User).filter_by(key=key)).one() for name, key in world.keys.items()},
        department=db.session.scalars(select(Department).filter_by(code=world.places["home"]["code"])).one(),
        organization=db.session.scalars(select(Organization).filter_by(key=world.places["organization"]["key"])).one(),
        places={},
    )


def _numbered(visits: Visits, endpoint: str, number: int) -> dict[str, Any]:
    return {"number": number} if "number" in visits.rules[endpoint].arguments else {}


def around(visits: Visits, number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every other page whose address names the opportunity, at its first proponent, file and place."""
    for endpoint, rule in visits.rules.items():
        if endpoint.startswith(NUMBERED) and "number" in rule.arguments and "GET" in (rule.methods or ()):
            beside = rule.arguments - {"number", "lang"}
            if endpoint not in PAGES and beside <= FIRST.keys():
                yield endpoint, {"number": number, **{name: FIRST[name] for name in beside}}


def look(visits: Visits, number: int, state: str, *, bids: bool) -> dict[tuple[str, str], tuple[object, ...]]:
    """Come to a state with bids or without, look at every page, and undo all."""
    world, connection = anew(visits.world), db.session.connection()
    db.session.commit()
    point = connection.begin_nested()
    opportunity = db.session.scalars(select(Opportunity).filter_by(number=number)).one()
    if bids:
        bid(world, opportunity)
    STATES[state](opportunity, world)
    audit.number_events()
    subscriptions.tell(1_000)
    db.session.commit()
    db.session.remove()
    forget()
    seen = dict[tuple[str, str], tuple[object, ...]]()
    besides = itertools.product(STAFF, around(visits, number))
    for visitor, (endpoint, given) in [
        *itertools.product(OUTSIDERS, ((page, _numbered(visits, page, number)) for page in PAGES)),
        *besides,
        (BIDDERS[0], (BIDDERS[1], {})),
    ]:
        seen[visitor, endpoint] = shown(
            visits.app, visits.browser(visitor).get(visits.address(endpoint, given), follow_redirects=True)
        )
    db.session.remove()
    point.rollback()
    forget()
    return seen


@pytest.mark.parametrize("state", STATES)
def test_that_somebody_bids_changes_no_page_of_anybody_else_before_the_opening(
    visits: Visits, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No count, no order, no number, no notification: each page is the same to the letter with bids and without."""
    with undone(monkeypatch), time_machine.travel(NOON, tick=False):
        world = anew(visits.world)
        opportunity = post(world, "twin", "open", CLOSED)
        seat_panel(world, "twin", opportunity)
        number = opportunity.number
        looks = [look(visits, number, state, bids=bids) for bids in (False, True)]
    read = {page for (_visitor, page), answer in looks[0].items() if answer[0] == HTTPStatus.OK}
    assert read >= set(PAGES)
    assert {page for _visitor, page in looks[0]} >= {"evaluations.sheet", "evaluations.ranking", "evaluations.decision"}
    assert {page for page in looks[0] if looks[0][page] != looks[1][page]} == {BIDDERS}
