"""Reading the log onward and telling whom each event concerns, exactly once: the cursor moves with what is written."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import OperationalError

from app.core import audit
from app.core.audit import CLOCK, PARTIES, Event, Subject
from app.core.db import db, insert_new
from app.core.outbox import Notification, To
from opportunities.models import Opportunity
from subscriptions import notifications, queries
from subscriptions.matching import last_slot
from subscriptions.models import Match, SavedSearch
from subscriptions.queries.searches import Active

CURSOR = "subscriptions"
Audience = Callable[[Opportunity], list[To]]
"""Who is told of an event about an opportunity."""


def _while_open(opportunity: Opportunity) -> list[To]:
    """List bidders, then those with a draft, then followers: the first reason for a person is the one given."""
    return [*queries.bidders(opportunity), *queries.writers(opportunity), *queries.watchers(opportunity)]


def _to_the_end(opportunity: Opportunity) -> list[To]:
    states = ("submitted", "opened", "not_awarded", "awarded")
    return [
        *queries.bidders(opportunity, states),
        *queries.writers(opportunity),
        *queries.watchers(opportunity),
    ]


def _who_may_miss_it(opportunity: Opportunity) -> list[To]:
    return [*queries.drafters(opportunity), *queries.watchers(opportunity)]


def _followers_alone(opportunity: Opportunity) -> list[To]:
    """List followers; bidders are told by the opening and the decision themselves, each of their own proposal."""
    told = queries.side(opportunity)
    return [to for to in queries.watchers(opportunity) if to.id not in told]


NEWS: dict[str, tuple[str, Audience]] = {
    "opportunity.extend": ("extended", _while_open),
    "opportunity.issue_addendum": ("addendum", _while_open),
    "opportunity.answer": ("answered", _while_open),
    "opportunity.remind": ("closing_soon", _who_may_miss_it),
    "opportunity.remind_panel": ("scoring_due", queries.behind_in_scoring),
    "opportunity.close": ("closed", _while_open),
    "opportunity.cancel": ("cancelled", _to_the_end),
    "opportunity.open_proposals": ("opened", _followers_alone),
    "opportunity.award": ("awarded", _followers_alone),
    "opportunity.find_unsuccessful": ("unsuccessful", _followers_alone),
}
"""Which event is told under which name, and to whom."""


class CannotTell(Exception):
    """An event cannot be told; `before` says how many of those read can."""

    def __init__(self, event: Event, before: int) -> None:
        super().__init__(f"event {event.id} ({event.action}) cannot be told")
        self.event_id = event.id
        self.before = before


def tell(limit: int = 200) -> int:
    """Tell what happened since the last time, in the order of the log. Returns how many events were read.

    Raises CannotTell at a fault that lies in the event; a database out of reach is no event's fault.
    """
    events = audit.read_on(audit.hold(CURSOR), limit)
    aside = {event.id for event in queries.set_aside()}
    for position, event in enumerate(events):
        try:
            if event.id not in aside:
                _tell_of(event)
        except OperationalError:
            raise
        except Exception as fault:
            raise CannotTell(event, position) from fault
    return len(events)


def _tell_of(event: Event) -> None:
    if event.action == "opportunity.publish":
        _find_matches(_about(event), event)
    elif event.action in NEWS:
        name, audience = NEWS[event.action]
        opportunity = _about(event)
        notifications.news(name, opportunity, audience(opportunity), event)


def set_aside(event_id: int, *, at: datetime) -> Event:
    """Leave an event untold that cannot be told, so that those after it are; the operator's check names it."""
    return audit.record(queries.SET_ASIDE, Subject("event", event_id), by=CLOCK, at=at, audience=PARTIES)


def tell_again(*, at: datetime) -> int:
    """Tell what was set aside, once its fault is mended. Returns how many events that were."""
    events = queries.set_aside()
    for event in events:
        _tell_of(event)
        audit.record(queries.TOLD_AGAIN, Subject("event", event.id), by=CLOCK, at=at, audience=PARTIES)
    return len(events)


def _about(event: Event) -> Opportunity:
    return db.session.get_one(Opportunity, event.subject_id)


def _find_matches(opportunity: Opportunity, event: Event) -> None:
    """Write down every alert that a new opportunity matches, and tell those who want to hear at once."""
    fitting = queries.fitting(opportunity)
    found = queries.matched_words(opportunity, {one.search.words for one in fitting})
    matching = [one for one in fitting if one.search.words in found]
    insert_new(
        Match,
        [{"saved_search_id": one.id, "opportunity_id": opportunity.id, "matched_at": event.at} for one in matching],
    )
    instant = [one for one in matching if one.frequency == "instant"]
    notifications.matched(opportunity, instant, event)
    _mark_told(opportunity, instant, event)


def _mark_told(opportunity: Opportunity, searches: list[Active], event: Event) -> None:
    """Tie each match to the message that tells it."""
    written = select(Notification.address, Notification.id).where(
        Notification.event_id == event.id, Notification.kind == "subscriptions/match"
    )
    messages = {row.address: row.id for row in db.session.execute(written)}
    told = [{"search": one.id, "message": messages[one.email]} for one in searches if one.email in messages]
    if not told:
        return
    match: Any = Match.__table__
    tied = (
        update(match)
        .where(match.c.saved_search_id == bindparam("search"), match.c.opportunity_id == opportunity.id)
        .values(notification_id=bindparam("message"))
    )
    db.session.connection().execute(tied, told)
    sent = (
        update(SavedSearch)
        .where(
            SavedSearch.id.in_(
                select(Match.saved_search_id).where(
                    Match.opportunity_id == opportunity.id, Match.notification_id.in_(list(messages.values()))
                )
            )
        )
        .values(last_sent_at=event.at)
    )
    db.session.execute(sent.execution_options(synchronize_session=False))


def send_digests(*, at: datetime, limit: int = 100) -> int:
    """Write the digests that are due, and again those alerts whose message failed. Returns how many were written.

    Missed runs catch up: what counts is the last slot before `at`, and every match that no message has told.
    """
    audit.hold("digests")
    slots = {"daily": last_slot("daily", at), "weekly": last_slot("weekly", at), "instant": at - timedelta(hours=1)}
    due = chain.from_iterable(queries.due_digests(often, slot, limit) for often, slot in slots.items())
    sent = 0
    for saved in due:
        _send_digest(saved, at)
        sent += 1
    return sent


def _send_digest(saved: SavedSearch, at: datetime) -> None:
    waiting = queries.untold(saved)
    event = audit.record("alert.digest", saved.subject, by=CLOCK, at=at, audience=PARTIES, count=len(waiting))
    message = notifications.digest(saved, [opportunity for _match, opportunity in waiting], event)
    if message is None:
        return
    for match, _opportunity in waiting:
        match.notification_id = message
    saved.last_sent_at = at
