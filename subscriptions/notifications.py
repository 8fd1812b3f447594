"""What followers, bidders and readers of alerts are told; the texts lie in templates/notifications/subscriptions."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from app.core import outbox
from app.core.audit import Event
from app.core.bilingual import Bilingual
from app.core.outbox import Address, To
from app.core.render import Letter, renderer
from opportunities.models import Opportunity
from subscriptions.models import SavedSearch, Watch
from subscriptions.queries.searches import Active

MOST_LISTED = 50
"""A digest lists so many; all of them count."""


def confirm_alert(saved: SavedSearch, event: Event) -> None:
    """Ask an address to confirm an alert."""
    to = Address(saved.address, saved.language)
    outbox.post("subscriptions/confirm_alert", to=to, event=event, stops=saved.key, key=saved.key)


def confirm_follow(watch: Watch, event: Event) -> None:
    """Ask an address to confirm that it follows an opportunity."""
    to = Address(watch.address, watch.language)
    facts = {"opportunity": watch.opportunity, "key": watch.key}
    outbox.post("subscriptions/confirm_follow", to=to, event=event, stops=watch.key, **facts)


def matched(opportunity: Opportunity, searches: Iterable[Active], event: Event) -> None:
    """Tell who wants to hear at once that an opportunity matches; once to each, however many alerts match."""
    recipients = {one.email: To(one.email, one.language, one.name, one.user_id, stops=one.key) for one in searches}
    outbox.post_all("subscriptions/match", recipients.values(), event=event, opportunity=opportunity)


def foretold(opportunity: Opportunity, language: str, at: datetime) -> Letter:
    """Draw what those who want to hear at once will be told, for whoever publishes it to read before."""
    return renderer.letter(
        "subscriptions/match", language, {"name": "", "at": at, "why": "", "opportunity": opportunity}
    )


def digest(saved: SavedSearch, opportunities: Sequence[Opportunity], event: Event) -> int | None:
    """Tell what matched an alert since its last message; give the message's number."""
    person = saved.user
    to = person if person is not None and person.email else Address(saved.address, saved.language)
    facts = {"opportunities": opportunities[:MOST_LISTED], "count": len(opportunities), "frequency": saved.frequency}
    return outbox.post("subscriptions/digest", to=to, event=event, stops=saved.key, query=saved.query, **facts)


def news(name: str, opportunity: Opportunity, recipients: Iterable[To], event: Event) -> None:
    """Tell followers and bidders what happened, each once and by one message of their own."""
    facts = {
        "opportunity": opportunity,
        "number": event.facts.get("addendum") or event.facts.get("question"),
        "material": bool(event.facts.get("material")),
        "hours": event.facts.get("hours"),
        "reason": Bilingual.of(event.facts.get("reason") or {}) if name == "cancelled" else None,
    }
    outbox.post_all(f"subscriptions/{name}", _once(recipients, event), event=event, **facts)


def _once(recipients: Iterable[To], event: Event) -> list[To]:
    """Keep the first reason for each person and address; nobody is told of their own act."""
    kept: list[To] = []
    people, addresses = {event.actor_id}, set()
    for to in recipients:
        if (to.id is None or to.id not in people) and to.email not in addresses:
            kept.append(to)
            people.add(to.id)
            addresses.add(to.email)
    return kept
