"""Writing a draft: beginning it, saving its pages, adding and removing files."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.core import audit
from app.core.audit import PARTIES
from app.core.bilingual import N_, Bilingual
from app.core.db import db
from app.core.errors import NotAllowed, NotNow, NotValid
from app.core.files import Upload, chosen
from auth.models import Department, User
from opportunities import policy, queries
from opportunities.actions.writing import criteria_of, lines_of, put, stages_of
from opportunities.lifecycle import OPPORTUNITY
from opportunities.models import Attachment, EvaluationPlan, Opportunity
from opportunities.parts import PATTERNS, Pattern, format_of
from opportunities.policy import Facts

MOST_FILES = 10
COPIED = (
    "title", "summary", "problem", "users", "deliverables", "acceptance", "additional", "one_language_reason",
    "value_cents", "taxes", "licence", "repository", "place", "work_language", "zone", "standstill_days",
)  # fmt: skip
PLAN_COPIED = ("format", "award_by", "formula", "price_weight", "winners")


def start(
    department: Department,
    title: Bilingual,
    *,
    ocid_prefix: str,
    by: User,
    at: datetime,
    pattern: str = "fixed_price",
    source: Opportunity | None = None,
) -> Opportunity:
    """Begin a draft, empty by a pattern of `parts.PATTERNS` or copied from an earlier opportunity of the department.

    Begun again just so, before anything was written into it, it is the draft that is there.
    """
    if title.empty:
        raise NotValid(N_("Give it a title in either language."), field="title_en")
    chosen_pattern = _pattern(pattern)
    number, plan = _next_number(), _plan(chosen_pattern)
    begun = queries.find_begun(department, title, by, source)
    if begun is not None and (source is not None or _is_of(begun.plan, chosen_pattern)):
        return begun
    opportunity = Opportunity(
        number=number, ocid=f"{ocid_prefix}-{number}", department=department, department_id=department.id, author=by,
        created_at=at, updated_at=at, plan=plan,
    )  # fmt: skip
    facts = Facts(roles=queries.roles(department, by, at), is_author=True)
    if source is not None:
        _copy(source, opportunity)
    opportunity.title = title
    OPPORTUNITY.move(opportunity, "start", by=by, at=at, facts=facts, copied_from=source.number if source else None)
    if source is not None:
        _copy_rows(source, opportunity)
    else:
        rows = {"stages": chosen_pattern.stages, "criteria": chosen_pattern.criteria, "prizes": chosen_pattern.prizes}
        put(opportunity, {name: lines for name, lines in rows.items() if lines})
    return opportunity


def write(
    opportunity: Opportunity, values: Mapping[str, Any], *, by: User, at: datetime, version: int | None = None
) -> tuple[str, ...]:
    """Save a page of a draft: `values` by the names of `writing.put`; gives the names of what changed.

    `version` is the one the page was shown with; refuses with NotNow what somebody else changed since.
    """
    _refuse_unless_writable(opportunity, by, at)
    stale = version is not None and version != opportunity.version
    changed = put(opportunity, values)
    if changed and stale:
        raise NotNow(N_("Somebody else saved this draft after your page was shown. Your text is kept below; compare."))
    if changed:
        opportunity.updated_at = at
        audit.record(
            "opportunity.write", opportunity.subject, by=by, at=at, audience=PARTIES, before="draft", after="draft",
            changed=list(changed),
        )  # fmt: skip
    return changed


def attach(opportunity: Opportunity, upload: Upload, language: str, *, by: User, at: datetime) -> Attachment:
    """Add a checked file to a draft; at most ten."""
    _refuse_unless_writable(opportunity, by, at)
    if len(opportunity.attachments) >= MOST_FILES:
        raise NotValid(N_("At most %(count)s files."), field="file", count=MOST_FILES)
    attachment = Attachment(
        opportunity=opportunity, title=upload.title, language=language, stored_as=chosen.store.put(upload.content),
        media_type=upload.media_type, size=len(upload.content), sha256=upload.sha256, added_by_id=by.id, added_at=at,
    )  # fmt: skip
    db.session.add(attachment)
    opportunity.updated_at = at
    audit.record(
        "opportunity.attach", opportunity.subject, by=by, at=at, audience=PARTIES, title=upload.title,
        sha256=upload.sha256,
    )  # fmt: skip
    return attachment


def detach(attachment: Attachment, *, by: User, at: datetime) -> None:
    """Take a file out of a draft; its bytes stay where another copy uses them."""
    opportunity = attachment.opportunity
    _refuse_unless_writable(opportunity, by, at)
    opportunity.attachments.remove(attachment)
    db.session.delete(attachment)
    opportunity.updated_at = at
    audit.record(
        "opportunity.detach", opportunity.subject, by=by, at=at, audience=PARTIES, title=attachment.title,
        sha256=attachment.sha256,
    )  # fmt: skip


def _refuse_unless_writable(opportunity: Opportunity, by: User, at: datetime) -> None:
    if not policy.writes(by, opportunity, queries.facts(opportunity, by, at)):
        raise NotAllowed
    if opportunity.state != "draft":
        raise NotNow(N_("This is no longer a draft, so it cannot be edited here."))


def _next_number() -> int:
    """Give the next public number; the last row is locked first, so that two drafts begun at once queue up."""
    last = select(Opportunity.id).order_by(Opportunity.number.desc()).limit(1)
    db.session.execute(last.with_for_update())
    return (db.session.scalar(select(func.max(Opportunity.number))) or 0) + 1


def _pattern(code: str) -> Pattern:
    if code not in PATTERNS:
        raise NotValid(N_("Choose how it is bought."), field="pattern")
    return PATTERNS[code]


def _plan(pattern: Pattern) -> EvaluationPlan:
    return EvaluationPlan(
        format=format_of(pattern), award_by=pattern.award_by, formula=pattern.formula,
        price_weight=pattern.price_weight, winners=1,
    )  # fmt: skip


def _is_of(plan: EvaluationPlan, pattern: Pattern) -> bool:
    return plan.format == format_of(pattern) and len(plan.stages) == len(pattern.stages)


def _copy(source: Opportunity, opportunity: Opportunity) -> None:
    """Copy the text and the plan's settings; not the dates, which belong to each tender."""
    opportunity.copied_from_id = source.id
    for name in COPIED:
        setattr(opportunity, name, getattr(source, name))
    for name in PLAN_COPIED:
        setattr(opportunity.plan, name, getattr(source.plan, name))
    opportunity.skills = list(source.skills)


def _copy_rows(source: Opportunity, opportunity: Opportunity) -> None:
    """Copy milestones, stages, criteria and prizes; criteria under keys of their own, stages without their days."""
    put(opportunity, {
        "milestones": lines_of(source),
        "stages": [replace(line, held_from=None, held_until=None) for line in stages_of(source)],
        "criteria": [replace(line, key="") for line in criteria_of(source)],
        "prizes": [one.amount_cents for one in source.plan.prizes],
    })  # fmt: skip
