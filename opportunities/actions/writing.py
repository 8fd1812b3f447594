"""Putting values into an opportunity: the one place that drafting and addenda share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotValid
from opportunities.models import Criterion, Opportunity, PlannedMilestone, Prize, Stage
from opportunities.parts import (
    HELD,
    KINDS,
    MANDATORY,
    MOST_PRIZES,
    MOST_ROWS,
    STAGE_TITLES,
    CriterionLine,
    MilestoneLine,
    StageLine,
    named_format,
)

FIELDS = frozenset({
    "title", "summary", "problem", "users", "deliverables", "acceptance", "additional", "place", "one_language_reason",
    "value_cents", "taxes", "licence", "repository", "work_language", "skills", "zone", "questions_until", "closing_at",
    "decision_on", "start_on", "standstill_days",
})  # fmt: skip
PLAN_FIELDS = frozenset({"award_by", "formula", "price_weight"})


def put(opportunity: Opportunity, values: Mapping[str, Any]) -> tuple[str, ...]:
    """Set fields, plan fields, `milestones`, `stages`, `criteria` and `prizes`; gives the names of what changed."""
    changed = tuple(sorted(name for name, value in values.items() if _put_one(opportunity, name, value)))
    plan = opportunity.plan
    plan.format = named_format(plan.award_by, plan.formula, stages_of(opportunity), len(plan.prizes))
    return changed


def _put_one(opportunity: Opportunity, name: str, value: Any) -> bool:  # noqa: ANN401  (a field's value)
    if name in _ROWS:
        return _ROWS[name](opportunity, value)
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
            stage.kind, one.title, one.earns, one.weight, one.max_points, one.minimum, one.word_limit, one.key,
            stage.position,
        )
        for stage in opportunity.plan.stages
        for one in stage.criteria
    )  # fmt: skip


def stages_of(opportunity: Opportunity) -> tuple[StageLine, ...]:
    """Give the stages as values, in order."""
    return tuple(
        StageLine(
            one.kind, one.title, one.top_n, one.settled_by, one.held_from, one.held_until, one.reveals_names,
            one.position,
        )
        for one in opportunity.plan.stages
    )  # fmt: skip


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


def _put_stages(opportunity: Opportunity, lines: Sequence[StageLine]) -> bool:
    """Write the stages; the criteria of a stage that stays go with it, those of one taken out go too."""
    _refuse_too_many(lines, "stages")
    before, criteria = stages_of(opportunity), criteria_of(opportunity)
    if tuple(lines) == before:
        return False
    place = {line.was: number for number, line in enumerate(lines, 1) if line.was}
    kept = [
        replace(one, stage=place[one.stage], kind=lines[place[one.stage] - 1].kind)
        for one in criteria
        if one.stage in place
    ]
    _write_plan(opportunity, lines, kept)
    return True


def _put_criteria(opportunity: Opportunity, lines: Sequence[CriterionLine]) -> bool:
    """Write the criteria stage by stage; a line that carries a criterion's key keeps it, so that answers still fit.

    A criterion of a kind that has no stage makes one, in the usual order; a stage goes with its last criterion.
    """
    _refuse_too_many(lines, "criteria")
    stages = [*stages_of(opportunity)]
    for kind in KINDS:
        if any(line.kind == kind and not line.stage for line in lines) and all(one.kind != kind for one in stages):
            after = sum(KINDS.index(one.kind) <= KINDS.index(kind) for one in stages)
            stages.insert(after, StageLine(kind, STAGE_TITLES[kind]))
    had = {one.stage for one in criteria_of(opportunity)}
    placed = [(_place(line, stages), line) for line in lines]
    filled = {place for place, _line in placed}
    stays = [place for place, one in enumerate(stages, 1) if place in filled or (one.was and one.was not in had)]
    at = {place: number for number, place in enumerate(stays, 1)}
    ordered = sorted(
        (replace(line, stage=at[place], kind=stages[place - 1].kind) for place, line in placed),
        key=lambda line: line.stage,
    )
    if tuple(ordered) == criteria_of(opportunity):
        return False
    _write_plan(opportunity, [stages[place - 1] for place in stays], ordered)
    return True


def _place(line: CriterionLine, stages: Sequence[StageLine]) -> int:
    """Find the place of a criterion's stage: the one it names, else the first of its kind."""
    named = next((place for place, one in enumerate(stages, 1) if line.stage and one.was == line.stage), 0)
    found = named or next((place for place, one in enumerate(stages, 1) if one.kind == line.kind), 0)
    if not found:
        raise NotValid(N_("Choose the stage of each criterion."), field="criteria")
    return found


def _write_plan(opportunity: Opportunity, stages: Sequence[StageLine], criteria: Sequence[CriterionLine]) -> None:
    keys = {one.key for one in criteria_of(opportunity)}
    opportunity.plan.stages.clear()
    db.session.flush()
    for position, line in enumerate(stages, 1):
        held = line.kind in HELD
        stage = Stage(
            position=position, kind=line.kind, title=STAGE_TITLES[line.kind] if line.title.empty else line.title,
            top_n=None if line.kind == MANDATORY else line.top_n, settled_by=line.settled_by,
            held_from=line.held_from if held else None, held_until=line.held_until if held else None,
            reveals_names=line.reveals_names,
        )  # fmt: skip
        mine = [one for one in criteria if one.stage == position]
        stage.criteria.extend(_criterion(place, one, keys) for place, one in enumerate(mine, 1))
        opportunity.plan.stages.append(stage)


def _criterion(position: int, line: CriterionLine, keys: set[str]) -> Criterion:
    kept = {"key": line.key} if line.key in keys else {}
    keys.discard(line.key)
    rated = line.kind != MANDATORY
    return Criterion(
        position=position, title=line.title, earns=line.earns, weight=line.weight if rated else 0,
        max_points=line.max_points, minimum=line.minimum if rated else None, word_limit=line.word_limit, **kept,
    )  # fmt: skip


def _put_prizes(opportunity: Opportunity, amounts: Sequence[int]) -> bool:
    """Write the amounts of the prizes, first place first; without any, one proposal wins."""
    plan = opportunity.plan
    if len(amounts) > MOST_PRIZES:
        raise NotValid(N_("At most %(count)s rows."), field="prizes", count=MOST_PRIZES)
    if [one.amount_cents for one in plan.prizes] == list(amounts):
        return False
    plan.prizes.clear()
    db.session.flush()
    plan.prizes.extend(Prize(place=place, amount_cents=cents) for place, cents in enumerate(amounts, 1))
    plan.winners = max(len(amounts), 1)
    return True


def _refuse_too_many(lines: Sequence[object], field: str) -> None:
    if len(lines) > MOST_ROWS:
        raise NotValid(N_("At most %(count)s rows."), field=field, count=MOST_ROWS)


_ROWS: dict[str, Callable[[Opportunity, Sequence[Any]], bool]] = {
    "milestones": _put_milestones,
    "stages": _put_stages,
    "criteria": _put_criteria,
    "prizes": _put_prizes,
}
