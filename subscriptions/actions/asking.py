"""Asking for an alert, with or without an account; an address that is not surely the asker's confirms by mail."""

from datetime import datetime

from app.core import audit
from app.core.audit import PARTIES
from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotValid
from auth.models import User
from opportunities.searching import Search
from subscriptions import notifications, queries
from subscriptions.actions.addresses import VISITOR, checked_address, owns, refuse_too_many
from subscriptions.actions.following import confirm_follow
from subscriptions.matching import kept
from subscriptions.models import SavedSearch, Watch

MOST_ALERTS = 30


def ask(search: Search, address: str, frequency: str, language: str, *, by: User | None, at: datetime) -> SavedSearch:
    """Ask for an alert on a search: `frequency` is instant, daily or weekly.

    One's own verified address needs no confirmation. The same search asked again changes only how often.
    """
    address = checked_address(address)
    query = kept(search)
    saved = queries.find_same_search(address, query)
    if saved is None:
        if len(queries.searches_at(address, confirmed=False)) >= MOST_ALERTS:
            raise NotValid(N_("This address has %(count)s alerts; stop one first."), field="email", count=MOST_ALERTS)
        saved = SavedSearch(address=address, language=language, query=query, frequency=frequency, created_at=at)
    db.session.add(saved)
    own = owns(by, address)
    if own:
        saved.user, saved.confirmed_at = by, saved.confirmed_at or at
    if own or saved.confirmed_at is None:
        saved.frequency = frequency
    db.session.flush()
    event = audit.record("alert.ask", saved.subject, by=by or VISITOR, at=at, audience=PARTIES, frequency=frequency)
    if not own:
        refuse_too_many(address, at)
        notifications.confirm_alert(saved, event)
    return saved


def confirm(saved: SavedSearch, *, at: datetime) -> SavedSearch:
    """Confirm an alert from the link in its mail; doing it again changes nothing."""
    if saved.confirmed_at is None:
        saved.confirmed_at = at
        saved.user = queries.owner_of(saved.address)
        db.session.flush()
        audit.record("alert.confirm", saved.subject, by=saved.user or VISITOR, at=at, audience=PARTIES)
    return saved


def confirm_any(key: str, *, at: datetime) -> SavedSearch | Watch:
    """Confirm what a link in a mail names: a followed opportunity or an alert."""
    watch = queries.find_watch(key)
    return confirm_follow(watch, at=at) if watch is not None else confirm(queries.get_search(key), at=at)
