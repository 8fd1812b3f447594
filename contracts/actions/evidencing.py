"""Evidence looked up at its source, outside any transaction; and merges that a notice tells of.

The worker's part: `look_up_due` opens its own transactions. What is not answered is asked again later, each time after
twice as long; what was known before stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, or_, select, update

from app.core import audit
from app.core.audit import System
from app.core.bilingual import N_
from app.core.db import db, insert_new, transaction
from app.core.errors import NotAllowed, NotNow
from auth.models import User
from contracts import evidence as pure
from contracts import notifications
from contracts.evidence import Address, Merge, NoAnswer, Snapshot, Source
from contracts.models import Delivery, Evidence, GitHubNotice, Milestone
from contracts.queries import evidence_named, facts, last_delivery

GITHUB = System("GitHub")
LEASE = timedelta(minutes=2)
PAUSE = timedelta(minutes=1)
MOST_TRIES = 20
"""About four days; after them it is asked again only when somebody wants it."""
AT_ONCE = 50


@dataclass(frozen=True)
class Claim:
    """A link that this worker looks up."""

    evidence_id: int
    address: Address


def add_evidence(delivery: Delivery, links: Sequence[str], *, at: datetime) -> None:
    """Keep each link with its delivery, due to be looked up if it is shaped like one of GitHub's."""
    for position, link in enumerate(links, 1):
        found = pure.parse(link)
        row = Evidence(delivery=delivery, position=position, url=link, kind=pure.seems(link))
        if found is not None:
            row.kind, row.host, row.repository, row.reference = (
                found.kind, found.host, found.repository, found.reference,
            )  # fmt: skip
            row.due_at = at
        db.session.add(row)


def look_up_due(source: Source | None) -> int:
    """Look up what is due, one after the other; gives how many were asked for. Without a source nothing is asked."""
    done = 0
    while source is not None and done < AT_ONCE and (claim := _claim_next(source.host)) is not None:
        found = _ask(source, claim.address)
        with transaction() as at:
            _write(db.session.get_one(Evidence, claim.evidence_id), found, at)
        done += 1
    return done


def _claim_next(host: str) -> Claim | None:
    with transaction() as at:
        free = or_(Evidence.leased_until.is_(None), Evidence.leased_until <= at)
        due = select(Evidence.id).where(Evidence.host == host, Evidence.due_at <= at, free)
        found = db.session.scalar(due.order_by(Evidence.due_at, Evidence.id).limit(1))
        if found is None:
            return None
        lease = update(Evidence).where(Evidence.id == found, free).values(leased_until=at + LEASE)
        taken = cast("CursorResult[Any]", db.session.execute(lease.execution_options(synchronize_session=False)))
        if taken.rowcount != 1:
            return None
        row = db.session.get_one(Evidence, found, populate_existing=True)
        return Claim(row.id, Address(row.host, row.kind, row.repository, row.reference))


def _ask(source: Source, address: Address) -> Snapshot | NoAnswer:
    try:
        return source.look_up(address)
    except NoAnswer as silence:
        return silence


def _write(row: Evidence, found: Snapshot | NoAnswer, at: datetime) -> None:
    row.leased_until = None
    if isinstance(found, NoAnswer):
        row.tries += 1
        wait = max(found.wait or timedelta(0), pure.wait(row.tries - 1))
        row.due_at = at + wait if row.tries < MOST_TRIES else None
        return
    row.due_at, row.tries = None, 0
    keep_snapshot(row, found, at=at)


def keep_snapshot(row: Evidence, found: Snapshot, *, at: datetime) -> None:
    """Write what was found; the buyer is told, once, of a pull request merged after it was delivered."""
    merged_anew = found.state == "merged" and row.outcome != "merged"
    row.standing, row.checked_at = "found" if found.exists else "missing", at
    row.outcome, row.title, row.person, row.happened_at = found.state, found.title, found.by, found.happened_at
    delivered = row.delivery.at
    if merged_anew and found.happened_at is not None and found.happened_at > delivered:
        milestone = row.delivery.milestone
        event = audit.record(
            "milestone.merge", milestone.subject, by=GITHUB, at=at, position=milestone.position, link=row.url
        )
        notifications.tell_buyer(milestone, event, "merged", evidence=row)


def note_merge(merge: Merge, notice: str, *, at: datetime) -> bool:
    """Write what a signed notice tells of a merged pull request; False when this notice was read before."""
    if db.session.scalar(select(GitHubNotice.id).where(GitHubNotice.delivery == notice)) is not None:
        return False
    insert_new(GitHubNotice, [{"delivery": notice, "at": at}])
    for row in evidence_named(merge.address):
        if row.outcome != "merged":
            keep_snapshot(row, merge.snapshot, at=at)
    return True


def check_again(milestone: Milestone, *, by: User, at: datetime) -> None:
    """Ask, as either side, that the links of the latest delivery are looked up anew; once a minute at most."""
    delivery = last_delivery(milestone)
    if not facts(milestone.contract, by, at).party:
        raise NotAllowed
    asked = [row for row in delivery.evidence if row.host] if delivery else []
    if not asked:
        raise NotNow(N_("There is no link here that can be checked."))
    if any(row.checked_at is not None and at - row.checked_at < PAUSE for row in asked):
        raise NotNow(N_("These links were checked less than a minute ago."))
    for row in asked:
        row.due_at, row.tries = at, 0
    audit.record(
        "milestone.check_links", milestone.subject, by=by, at=at, audience=audit.PARTIES, position=milestone.position
    )
