"""Following one opportunity: one click for the signed-in, a confirmation by mail for an address alone."""

from datetime import datetime

from app.core import audit
from app.core.audit import PARTIES
from app.core.db import db
from auth.models import User
from opportunities.models import Opportunity
from subscriptions import notifications, queries
from subscriptions.actions.addresses import VISITOR, checked_address, owns, refuse_too_many
from subscriptions.models import Watch


def follow(opportunity: Opportunity, address: str, language: str, *, by: User | None, at: datetime) -> Watch:
    """Follow a published opportunity; one's own verified address needs no confirmation."""
    address = checked_address(address)
    own = owns(by, address)
    watch = queries.find_watch_of(opportunity, address, by if own else None)
    if watch is None:
        watch = Watch(opportunity=opportunity, address=address, language=language, created_at=at)
    db.session.add(watch)
    if own:
        watch.user, watch.confirmed_at, watch.stopped_at = by, watch.confirmed_at or at, None
    db.session.flush()
    event = audit.record("watch.ask", watch.subject, by=by or VISITOR, at=at, audience=PARTIES)
    if not own:
        refuse_too_many(address, at)
        notifications.confirm_follow(watch, event)
    return watch


def confirm_follow(watch: Watch, *, at: datetime) -> Watch:
    """Confirm from the link in the mail that an address follows; doing it again changes nothing."""
    if watch.confirmed_at is None or watch.stopped_at is not None:
        watch.confirmed_at, watch.stopped_at = at, None
        watch.user = queries.owner_of(watch.address)
        db.session.flush()
        audit.record("watch.confirm", watch.subject, by=watch.user or VISITOR, at=at, audience=PARTIES)
    return watch


def unfollow(opportunity: Opportunity, *, by: User, at: datetime) -> None:
    """Follow an opportunity no longer."""
    for watch in queries.watches_at(by.email, by):
        if watch.opportunity_id == opportunity.id:
            watch.stopped_at = at
            audit.record("watch.stop", watch.subject, by=by, at=at, audience=PARTIES)
