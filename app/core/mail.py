"""Carries one notification by mail, and the worker's round that carries all that are due.

A notification is claimed in one transaction, sent outside of any, and marked in another. Its Message-ID is made of
its key, so that a second sending after a crash is the same message to every mail server and reader.
"""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from email.headerregistry import Address as MailAddress
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Protocol
from urllib.parse import unquote, urlsplit

from app.core import outbox
from app.core.db import transaction
from app.core.markdown import to_html, to_text
from app.core.outbox import Claimed
from app.core.render import renderer

SMTP_SECONDS = 20
BATCH = 50
LEASE = timedelta(minutes=5)
NO_SUCH_MAILBOX = 550


class Undeliverable(Exception):
    """The mail server refuses this recipient for good."""


class Carrier(Protocol):
    """What takes a message to its recipient."""

    def send(self, message: EmailMessage) -> None:
        """Hand the message over; raises Undeliverable, or anything else to be tried again later."""


class Mailbox:
    """No mail server is set: notifications stay in the exchange, where each person reads their own."""

    def send(self, message: EmailMessage) -> None:
        """Leave the message where it is."""


@dataclass(frozen=True)
class Smtp:
    """A mail server: `smtp://` with STARTTLS where offered, or `smtps://`."""

    url: str

    def send(self, message: EmailMessage) -> None:
        """Hand the message to the server; a connection for each, so that nobody waits for a broken one."""
        with self._connect() as server:
            try:
                server.send_message(message)
            except smtplib.SMTPRecipientsRefused as refused:
                code = next(iter(refused.recipients.values()))[0]
                if code >= NO_SUCH_MAILBOX:
                    raise Undeliverable(str(refused)) from refused
                raise

    def _connect(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, context = parts.hostname or "localhost", ssl.create_default_context()
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=SMTP_SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, parts.port or 587, timeout=SMTP_SECONDS)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        return server


def compose(letter: Claimed, sender: str) -> EmailMessage:
    """Make the message: text and HTML, one recipient, a Message-ID of its own key, a one-click way to stop."""
    name, address = parseaddr(sender)
    message = EmailMessage()
    message["From"] = MailAddress(name, addr_spec=address)
    message["To"] = MailAddress(addr_spec=letter.address)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.created_at)
    message["Message-ID"] = f"<{letter.key}@{address.rpartition('@')[2]}>"
    message["Content-Language"] = letter.language
    stop = renderer.address("subscriptions.stop", lang=letter.language, key=letter.key)
    message["List-Unsubscribe"] = f"<{stop}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    body = renderer.letter(
        "core/frame", letter.language, {"subject": letter.subject, "body": letter.body, "stop": stop}
    )
    message.set_content(to_text(body.body))
    message.add_alternative(f'<html lang="{letter.language}"><body>{to_html(body.body)}</body></html>', subtype="html")
    return message


def deliver_due(carrier: Carrier, sender: str, *, pause: Callable[[], bool] = lambda: False) -> int:
    """Carry every notification that is due, until none is left or `pause` says stop. Returns how many were sent."""
    sent = 0
    while not pause():
        with transaction() as at:
            batch = outbox.claim(BATCH, at=at, lease=LEASE)
        if not batch:
            break
        sent += sum(_deliver(letter, carrier, sender) for letter in batch)
    return sent


def _deliver(letter: Claimed, carrier: Carrier, sender: str) -> bool:
    try:
        carrier.send(compose(letter, sender))
    except Undeliverable as refused:
        with transaction() as at:
            outbox.give_up(letter, str(refused), at=at)
        return False
    except (OSError, smtplib.SMTPException, ValueError) as error:
        with transaction() as at:
            outbox.try_later(letter, f"{type(error).__name__}: {error}", at=at)
        return False
    with transaction() as at:
        outbox.mark_sent(letter, at=at)
    return True
