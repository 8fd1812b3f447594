"""Publication and closing."""

from datetime import datetime
from typing import cast

from sqlalchemy import select

from app.core import search
from app.core.audit import CLOCK
from app.core.bilingual import Bilingual
from app.core.db import db
from app.core.formats import utc
from auth.models import User
from opportunities import notifications, queries
from opportunities.lifecycle import OPPORTUNITY
from opportunities.models import Edition, Opportunity


def publish(opportunity: Opportunity, *, by: User, at: datetime) -> Opportunity:
    """Publish an approved and certified opportunity: its first edition is written and its plan frozen."""
    facts = queries.facts(opportunity, by, at)
    opportunity.published_at = opportunity.published_at or at
    opportunity.updated_at = at
    opportunity.plan.frozen_hash = queries.plan_hash(opportunity.plan)
    event = OPPORTUNITY.move(
        opportunity, "publish", by=by, at=at, facts=facts, edition=1,
        closing=utc(cast("datetime", opportunity.closing_at)),
        value_cents=opportunity.value_cents, plan_hash=opportunity.plan.frozen_hash,
    )  # fmt: skip
    add_edition(opportunity, material=True, by=by, at=at)
    notifications.tell_author(opportunity, event, "published")
    return opportunity


def close(opportunity: Opportunity, *, at: datetime) -> Opportunity:
    """Close what has come to its closing; nobody but the clock does."""
    facts = queries.facts(opportunity, None, at)
    OPPORTUNITY.move(
        opportunity, "close", by=CLOCK, at=at, facts=facts, closing=utc(cast("datetime", opportunity.closing_at))
    )
    return opportunity


def close_due(*, at: datetime) -> list[Opportunity]:
    """Close every opportunity whose closing has come; the worker does it each minute, with or without traffic."""
    due = select(Opportunity).where(Opportunity.state == "open", Opportunity.closing_at <= at)
    return [close(one, at=at) for one in db.session.scalars(due.order_by(Opportunity.closing_at).with_for_update())]


def add_edition(opportunity: Opportunity, *, material: bool, by: User, at: datetime) -> Edition:
    """Write the text as it stands as the next edition; a material one is what bidders confirm."""
    opportunity.edition += 1
    if material:
        opportunity.material_edition = opportunity.edition
    edition = Edition(
        opportunity=opportunity, number=opportunity.edition, material=material, by=by, at=at,
        snapshot=queries.snapshot(opportunity),
    )  # fmt: skip
    db.session.add(edition)
    db.session.flush()
    search.index(opportunity.id, _findable(opportunity))
    return edition


def _findable(opportunity: Opportunity) -> list[Bilingual]:
    """Give the texts by which an opportunity is found."""
    return [
        opportunity.title, opportunity.summary, opportunity.problem, opportunity.users, opportunity.deliverables,
        opportunity.department.name, opportunity.department.abbreviation, *(skill.name for skill in opportunity.skills),
    ]  # fmt: skip
