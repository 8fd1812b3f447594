"""Notifications reach a real mail server, each once, and wait out its faults."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage, Message

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import AsyncMessage
from flask import Flask
from sqlalchemy import select

from app.core import audit, outbox
from app.core.audit import CLOCK, Subject
from app.core.db import db, transaction
from app.core.mail import Smtp, Undeliverable, deliver_due
from app.core.outbox import Address, Notification, Suppression
from tests.conftest import Travel

SENDER = "DevEx <devex@exchange.example>"


class Inbox(AsyncMessage):
    """What the mail server took."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[Message] = []

    async def handle_message(self, message: Message) -> None:
        self.messages.append(message)


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, Smtp]]:
    inbox = Inbox()
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port = place.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield inbox, Smtp(f"smtp://127.0.0.1:{port}")
    controller.stop()


class Broken:
    """A mail server that fails a number of times, or refuses for good."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def send(self, message: EmailMessage) -> None:
        raise self.error


def post(address: str = "reader@mail.example", language: str = "en") -> None:
    with transaction() as at:
        event = audit.record("test.done", Subject("test", 1), by=CLOCK, at=at)
        outbox.post(
            "core/frame", to=Address(address, language), event=event, subject="Clôture", body="*Soon*", stop="x"
        )


def the_one() -> Notification:
    db.session.rollback()
    return db.session.scalars(select(Notification)).one()


def test_a_notification_arrives_once_in_text_and_html(app: Flask, travel: Travel, inbox: tuple[Inbox, Smtp]) -> None:
    post()
    assert (deliver_due(inbox[1], SENDER), deliver_due(inbox[1], SENDER)) == (1, 0)
    message = inbox[0].messages[0]
    assert (message["Subject"], message["To"]) == ("Clôture", "reader@mail.example") or message["Subject"].startswith(
        "=?"
    )
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert message["Message-ID"] == f"<{the_one().key}@exchange.example>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_same_event_is_told_once(app: Flask, travel: Travel) -> None:
    with transaction() as at:
        event = audit.record("test.done", Subject("test", 1), by=CLOCK, at=at)
        for _ in range(2):
            outbox.post("core/frame", to=Address("a@b.example", "fr"), event=event, subject="x", body="y", stop="z")
    assert the_one().language == "fr"


def test_a_fault_is_waited_out_and_the_message_keeps_its_id(
    app: Flask, travel: Travel, inbox: tuple[Inbox, Smtp]
) -> None:
    post()
    assert deliver_due(Broken(ConnectionResetError("gone")), SENDER) == 0
    assert the_one().last_error == "ConnectionResetError: gone"
    assert deliver_due(inbox[1], SENDER) == 0
    travel(timedelta(minutes=2))
    assert deliver_due(inbox[1], SENDER) == 1
    assert the_one().last_error is None


def test_an_address_that_does_not_exist_is_not_written_to_again(app: Flask, travel: Travel) -> None:
    post()
    assert deliver_due(Broken(Undeliverable("no such user")), SENDER) == 0
    assert the_one().failed_at is not None
    assert [one.reason for one in db.session.scalars(select(Suppression))] == ["bounced"]


def test_a_claimed_notification_is_nobody_elses_until_its_lease_ends(app: Flask, travel: Travel) -> None:
    post()
    lease = timedelta(minutes=5)
    with transaction() as at:
        first = outbox.claim(10, at=at, lease=lease)
        second = outbox.claim(10, at=at, lease=lease)
    assert ([letter.address for letter in first], second) == (["reader@mail.example"], [])
    travel(lease)
    with transaction() as at:
        assert [letter.attempts for letter in outbox.claim(10, at=at, lease=lease)] == [2]


def test_who_asked_to_hear_nothing_is_sent_nothing(app: Flask, travel: Travel, inbox: tuple[Inbox, Smtp]) -> None:
    with transaction() as at:
        db.session.add(Suppression(address="reader@mail.example", kind="core/frame", reason="asked", at=at))
    post()
    assert deliver_due(inbox[1], SENDER) == 0
    assert the_one().withheld_at is not None


class Crashing:
    """A worker that dies between the mail server's yes and its own commit."""

    def __init__(self, carrier: Smtp) -> None:
        self.carrier = carrier

    def send(self, message: EmailMessage) -> None:
        self.carrier.send(message)
        raise KeyboardInterrupt


def test_a_crash_after_the_servers_yes_repeats_the_message_under_the_same_id(
    app: Flask, travel: Travel, inbox: tuple[Inbox, Smtp]
) -> None:
    post()
    with pytest.raises(KeyboardInterrupt):
        deliver_due(Crashing(inbox[1]), SENDER)
    assert deliver_due(inbox[1], SENDER) == 0
    travel(timedelta(minutes=6))
    assert (deliver_due(inbox[1], SENDER), deliver_due(inbox[1], SENDER)) == (1, 0)
    first, second = inbox[0].messages
    assert first["Message-ID"] == second["Message-ID"] == f"<{the_one().key}@exchange.example>"


def test_each_message_has_one_recipient_who_sees_nobody_else(
    app: Flask, travel: Travel, inbox: tuple[Inbox, Smtp]
) -> None:
    for address in ("a@mail.example", "b@mail.example"):
        post(address)
    assert deliver_due(inbox[1], SENDER) == 2
    assert [message["To"] for message in inbox[0].messages] == ["a@mail.example", "b@mail.example"]
    assert [message["Cc"] or message["Bcc"] for message in inbox[0].messages] == [None, None]
