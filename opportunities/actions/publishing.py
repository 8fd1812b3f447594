"""Publication and closing."""

from datetime import datetime
from typing import cast

from sqlalchemy import select

from app.core import search
from app.core.audit import CLOCK, Actor
from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotAllowed, NotValid
from app.core.formats import utc
from auth.models import User
from opportunities import notifications, queries
from opportunities.lifecycle import OPPORTUNITY
from opportunities.models import Edition, Opportunity
from opportunities.policy import Facts


def publish(opportunity: Opportunity, *, by: User, at: datetime) -> Opportunity:
    """Publish an approved and certified opportunity: its first edition is written and its plan frozen."""
    return _publish(opportunity, by, queries.facts(opportunity, by, at), officer=by, at=at)


def schedule(opportunity: Opportunity, moment: datetime, *, by: User, at: datetime) -> Opportunity:
    """Choose the later moment at which the clock publishes it; everything is looked at again when it comes.

    Refuses a moment that is not to come, or at which its closing would have passed.
    """
    if moment <= at:
        raise NotValid(N_("Choose a moment to come."), field="publish_at")
    if opportunity.closing_at is not None and moment >= opportunity.closing_at:
        raise NotValid(N_("It would be published after its closing. Choose an earlier moment."), field="publish_at")
    facts = queries.facts(opportunity, by, at)
    opportunity.publish_at, opportunity.publisher = moment, by
    opportunity.updated_at = at
    OPPORTUNITY.move(opportunity, "schedule", by=by, at=at, facts=facts, moment=utc(moment))
    return opportunity


def unschedule(opportunity: Opportunity, *, by: User, at: datetime) -> Opportunity:
    """Give up the chosen moment; it stays approved."""
    OPPORTUNITY.move(opportunity, "unschedule", by=by, at=at, facts=queries.facts(opportunity, by, at))
    opportunity.publish_at = opportunity.publisher = None
    opportunity.updated_at = at
    return opportunity


def publish_due(*, at: datetime) -> list[Opportunity]:
    """Publish what has come to its chosen moment; where something is lacking by now, the officer is told instead."""
    due = select(Opportunity).where(Opportunity.state == "approved", Opportunity.publish_at <= at)
    ready = db.session.scalars(due.order_by(Opportunity.publish_at, Opportunity.id).with_for_update())
    return [one for one in ready.all() if _publish_or_tell(one, at)]


def _publish_or_tell(opportunity: Opportunity, at: datetime) -> bool:
    """Look at everything again with the rights that the officer has now."""
    officer = cast("User", opportunity.publisher)
    facts = queries.facts(opportunity, officer, at)
    refusal = OPPORTUNITY.refusal(opportunity, "publish", by=CLOCK, at=at, facts=facts)
    if refusal is None:
        _publish(opportunity, CLOCK, facts, officer=officer, at=at)
        return True
    why = "text" if facts.certified else "funds"
    if isinstance(refusal, NotAllowed):
        why = "role"
    event = OPPORTUNITY.move(opportunity, "miss", by=CLOCK, at=at, facts=facts, why=why)
    opportunity.publish_at = opportunity.publisher = None
    notifications.tell_of_missed_publication(opportunity, officer, event, why)
    return False


def _publish(opportunity: Opportunity, by: Actor, facts: Facts, *, officer: User, at: datetime) -> Opportunity:
    opportunity.published_at = opportunity.published_at or at
    opportunity.updated_at = at
    opportunity.plan.frozen_hash = queries.plan_hash(opportunity.plan)
    event = OPPORTUNITY.move(
        opportunity, "publish", by=by, at=at, facts=facts, edition=1,
        closing=utc(cast("datetime", opportunity.closing_at)),
        value_cents=opportunity.value_cents, plan_hash=opportunity.plan.frozen_hash,
    )  # fmt: skip
    opportunity.publish_at = opportunity.publisher = None
    add_edition(opportunity, material=True, by=officer, at=at)
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
    search.index(opportunity.id, queries.findable(opportunity))
    return edition
