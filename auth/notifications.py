"""What people are told about their places, roles and terms."""

from dataclasses import dataclass

from app.core import outbox
from app.core.audit import Event
from auth import queries
from auth.models import Appointment, Membership, Terms, User


@dataclass(frozen=True)
class _At:
    """A recipient under another address than their usual one."""

    id: int | None
    name: str
    email: str
    language: str


def tell_invited(place: Membership, by: User, event: Event) -> None:
    """Tell an address that it is invited to an organization."""
    known = queries.find_user_by_address(place.address)
    language = known.language if known is not None else by.language
    to = _At(known.id if known else None, known.name if known else "", place.address, language)
    outbox.post(
        "auth/invitation", to=to, event=event, organization=place.organization.name, by=by.name, role=place.role,
        key=place.key,
    )  # fmt: skip


def tell_role_given(appointment: Appointment, by: str, event: Event) -> None:
    """Tell a person which role they now hold."""
    outbox.post("auth/role_given", to=appointment.user, event=event, appointment=appointment, by=by)


def tell_role_ended(appointment: Appointment, by: str, event: Event) -> None:
    """Tell a person that a role of theirs ended."""
    outbox.post("auth/role_ended", to=appointment.user, event=event, appointment=appointment, by=by)


def tell_terms_changed(terms: Terms, event: Event) -> None:
    """Tell whoever accepted an earlier version that there is a new one."""
    for person in queries.people_who_accepted(terms.kind):
        outbox.post("auth/terms_changed", to=person, event=event, terms=terms)


def tell_suspended(person: User, reason: str, event: Event) -> None:
    """Tell a person that they are shut out, and why."""
    outbox.post("auth/suspended", to=person, event=event, reason=reason)


def tell_joined(person: User, event: Event) -> None:
    """Tell a person that all their ways to sign in now lead to one account."""
    outbox.post("auth/joined", to=person, event=event)


def tell_reinstated(person: User, event: Event) -> None:
    """Tell a person that they may sign in again."""
    outbox.post("auth/reinstated", to=person, event=event)
