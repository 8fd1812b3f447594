"""The steps of the main job, each done by a person in a browser, and told as one would tell it."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.audit import Event
from app.core.db import db
from app.core.outbox import Notification
from app.jobs import jobs_of
from auth.models import Department, User
from scripts.lifecycles import lifecycles
from tests.conftest import Travel
from tests.factories import make_department, make_organization, make_skill, make_staff, make_user
from tests.journeys.reader import Person

CLOSING = datetime(2026, 6, 24, 18, 0, tzinfo=UTC)
WHY = "It says clearly what will be done, by whom, and how we can check it."
NO_TIES = "I know nobody who could propose here and own nothing in any such firm."
PULL_REQUEST = "https://github.com/example/gauges/pull/7"
TEXTS = {
    "need": {
        "title_en": "River gauges on a map", "title_fr": "Jauges fluviales sur une carte",
        "summary_en": "A map of gauges.", "summary_fr": "Une carte des jauges.",
        "problem_en": "Nobody can see the gauges.", "problem_fr": "Personne ne voit les jauges.",
        "users_en": "Canoeists and engineers.", "users_fr": "Canotiers et ingénieures.",
    },
    "deliverables": {
        "deliverables_en": "A map that works by keyboard.", "deliverables_fr": "Une carte utilisable au clavier.",
        "acceptance_en": "It passes the tests.", "acceptance_fr": "Elle réussit les essais.",
    },
    "terms": {
        "licence": "MIT", "repository": "https://github.com/example/gauges", "work_language": "either",
        "place_en": "Anywhere in Canada", "place_fr": "Partout au Canada",
    },
    "dates": {
        "length": "date", "closing_at": "2026-06-24T14:00", "questions_until": "2026-06-19T12:00",
        "standstill_days": "2",
    },
}  # fmt: skip
MILESTONES = {
    "value_cents": "9,000", "taxes": "excluded",
    "milestones-0-title_en": "A first map", "milestones-0-title_fr": "Une première carte",
    "milestones-0-accepted_when_en": "It shows", "milestones-0-accepted_when_fr": "Elle s’affiche",
    "milestones-0-amount_cents": "4,000", "milestones-0-due_days": "14",
    "milestones-1-title_en": "The whole map", "milestones-1-title_fr": "Toute la carte",
    "milestones-1-accepted_when_en": "It works", "milestones-1-accepted_when_fr": "Elle fonctionne",
    "milestones-1-amount_cents": "5,000", "milestones-1-due_days": "28",
}  # fmt: skip
CRITERIA = {
    "criteria-0-kind": "mandatory", "criteria-0-title_en": "Open licence", "criteria-0-title_fr": "Licence libre",
    "criteria-0-earns_en": "Agrees", "criteria-0-earns_fr": "Accepte",
    "criteria-1-kind": "rated", "criteria-1-title_en": "Approach", "criteria-1-title_fr": "Approche",
    "criteria-1-earns_en": "Clear steps", "criteria-1-earns_fr": "Étapes claires", "criteria-1-weight": "60",
    "criteria-2-kind": "rated", "criteria-2-title_en": "Experience", "criteria-2-title_fr": "Expérience",
    "criteria-2-earns_en": "Like work", "criteria-2-earns_fr": "Travaux semblables", "criteria-2-weight": "40",
}  # fmt: skip


@dataclass
class Town:
    """Everybody of the story; each visit is made in a browser of its own, signed in at that moment."""

    app: Flask
    sign_in: Callable[[User], FlaskClient]
    travel: Travel
    department: Department = field(default_factory=make_department)
    people: dict[str, User] = field(default_factory=dict)

    def __post_init__(self) -> None:
        home = self.department
        make_skill()
        self.people = {
            "Bea": make_staff("buyer", home, "Bea Buyer"),
            "Omar": make_staff("officer", home, "Omar Officer"),
            "Sam": make_staff("officer", home, "Sam Second"),
            "Fay": make_staff("finance", home, "Fay Finance"),
            "Chantal": make_user("Chantal Chair"),
            "Mehdi": make_user("Mehdi Member"),
            "Arun": make_user("Arun Author"),
            "Rosa": make_user("Rosa Rival"),
            "Wei": make_user("Wei Withdrawing"),
            "Dora": make_user("Dora Developer"),
        }
        make_organization(self.people["Rosa"], "Three Pines Software")
        self.keys = {name: user.key for name, user in self.people.items()}
        self.code = home.code
        self.numbers = {name: user.id for name, user in self.people.items()}
        self.addresses = {name: user.email for name, user in self.people.items()}

    def visit(self, name: str, address: str = "/en/") -> Person:
        """Let a person (or nobody signed in) come to an address."""
        person = self.people.get(name)
        browser = self.app.test_client() if person is None else self.sign_in(db.session.merge(person))
        return Person(browser, name).opens(address)

    def work(self) -> None:
        """Let the worker do each of its jobs once."""
        for job in jobs_of(self.app):
            job.work()

    def mail(self, name: str) -> list[str]:
        """List the subjects of what a person was told, oldest first."""
        db.session.rollback()
        own = select(Notification.subject).where(Notification.recipient_id == self.numbers[name])
        return list(db.session.scalars(own.order_by(Notification.id)))

    def kinds(self, name: str) -> list[str]:
        """List the kinds of what a person was told, oldest first."""
        db.session.rollback()
        own = select(Notification.kind).where(Notification.recipient_id == self.numbers[name])
        return list(db.session.scalars(own.order_by(Notification.id)))


def drafts(town: Town, milestones: dict[str, str] = MILESTONES, criteria: dict[str, str] = CRITERIA) -> int:
    """The buyer writes an opportunity page by page and sends it for review."""
    bea = town.visit("Bea", "/en/opportunities/new")
    titles = {name: TEXTS["need"][name] for name in ("title_en", "title_fr")}
    bea.presses("Save and continue", titles).reads("Still missing before review")
    number = int(re.findall(r"/(?:opportunities|defis)/(\d+)", bea.address)[0])
    for page, texts in TEXTS.items():
        bea.opens(f"/en/opportunities/{number}/draft/{page}").presses("Save and continue", texts)
    bea.opens(f"/en/opportunities/{number}/draft/milestones")
    _fill_rows(bea, "Add a milestone", milestones)
    bea.opens(f"/en/opportunities/{number}/draft/criteria")
    _fill_rows(bea, "Add a criterion", criteria)
    bea.reads("Everything is there. Send it for review.").follows("Send for review").presses("Send for review")
    return number


def _fill_rows(person: Person, add: str, typed: dict[str, str]) -> None:
    """Add rows until each field typed has its place, then save."""
    while set(typed) - {name for form in person.page.forms for name in form.names}:
        person.presses(add)
    person.presses("Save and continue", typed)


def publishes(town: Town, number: int) -> None:
    """The officer approves, finance certifies the funds, the officer publishes."""
    review = f"/en/opportunities/{number}/review"
    town.visit("Omar", review).reads("Read it as developers will").presses("Approve")
    town.visit("Fay", review).presses("Certify the funds", {"amount": "10,000", "fund_code": "F-100"})
    omar = town.visit("Omar", review).follows("Publish").presses(f"Publish opportunity {number}")
    omar.reads("Open. Proposals are sealed until")
    town.work()


def posts(town: Town, **values: Any) -> int:
    """An opportunity comes from its first word to its publication."""
    number = drafts(town, **values)
    publishes(town, number)
    return number


def proposes(
    town: Town, name: str, number: int, *, answers: str = "We do it in four steps.", alone: bool = True
) -> str:
    """A developer writes a proposal page by page, checks it and submits it; gives its address."""
    person = town.visit(name, f"/en/opportunities/{number}/propose")
    chosen = {} if alone else {"on_behalf": _other_choice(person)}
    person.presses("Start a proposal", chosen)
    address = person.address
    person.opens(f"{address}/approach")
    boxes = {one for form in person.page.forms for one in form.names if one.startswith("answer-")}
    person.presses("Save and continue", dict.fromkeys(boxes, answers))
    person.opens(f"{address}/team").presses("Save and continue", {"team-0-name": name, "team-0-does": "Everything"})
    person.opens(f"{address}/check").presses("Submit proposal").reads("SHA-256")
    return address


def _other_choice(person: Person) -> str:
    """Find what stands beside one's own name: the organization."""
    found: list[str] = re.findall(r'name="on_behalf"[^>]*value="([^"]+)"', person.html)
    return next(one for one in found if one != "me")


