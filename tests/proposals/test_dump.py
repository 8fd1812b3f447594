"""Who takes the database, the files, the logs, the mails and a backup away before the opening has read nothing.

Several people write at once, alone and for an organization; some submit, one changes, one withdraws, one only drafts.
Requests are refused, break down and come without a session. Whatever stands anywhere of what they wrote is listened
for in every disguise; afterwards, where it belongs, it must be heard.
"""

import re
import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.logging import default_handler
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.db import db, transaction
from app.core.files import DiskStore, chosen
from app.jobs import close_opportunities
from auth.models import User
from evaluations import actions as evaluations
from evaluations.models import Evaluation
from opportunities.models import Opportunity
from proposals import queries
from tests.conftest import Travel
from tests.disguises import Ear
from tests.dump import Post, do_every_job, everything_at_rest, forget_what_was
from tests.factories import CLOSING, make_organization, make_staff, make_user
from tests.proposals.story import Story, make_story, priced_plan

SignIn = Callable[[User], FlaskClient]
CENTS = 827_391_463_51
PRICES = (
    "82739146351",
    "827391463.51",
    "827391463,51",
    "827,391,463",
    "827\u00a0391\u00a0463",
    "827\u202f391\u202f463",
)
TYPED = "827391463.51"
FIELDS = ("answer", "name", "does", "link", "title", "bytes")
"""What is sealed of a proposal, beside its price: a person of the team is named, does and links something."""


class Sealed:
    """A procurement in which several people write, and what each of them put into every field."""

    def __init__(self, story: Story, sign_in: SignIn) -> None:
        self.story, self.number, self.sign_in = story, story.opportunity.number, sign_in
        self.mark = f"Kanariënvögel{secrets.token_hex(4)}"
        self.ear = Ear(self.mark, *PRICES)
        self.homes: dict[str, str] = {}
        self.people = {
            "robin": story.robin,
            **{name: make_user(name.title()) for name in ("rosa", "wim", "dan", "eve")},
        }
        self.organization = make_organization(self.people["rosa"], "Three Pines Software").key
        self.people.update(officer=story.officer, second=make_staff("officer", story.opportunity.department))
        self.numbers = {name: person.id for name, person in self.people.items()}
        self.enter()
        self.boxes = [f"answer-{one.key}" for one in queries.ask_of(story.opportunity).criteria]

    def enter(self) -> None:
        """Open everybody's browser: some weeks later the one before has forgotten them."""
        self.browsers = {name: self.sign_in(self.person(name)) for name in self.numbers}

    def person(self, name: str) -> User:
        """Find a person anew."""
        return db.session.get_one(User, self.numbers[name])

    def addresses(self, *names: str) -> set[str]:
        """Give people's addresses."""
        return {self.person(name).email for name in names}

    def song(self, name: str, field: str) -> str:
        """Give what a person writes into a field."""
        return f"{self.mark}-{name}-{field}"

    def post(self, name: str, page: str, answer: int = 303, /, **sent: Any) -> None:
        """Send a person's form, and be answered so."""
        headers = sent.pop("headers", None)
        got = self.browsers[name].post(f"{self.homes[name]}{page}", data=sent, headers=headers)
        assert (page, got.status_code) == (page, answer)

    def answers(self, name: str, field: str = "answer") -> dict[str, str]:
        """Answer each criterion."""
        return {box: f"{self.song(name, field)} {box}" for box in self.boxes}

    def file(self, name: str) -> tuple[BytesIO, str]:
        """Give a file whose name and bytes sing."""
        return BytesIO(f"{self.song(name, 'bytes')}\n".encode() * 40), f"{self.song(name, 'title')}.txt"

    def write(self, name: str) -> None:
        """Write every part, and submit but for the draft."""
        side = {"on_behalf": self.organization if name == "rosa" else "me"}
        begun = self.browsers[name].post(f"/en/opportunities/{self.number}/propose", data=side)
        self.homes[name] = str(begun.location)
        self.post(name, "/approach", 200, **self.answers(name), headers={"X-Autosave": "1"})
        self.post(name, "/plan", price_cents=TYPED)
        row = {"name": self.song(name, "name"), "does": self.song(name, "does")}
        link = f"https://example.ca/{self.song(name, 'link')}"
        self.post(name, "/team", **{f"team-0-{part}": value for part, value in row.items()}, **{"team-0-link": link})
        self.post(name, "/files", file=self.file(name))
        if name != "dan":
            self.post(name, "/check")
        if name == "wim":
            self.post(name, "/withdraw")


@pytest.fixture
def sealed(client: FlaskClient, sign_in: SignIn) -> Sealed:
    forget_what_was()
    return Sealed(make_story(**priced_plan()), sign_in)


def write(sealed: Sealed, *names: str) -> None:
    """Let people write."""
    for name in names:
        sealed.write(name)


