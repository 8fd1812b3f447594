"""Putting values into an opportunity: the one place that drafting and addenda share."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotValid
from opportunities.models import Criterion, Opportunity, PlannedMilestone, Stage
from opportunities.parts import MANDATORY, MOST_ROWS, RATED, STAGE_TITLES, CriterionLine, MilestoneLine

FIELDS = frozenset({
    "title", "summary", "problem", "users", "deliverables", "acceptance", "additional", "place", "one_language_reason",
    "value_cents", "taxes", "licence", "repository", "work_language", "skills", "zone", "questions_until", "closing_at",
    "decision_on", "start_on", "standstill_days",
})  # fmt: skip
PLAN_FIELDS = frozenset({"format", "award_by", "formula", "price_weight"})


def put(opportunity: Opportunity, values: Mapping[str, Any]) -> tuple[str, ...]:
    """Set fields, plan fields, `milestones` and `criteria`; gives the names of those that changed."""
    return tuple(sorted(name for name, value in values.items() if _put_one(opportunity, name, value)))


def _put_one(opportunity: Opportunity, name: str, value: Any) -> bool:  # noqa: ANN401  (a field's value)
    if name == "milestones":
        return _put_milestones(opportunity, value)
    if name == "criteria":
        return _put_criteria(opportunity, value)
    row = opportunity.plan if name in PLAN_FIELDS else opportunity
    if name not in FIELDS | PLAN_FIELDS or getattr(row, name) == value:
        return False
    setattr(row, name, value)
    return True


def lines_of(opportunity: Opportunity) -> tuple[MilestoneLine, ...]:
    """Give the milestones as values."""
    return tuple(
        MilestoneLine(one.title, one.accepted_when, one.amount_cents, one.due_days) for one in opportunity.milestones
    )


def criteria_of(opportunity: Opportunity) -> tuple[CriterionLine, ...]:
    """Give the criteria as values, in the order of the stages."""
    return tuple(
        CriterionLine(
            stage.kind, one.title, one.earns, one.weight, one.max_points, one.minimum, one.word_limit, one.key
        )
        for stage in opportunity.plan.stages
        for one in stage.criteria
    )


def _put_milestones(opportunity: Opportunity, lines: Sequence[MilestoneLine]) -> bool:
    _refuse_too_many(lines, "milestones")
    if tuple(lines) == lines_of(opportunity):
        return False
    opportunity.milestones.clear()
    db.session.flush()
    opportunity.milestones.extend(
        PlannedMilestone(
            position=position, title=line.title, accepted_when=line.accepted_when, amount_cents=line.amount_cents,
            due_days=line.due_days,
        )
        for position, line in enumerate(lines, 1)
    )  # fmt: skip
    return True


def _put_criteria(opportunity: Opportunity, lines: Sequence[CriterionLine]) -> bool:
    """Write the criteria stage by stage; a line that carries a criterion's key keeps it, so that answers still fit."""
    _refuse_too_many(lines, "criteria")
    ordered = tuple(line for kind in (MANDATORY, RATED) for line in lines if line.kind == kind)
    if ordered == criteria_of(opportunity):
        return False
    keys = {one.key for one in criteria_of(opportunity)}
    opportunity.plan.stages.clear()
    db.session.flush()
    kinds = [kind for kind in (MANDATORY, RATED) if any(line.kind == kind for line in ordered)]
    for position, kind in enumerate(kinds, 1):
        stage = Stage(position=position, kind=kind, title=STAGE_TITLES[kind])
        mine = [line for line in ordered if line.kind == kind]
        stage.criteria.extend(_criterion(place, line, keys) for place, line in enumerate(mine, 1))
        opportunity.plan.stages.append(stage)
    return True


def _criterion(position: int, line: CriterionLine, keys: set[str]) -> Criterion:
    kept = {"key": line.key} if line.key in keys else {}
    keys.discard(line.key)
    rated = line.kind == RATED
    return Criterion(
        position=position, title=line.title, earns=line.earns, weight=line.weight if rated else 0,
        max_points=line.max_points, minimum=line.minimum if rated else None, word_limit=line.word_limit, **kept,
    )  # fmt: skip


def _refuse_too_many(lines: Sequence[object], field: str) -> None:
    if len(lines) > MOST_ROWS:
        raise NotValid(N_("At most %(count)s rows."), field=field, count=MOST_ROWS)
