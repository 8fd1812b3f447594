"""Several people who write proposals at their browsers, and put something to listen for into every field."""

import secrets
from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask.testing import FlaskClient

from app.core.db import db
from auth.models import User
from proposals import queries
from tests.disguises import Ear
from tests.factories import make_organization, make_staff, make_user
from tests.proposals.story import Story

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

    def submit(self, name: str) -> None:
        """Submit what was written."""
        self.post(name, "/check")

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
            self.submit(name)
        if name == "wim":
            self.post(name, "/withdraw")
