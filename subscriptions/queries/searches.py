"""Saved searches against an opportunity, and the digests that are due."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Row, and_, func, or_, select

from app.core import search
from app.core.db import db
from app.core.outbox import EVERYTHING, Notification, Suppression
from auth.models import User
from opportunities.models import Opportunity
from opportunities.queries import findable
from opportunities.searching import Search
from subscriptions.matching import Posted, fits, read
from subscriptions.models import Match, SavedSearch

DIGEST = "subscriptions/digest"
MATCH = "subscriptions/match"
active = and_(SavedSearch.confirmed_at.is_not(None), SavedSearch.stopped_at.is_(None))


class Active(NamedTuple):
    """A confirmed alert: what it looks for, how often it is told, and to whom."""

    id: int
    key: str
    frequency: str
    search: Search
    email: str
    language: str
    name: str
    user_id: int | None


def posted(opportunity: Opportunity) -> Posted:
    """Gather what a search asks of an opportunity, besides its words."""
    return Posted(
        value_cents=opportunity.value_cents,
        skills=frozenset(skill.code for skill in opportunity.skills),
        department=opportunity.department.code,
        work_language=opportunity.work_language,
    )


def active_searches() -> list[Active]:
    """List every alert that is confirmed and not stopped, with its recipient as they are now."""
    rows = db.session.execute(
        select(
            SavedSearch.id,
            SavedSearch.key,
            SavedSearch.frequency,
            SavedSearch.query,
            func.coalesce(func.nullif(User.email, ""), SavedSearch.address),
            func.coalesce(User.language, SavedSearch.language),
            func.coalesce(User.name, ""),
            User.id,
        )
        .outerjoin(User, User.id == SavedSearch.user_id)
        .where(active)
        .order_by(SavedSearch.id)
    )
    return [Active(number, key, often, read(query), *who) for number, key, often, query, *who in rows]


def fitting(opportunity: Opportunity) -> list[Active]:
    """List the alerts that an opportunity fits, their words left aside."""
    asked = posted(opportunity)
    return [one for one in active_searches() if fits(one.search, asked)]


def foreseen(opportunity: Opportunity) -> list[Active]:
    """List the alerts that an opportunity will match once it is published, but those of addresses that stopped."""
    stopped = select(Suppression.address).where(Suppression.kind.in_((MATCH, EVERYTHING)))
    silent = set(db.session.scalars(stopped))
    texts = findable(opportunity)
    return [
        one
        for one in fitting(opportunity)
        if one.email not in silent and (not one.search.words or search.found_in(one.search.words, texts))
    ]


def matched_words(opportunity: Opportunity, words: Iterable[str]) -> set[str]:
    """Say which of the searched words find an opportunity, exactly as the list would; no words find everything."""
    return {query for query in set(words) if not query or _finds(query, opportunity)}


def _finds(words: str, opportunity: Opportunity) -> bool:
    wanted = search.matching(words)
    if wanted is None:
        return False
    return db.session.scalar(wanted.where(search.DOCUMENTS.c.rowid == opportunity.id)) is not None


def due_digests(frequency: str, slot: datetime, limit: int) -> list[SavedSearch]:
    """List the alerts of a frequency with matches from before the slot that no message has told; silenced ones wait."""
    matched = (
        select(Match.id)
        .outerjoin(Notification, Notification.id == Match.notification_id)
        .where(
            Match.saved_search_id == SavedSearch.id,
            Match.matched_at <= slot,
            or_(Match.notification_id.is_(None), Notification.failed_at.is_not(None)),
        )
    )
    silenced = select(Suppression.id).where(
        Suppression.address == func.coalesce(func.nullif(User.email, ""), SavedSearch.address),
        Suppression.kind.in_((DIGEST, EVERYTHING)),
    )
    due = (
        select(SavedSearch)
        .outerjoin(User, User.id == SavedSearch.user_id)
        .where(active, SavedSearch.frequency == frequency, matched.exists(), ~silenced.exists())
    )
    return list(db.session.scalars(due.order_by(SavedSearch.id).limit(limit).with_for_update(of=SavedSearch)))


def untold(saved: SavedSearch) -> Sequence[Row[Match, Opportunity]]:
    """List what matched an alert and was told in no message that left, closing first."""
    waiting = (
        select(Match, Opportunity)
        .join(Opportunity, Opportunity.id == Match.opportunity_id)
        .outerjoin(Notification, Notification.id == Match.notification_id)
        .where(
            Match.saved_search_id == saved.id,
            or_(Match.notification_id.is_(None), Notification.failed_at.is_not(None)),
        )
    )
    return db.session.execute(waiting.order_by(Opportunity.closing_at, Opportunity.id)).all()