@pytest.fixture
def broken(application: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Let faults be answered as in production; the store's folder can be made unusable, until the test is over."""
    monkeypatch.setitem(application.config, "PROPAGATE_EXCEPTIONS", value=False)
    application.logger.addHandler(default_handler)
    store = chosen.store

    def break_it() -> None:
        (tmp_path / "no-folder").write_text("")
        chosen.store = DiskStore(tmp_path / "no-folder")

    yield break_it
    chosen.store = store
    application.logger.removeHandler(default_handler)


def go_wrong(
    sealed: Sealed, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, break_it: Callable[[], None]
) -> None:
    """Be refused in each way that there is, always with something sealed in the hand."""
    long = {name: f"{value} " * 150 for name, value in sealed.answers("robin", "refused").items()}
    sealed.post("robin", "/approach", 422, **long)
    sealed.post("robin", "/approach", **sealed.answers("robin", "changed"))
    sealed.post("robin", "/plan", 422, price_cents=f"{sealed.mark} {TYPED}")
    sealed.post("robin", "/team", 422, **{"team-0-name": sealed.mark, "team-0-link": f"javascript:{sealed.mark}"})
    sealed.post("robin", "/files", 422, file=(BytesIO(sealed.mark.encode()), f"{sealed.mark}.exe"))
    sealed.post("robin", "/check")
    sealed.post("robin", "/debrief", 405, words=sealed.mark)
    sealed.post("robin", f"/approach?q={sealed.mark}%00", 400, **sealed.answers("robin"))
    for name in ("rosa", "dan"):
        stranger = sealed.browsers[name].post(f"{sealed.homes['robin']}/approach", data=sealed.answers("robin"))
        assert stranger.status_code == 404
    without_session = client.post(
        f"{sealed.homes['robin']}/approach", data=sealed.answers("robin"), headers={"Origin": "http://localhost"}
    )
    assert (without_session.status_code, "kept=" in str(without_session.headers)) == (303, True)
    with monkeypatch.context() as patch:
        patch.setitem(client.application.config, "MAX_CONTENT_LENGTH", 500)
        sealed.post("robin", "/files", 413, file=sealed.file("robin"))
    break_it()
    sealed.post("robin", "/files", 500, file=sealed.file("robin"))


def seat_panel(sealed: Sealed) -> None:
    """Seat Eve alone on the panel."""
    with transaction() as at:
        officer, eve = sealed.person("officer"), sealed.person("eve")
        opportunity = db.session.scalars(select(Opportunity)).one()
        seat = evaluations.invite(opportunity, eve.email, chairs=True, by=officer, at=at)
        evaluations.answer(
            seat, accepts=True, conflict=False, words="I know none of them, and none of them knows me.", by=eve, at=at
        )


def open_half(sealed: Sealed, travel: Travel) -> int:
    """Let it close, be late, and let the first of two people open; gives the number of the evaluation."""
    travel(CLOSING + timedelta(minutes=1))
    sealed.enter()
    sealed.post("robin", "/approach", 409, **sealed.answers("robin", "late"))
    sealed.post("robin", "/check", 409)
    close_opportunities()
    with transaction() as at:
        opportunity = db.session.scalars(select(Opportunity)).one()
        return evaluations.begin_opening(opportunity, by=sealed.person("officer"), at=at).id


def test_who_takes_everything_away_before_the_opening_has_read_nothing(
    sealed: Sealed, application: Flask, client: FlaskClient, travel: Travel, broken: Callable[[], None],
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:  # fmt: skip
    post = Post()
    write(sealed, "robin", "rosa", "wim", "dan")
    go_wrong(sealed, client, monkeypatch, broken)
    do_every_job(application, post)
    open_half(sealed, travel)
    do_every_job(application, post)
    kept = everything_at_rest(application, tmp_path / "backup.tar.gz")
    logged = "".join(capfd.readouterr()).encode()
    everything = [*kept, *post.sent, logged]
    assert (b"FileExistsError" in logged, post.told) == (True, sealed.addresses(*sealed.homes, "second"))
    assert Ear("Three Pines Software").hears(kept[-1]) >= {"utf-8"}
    assert sealed.ear.hears(*everything) == set()
    assert [one for one in everything if CENTS.to_bytes(6, "big") in one] == []


def test_whom_it_belongs_to_hears_all_of_it_and_from_the_opening_the_panel(sealed: Sealed, travel: Travel) -> None:
    write(sealed, "robin", "rosa")
    own = [sealed.homes["rosa"] + page for page in ("/approach", "/plan", "/team", "/files", "/check", "/copy")]
    home = sealed.browsers["rosa"].get(own[3]).text
    own.append(re.findall(r'href="([^"]*/files/[^"]+)"', home)[0])
    before = [sealed.browsers["rosa"].get(page).get_data() for page in own]
    assert [field for field in FIELDS if not Ear(sealed.song("rosa", field)).hears(*before)] == []
    assert Ear(*PRICES).hears(*before) != set()
    seat_panel(sealed)
    number = open_half(sealed, travel)
    with transaction() as at:
        evaluations.complete_opening(db.session.get_one(Evaluation, number), by=sealed.person("second"), at=at)
    base = f"/en/opportunities/{sealed.number}/evaluation"
    pages = [f"{base}/{proponent}{page}" for proponent in (1, 2) for page in ("", "/files/1")]
    after = [sealed.browsers["eve"].get(page, follow_redirects=True).get_data() for page in pages]
    heard = {(name, field) for name in sealed.homes for field in FIELDS if Ear(sealed.song(name, field)).hears(*after)}
    assert heard == {(name, field) for name in ("robin", "rosa") for field in ("answer", "bytes")}