def forms_a_panel(town: Town, number: int) -> None:
    """The officer invites two evaluators; each declares their interests and accepts."""
    omar = town.visit("Omar", f"/en/opportunities/{number}/evaluation/panel")
    for name in ("Chantal", "Mehdi"):
        given = {"address": town.addresses[name], **({"chairs": "y"} if name == "Chantal" else {})}
        omar.presses("Send the invitation", given)
    for name in ("Chantal", "Mehdi"):
        evaluator = town.visit(name, f"/en/opportunities/{number}/evaluation").follows("Answer the invitation")
        evaluator.presses("Send the declaration", {"decision": "accept", "words": NO_TIES})


def opens_the_proposals(town: Town, number: int) -> None:
    """After the closing one officer begins the opening and another completes it."""
    address = f"/en/opportunities/{number}/evaluation"
    town.visit("Omar", address).presses("Begin the opening").reads("It waits for a second person")
    town.visit("Sam", address).presses("Complete the opening")


def scores(
    town: Town, number: int, points: Callable[[str], str], *, met: Callable[[str], bool] = lambda _: True
) -> None:
    """Each evaluator judges every proposal by what it says; then the chair locks quality."""
    address = f"/en/opportunities/{number}/evaluation"
    for name in ("Chantal", "Mehdi"):
        person = town.visit(name, address)
        while person.finds("Score proponent"):
            person.follows("Score proponent")
            said = person.page.text
            verdicts = _verdicts(person, points(said), "met" if met(said) else "not_met")
            person.presses("Submit", verdicts).opens(address)
    town.visit("Chantal", address).follows("Lock quality").presses("Lock quality")


