"""Whose an address is, and how often it may be asked to confirm."""

from datetime import datetime, timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address

from app.core.audit import System
from app.core.bilingual import N_
from app.core.errors import NotValid
from auth.models import User
from subscriptions import queries

VISITOR = System("visitor")
LONGEST_ADDRESS = 254
MOST_ASKED = 5
ASKED_WITHIN = timedelta(hours=24)
CONFIRMATIONS = ("subscriptions/confirm_alert", "subscriptions/confirm_follow")


def checked_address(typed: str) -> str:
    """Give an address in small letters, or refuse what no mail server would take."""
    address = typed.strip().lower()
    try:
        parsed = Address(addr_spec=address)
    except (HeaderParseError, ValueError, IndexError):
        raise NotValid(N_("Write an e-mail address, such as name@example.org."), field="email") from None
    plain = address.isascii() and address.isprintable() and " " not in address and len(address) <= LONGEST_ADDRESS
    if not plain or not parsed.username or "." not in parsed.domain.strip("."):
        raise NotValid(N_("Write an e-mail address, such as name@example.org."), field="email")
    return address


def owns(person: User | None, address: str) -> bool:
    """Say whether an address is surely this person's: verified by their identity provider."""
    return person is not None and address in queries.own_addresses(person)


def refuse_too_many(address: str, at: datetime) -> None:
    """Refuse to write to an address that was asked to confirm several times within a day."""
    if queries.was_written_to(address, CONFIRMATIONS, at - ASKED_WITHIN) >= MOST_ASKED:
        raise NotValid(N_("This address was asked to confirm several times today. Look in its mail."), field="email")
