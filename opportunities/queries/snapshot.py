"""An opportunity's whole public text as one JSON value: what an edition keeps and completeness is judged on."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from app.core.bilingual import Bilingual
from app.core.commitments import canonical
from app.core.formats import utc
from opportunities.models import Criterion, EvaluationPlan, Opportunity, PlannedMilestone, Stage

TEXTS = ("title", "summary", "problem", "users", "deliverables", "acceptance", "additional", "place")
PLAIN = (
    "one_language_reason",
    "value_cents",
    "taxes",
    "licence",
    "repository",
    "work_language",
    "zone",
    "standstill_days",
)
MOMENTS = ("refine_from", "refine_until", "questions_until", "closing_at", "decision_on", "start_on")
IMMATERIAL = frozenset({"title", "summary", "skills", "questions_until", "decision_on", "one_language_reason"})
"""What may change while open without asking bidders to confirm: neither scope, criteria, price nor dates."""


def snapshot(opportunity: Opportunity) -> dict[str, Any]:
    """Give the whole text as JSON values; moments in UTC, files by title and digest."""
    return {
        **{name: getattr(opportunity, name).as_dict() for name in TEXTS},
        **{name: getattr(opportunity, name) for name in PLAIN},
        **{name: _written(getattr(opportunity, name)) for name in MOMENTS},
        "skills": sorted(skill.code for skill in opportunity.skills),
        "milestones": [_milestone(line) for line in opportunity.milestones],
        "plan": plan_of(opportunity.plan),
        "attachments": [
            {"title": one.title, "language": one.language, "sha256": one.sha256, "size": one.size}
            for one in opportunity.attachments
        ],
    }


def findable(opportunity: Opportunity) -> list[Bilingual]:
    """Give the texts by which an opportunity is found."""
    return [
        opportunity.title, opportunity.summary, opportunity.problem, opportunity.users, opportunity.deliverables,
        opportunity.department.name, opportunity.department.abbreviation, *(skill.name for skill in opportunity.skills),
    ]  # fmt: skip


def plan_of(plan: EvaluationPlan) -> dict[str, Any]:
    """Give the evaluation plan as JSON values."""
    return {
        "format": plan.format,
        "award_by": plan.award_by,
        "formula": plan.formula,
        "price_weight": plan.price_weight,
        "winners": plan.winners,
        "prizes": [one.amount_cents for one in plan.prizes],
        "stages": [_stage(stage) for stage in plan.stages],
    }


def plan_hash(plan: EvaluationPlan) -> str:
    """Give the SHA-256 of the plan's canonical form: frozen at publication, checked again at the award."""
    return hashlib.sha256(canonical(plan_of(plan))).hexdigest()


def material_change(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Say whether two snapshots differ in what a proposal answers: scope, criteria, price or dates."""
    return any(before.get(key) != after.get(key) for key in {*before, *after} - IMMATERIAL)


def _written(value: date | datetime | None) -> str | None:
    if value is None:
        return None
    return utc(value) if isinstance(value, datetime) else value.isoformat()


def _milestone(line: PlannedMilestone) -> dict[str, Any]:
    return {
        "title": line.title.as_dict(),
        "accepted_when": line.accepted_when.as_dict(),
        "amount_cents": line.amount_cents,
        "due_days": line.due_days,
    }


def _stage(stage: Stage) -> dict[str, Any]:
    return {
        "kind": stage.kind,
        "title": stage.title.as_dict(),
        "top_n": stage.top_n,
        "settled_by": stage.settled_by,
        "held_from": _written(stage.held_from),
        "held_until": _written(stage.held_until),
        "reveals_names": stage.reveals_names,
        "criteria": [_criterion(one) for one in stage.criteria],
    }


def _criterion(one: Criterion) -> dict[str, Any]:
    return {
        "key": one.key,
        "title": one.title.as_dict(),
        "earns": one.earns.as_dict(),
        "weight": one.weight,
        "max_points": one.max_points,
        "minimum": one.minimum,
        "word_limit": one.word_limit,
    }
