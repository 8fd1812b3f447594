"""Stopping in one click, for one subscription, one kind or everything; and starting again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from app.core import audit
from app.core.audit import PARTIES, Subject
from app.core.bilingual import N_
from app.core.db import db, insert_new
from app.core.errors import NotFound, NotValid
from app.core.outbox import EVERYTHING, Notification, Suppression
from auth.models import User
from subscriptions import queries
from subscriptions.actions.addresses import VISITOR
from subscriptions.kinds import GROUPS, group_of, kinds_in
from subscriptions.models import SavedSearch, Watch

Subscription = SavedSearch | Watch


@dataclass(frozen=True)
class Stopped:
    """What a key stands for: one subscription, or a group of kinds; and the address it is about."""

    address: str
    subscription: Subscription | None = None
    group: str = ""


def named_by(key: str) -> Stopped:
    """Say what a stop link is about: its own subscription, or the group of its message's kind; or NotFound."""
    letter = db.session.scalar(select(Notification).where(Notification.key == key))
    if letter is not None and letter.stops is None:
        return Stopped(letter.address, group=group_of(letter.kind))
    wanted = letter.stops if letter is not None else key
    subscription: Subscription | None = queries.find_watch(wanted or "") or db.session.scalar(
        select(SavedSearch).where(SavedSearch.key == wanted)
    )
    if subscription is None:
        raise NotFound
    return Stopped(letter.address if letter is not None else subscription.address, subscription)


def stop(key: str, *, at: datetime) -> Stopped:
    """Stop what the key of a message, an alert or a followed opportunity stands for; again changes nothing."""
    stopped = named_by(key)
    if stopped.subscription is None:
        _suppress(stopped.address, kinds_in(stopped.group), at)
    elif stopped.subscription.stopped_at is None:
        stopped.subscription.stopped_at = at
        _record(stopped.subscription, "stop", at)
    return stopped


def restart(key: str, *, at: datetime) -> Stopped:
    """Take a stop back, and with it a stop of everything."""
    stopped = named_by(key)
    kinds = (EVERYTHING, *kinds_in(stopped.group)) if stopped.group else (EVERYTHING,)
    _hear(stopped.address, kinds)
    if stopped.subscription is not None and stopped.subscription.stopped_at is not None:
        stopped.subscription.stopped_at = None
        _record(stopped.subscription, "restart", at)
    return stopped


def stop_all(key: str, *, at: datetime) -> Stopped:
    """Send nothing more to the address behind a key."""
    stopped = named_by(key)
    _suppress(stopped.address, (EVERYTHING,), at)
    return stopped


def switch(groups: frozenset[str], *, by: User, at: datetime) -> None:
    """Hear by mail of these groups of kinds and of no other; none switches everything off."""
    if not groups <= set(GROUPS):
        raise NotValid(N_("Choose from the list."), field="groups")
    for address in queries.own_addresses(by):
        _hear(address, tuple(queries.switched_off(address)))
        off = [kind for group in GROUPS if group not in groups for kind in kinds_in(group)]
        _suppress(address, tuple(off) if groups else (EVERYTHING,), at)
    chosen = sorted(groups)
    audit.record("user.choose_notifications", by.subject, by=by, at=at, audience=PARTIES, groups=chosen)


def _suppress(address: str, kinds: tuple[str, ...], at: datetime) -> None:
    rows = [{"address": address, "kind": kind, "reason": "asked", "at": at} for kind in kinds]
    insert_new(Suppression, rows)


def _hear(address: str, kinds: tuple[str, ...]) -> None:
    asked = delete(Suppression).where(Suppression.address == address, Suppression.kind.in_(kinds))
    db.session.execute(asked)


def _record(subscription: Subscription, verb: str, at: datetime) -> None:
    subject: Subject = subscription.subject
    kind = "watch" if isinstance(subscription, Watch) else "alert"
    audit.record(f"{kind}.{verb}", subject, by=subscription.user or VISITOR, at=at, audience=PARTIES)