def _verdicts(person: Person, points: str, passes: str) -> dict[str, str]:
    names = {name for form in person.page.forms for name in form.names}
    mandatory = set(re.findall(r'name="(verdict-[^"]+)"[^>]*value="met"', person.html))
    verdicts = {name: passes if name in mandatory else points for name in names if name.startswith("verdict-")}
    return {**verdicts, **dict.fromkeys((name for name in names if name.startswith("rationale-")), WHY)}


def awards(town: Town, number: int) -> None:
    """The officer awards to the next in rank, after reading every letter that goes out."""
    omar = town.visit("Omar", f"/en/opportunities/{number}/evaluation/award")
    omar.presses("Continue to the check", {"reason": WHY}).presses(f"Award opportunity {number} to")
    town.work()


def agrees(town: Town, name: str, number: int, days: int = 3) -> str:
    """Standstill over, the contract is drawn up; both say where and how to pay, and accept. Gives its address."""
    town.travel(timedelta(days=days))
    omar = town.visit("Omar", f"/en/opportunities/{number}/contract").presses("Draw up the contract")
    address = omar.address
    winner = town.visit(name, "/en/account/payment").presses("Connect an account")
    winner.follows("Complete it at the provider").presses("Go back to the exchange", {"standing": "ready"})
    fay = town.visit("Fay", f"/en/departments/{town.code}/payment")
    if fay.finds("Save a method at the provider"):
        fay.follows("Save a method at the provider").presses("Save the card Visa 4242")
    for person in (winner, omar):
        person.opens(f"{address}/accept").presses("Accept the contract", {"agree": "y"})
    return address.split("?")[0]


def delivers(town: Town, name: str, contract: str, position: int) -> None:
    """The supplier delivers a milestone."""
    given = {"note": "Here it is.", "links": PULL_REQUEST}
    town.visit(name, f"{contract}/milestones/{position}/deliver").presses("Deliver", given)


def is_paid(town: Town, contract: str, position: int) -> None:
    """The buyer accepts, finance releases, and the payment provider settles after its delay."""
    milestone = f"{contract}/milestones/{position}"
    town.visit("Bea", f"{milestone}/accept").presses(f"Accept milestone {position}")
    town.visit("Fay", f"{milestone}/release").presses("Pay $")
    for _round in range(6):
        town.work()
        town.travel(timedelta(hours=1))
    town.visit("Fay", milestone).reads("Paid")


def whole_lives(kinds: Iterable[str] = (), begun: Mapping[tuple[str, int], str] | None = None) -> None:
    """Check the log: each row's events follow one another along the edges of its table, each move once.

    `begun` says in what state rows were made whose first events are not in the log.
    """
    db.session.rollback()
    tables = {lifecycle.kind: lifecycle for _package, lifecycle in lifecycles()}
    stands: dict[tuple[str, int], str] = dict(begun or {})
    seen = set()
    for event in db.session.scalars(select(Event).order_by(Event.id)):
        kind, _, name = event.action.partition(".")
        if kind in tables and name in tables[kind].transitions:
            edge = tables[kind].transitions[name]
            row = (kind, event.subject_id)
            assert (event.before or "") in edge.sources
            assert event.after == edge.target
            assert stands.get(row, "") == (event.before or ""), f"{row} was {stands.get(row)}, then {event.action}"
            stands[row] = event.after
            seen.add(kind)
    now = {(kind, row_id): state for kind in seen for row_id, state in _states(kind)}
    assert {row: state for row, state in stands.items() if row[0] in seen} == now
    assert set(kinds) <= seen


def _states(kind: str) -> list[tuple[int, str]]:
    table = next(one for name, one in db.metadata.tables.items() if name.startswith(kind) and "version" in one.columns)
    return [(row.id, row.state) for row in db.session.execute(select(table.c.id, table.c.state))]
