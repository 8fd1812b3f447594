"""Changing a published opportunity: addenda, a later closing, cancellation."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.core.bilingual import N_, Bilingual
from app.core.db import db
from app.core.errors import NotNow, NotValid
from app.core.formats import utc
from auth.models import User
from opportunities import calendar, queries
from opportunities.actions.publishing import add_edition
from opportunities.actions.writing import put
from opportunities.lifecycle import OPPORTUNITY, UNPUBLISHED
from opportunities.models import Addendum, Edition, Opportunity


def issue_addendum(
    opportunity: Opportunity,
    body: Bilingual,
    values: Mapping[str, Any] | None = None,
    *,
    by: User,
    at: datetime,
    material: bool = False,
    version: int | None = None,
) -> Addendum:
    """Change a published text while it is open, saying in both languages what changed.

    `values` are named as in `writing.put`. A change of scope, criteria, price or dates is material whatever `material`
    says; a material one makes submitted proposals ask for confirmation. The closing never moves to an earlier moment.
    The same sent again is the addendum that stands.
    """
    _refuse_without_words(body, opportunity)
    facts = queries.facts(opportunity, by, at)
    refusal = OPPORTUNITY.refusal(opportunity, "issue_addendum", by=by, at=at, facts=facts)
    if refusal is not None:
        raise refusal
    stale = version is not None and version != opportunity.version
    if (stale or not values) and _stands(opportunity, body) and not put(opportunity, values or {}):
        return opportunity.addenda[-1]
    if stale:
        raise NotNow(N_("Somebody else changed this after your page was shown. Your text is kept below; compare."))
    last = opportunity.edition
    edition = _change(opportunity, values or {}, material=material, by=by, at=at)
    addendum = _addendum(opportunity, edition, body, at=at)
    OPPORTUNITY.move(
        opportunity, "issue_addendum", by=by, at=at, facts=facts, addendum=addendum.number, edition=edition.number,
        material=edition.material and edition.number > last, plan_hash=opportunity.plan.frozen_hash,
    )  # fmt: skip
    return addendum


def extend(
    opportunity: Opportunity,
    closing_at: datetime,
    body: Bilingual,
    *,
    by: User,
    at: datetime,
    along: bool = False,
) -> Addendum:
    """Move the closing later; told to everyone as an addendum. The same sent again is the addendum that stands.

    `along` moves the end of questions and the decision by as many days.
    """
    _refuse_without_words(body, opportunity)
    facts = queries.facts(opportunity, by, at)
    refusal = OPPORTUNITY.refusal(opportunity, "extend", by=by, at=at, facts=facts)
    if refusal is not None:
        raise refusal
    before = opportunity.closing_at
    if closing_at == before and _stands(opportunity, body):
        return opportunity.addenda[-1]
    if before is None or closing_at == before:
        raise NotValid(N_("Choose a later closing."), field="closing_at")
    values: dict[str, Any] = {"closing_at": closing_at}
    if along:
        zone, dates = ZoneInfo(opportunity.zone), (opportunity.questions_until, opportunity.decision_on)
        values.update(asdict(calendar.along(before, closing_at, zone, *dates)))
    edition = _change(opportunity, values, material=True, by=by, at=at)
    addendum = _addendum(opportunity, edition, body, at=at)
    facts_told = {"from": utc(before), "to": utc(closing_at), "addendum": addendum.number}
    OPPORTUNITY.move(
        opportunity, "extend", by=by, at=at, facts=facts, edition=opportunity.edition, material=True, **facts_told
    )
    return addendum


def cancel(opportunity: Opportunity, reason: Bilingual, *, by: User, at: datetime) -> Opportunity:
    """Cancel with a reason: a published one publicly by an officer, a draft by those who write it."""
    public = opportunity.state not in UNPUBLISHED and not opportunity.one_language_reason.strip()
    if reason.empty or (public and not reason.complete):
        missing_side = "reason_fr" if reason.en.strip() else "reason_en"
        raise NotValid(N_("Give the reason, in both languages if it is public."), field=missing_side)
    facts = queries.facts(opportunity, by, at)
    opportunity.updated_at = at
    transition = "drop" if opportunity.state in UNPUBLISHED else "cancel"
    OPPORTUNITY.move(opportunity, transition, by=by, at=at, facts=facts, reason=reason.as_dict())
    opportunity.publish_at = opportunity.publisher = None
    return opportunity


def _refuse_without_words(body: Bilingual, opportunity: Opportunity) -> None:
    """Both languages, unless the opportunity stands in one with its written reason."""
    if body.empty or not (body.complete or opportunity.one_language_reason.strip()):
        raise NotValid(N_("Say in both languages what changes."), field="body_fr" if body.en.strip() else "body_en")


def _stands(opportunity: Opportunity, body: Bilingual) -> bool:
    """Say whether these are the words of the newest addendum."""
    return bool(opportunity.addenda) and opportunity.addenda[-1].body == body


def _change(opportunity: Opportunity, values: Mapping[str, Any], *, material: bool, by: User, at: datetime) -> Edition:
    """Apply values, refuse what leaves the text incomplete, and write the next edition if anything changed."""
    before, closing = queries.snapshot(opportunity), opportunity.closing_at
    put(opportunity, values)
    if opportunity.closing_at is None or closing is None or opportunity.closing_at < closing:
        raise NotValid(N_("The closing may move later, never earlier."), field="closing_at")
    db.session.flush()
    _refuse_incomplete(opportunity, by, at)
    opportunity.updated_at = at
    opportunity.plan.frozen_hash = queries.plan_hash(opportunity.plan)
    after = queries.snapshot(opportunity)
    if before == after and not material:
        return opportunity.editions[-1]
    return add_edition(opportunity, material=material or queries.material_change(before, after), by=by, at=at)


def _refuse_incomplete(opportunity: Opportunity, by: User, at: datetime) -> None:
    facts = queries.facts(opportunity, by, at)
    if facts.missing:
        first = facts.missing[0]
        raise NotValid(first.text, **dict(first.values))
    if not facts.certified:
        raise NotValid(N_("The new value is more than finance has certified. Ask for a new certificate first."))


def _addendum(opportunity: Opportunity, edition: Edition, body: Bilingual, *, at: datetime) -> Addendum:
    number = len(opportunity.addenda) + 1
    addendum = Addendum(opportunity=opportunity, number=number, edition=edition, body=body, at=at)
    db.session.add(addendum)
    db.session.flush()
    return addendum
