"""The plan that an opportunity's file tells: milestones, stages, criteria, price and prizes, as values to write."""

from collections.abc import Callable
from datetime import date
from typing import Any

from app.demo.world import Spec, both
from opportunities.models import Opportunity
from opportunities.parts import CriterionLine, MilestoneLine, StageLine

PASS_WORDS = 250


def plan_of(spec: Spec, day: Callable[[str], date]) -> dict[str, Any]:
    """Give what a draft's plan says; `day` counts the days on which a stage is held."""
    stages = {"stages": [_stage(one, day) for one in spec["stages"]]} if "stages" in spec else {}
    places = _places(spec)
    return {
        "formula": spec.get("formula") or "none",
        "price_weight": spec.get("price_weight") or 0,
        "milestones": [_milestone(one) for one in spec.get("milestones", [])],
        "prizes": spec.get("prizes", []),
        **stages,
        "criteria": [
            *(_mandatory(one, places) for one in spec.get("mandatory", [])),
            *(_rated(one, places) for one in spec.get("rated", [])),
        ],
    }


def criteria_keys(spec: Spec, opportunity: Opportunity) -> dict[str, str]:
    """Give the key of each criterion by its name in the file: p1… for mandatory ones, c1… for rated ones."""
    places = _places(spec)
    named = sorted([*spec.get("mandatory", []), *spec.get("rated", [])], key=lambda one: _place(one, places))
    criteria = [criterion for stage in opportunity.plan.stages for criterion in stage.criteria]
    return {one["key"]: criterion.key for one, criterion in zip(named, criteria, strict=True)}


def _places(spec: Spec) -> dict[str, int]:
    return {one["key"]: place for place, one in enumerate(spec.get("stages", []), 1)}


def _place(one: Spec, places: dict[str, int]) -> int:
    """Find a criterion's stage; without stages in the file, 0: the first of the criterion's kind."""
    return places[one["stage"]] if places else 0


def _stage(one: Spec, day: Callable[[str], date]) -> StageLine:
    first, last = (day(written) for written in one["held"]) if "held" in one else (None, None)
    return StageLine(
        one["kind"], both(one["title"]), one.get("top"), one.get("settled_by", "mean"), first, last,
        one.get("reveals_names", False),
    )  # fmt: skip


def _milestone(one: Spec) -> MilestoneLine:
    return MilestoneLine(
        both(one.get("title")), both(one.get("accepted_when")), one.get("amount_cents"), one.get("due_days")
    )


def _mandatory(one: Spec, places: dict[str, int]) -> CriterionLine:
    return CriterionLine(
        "mandatory", both(one["title"]), both(one["about"]), word_limit=one.get("words", PASS_WORDS),
        stage=_place(one, places),
    )  # fmt: skip


def _rated(one: Spec, places: dict[str, int]) -> CriterionLine:
    return CriterionLine(
        "rated", both(one["title"]), both(one["about"]), one["weight"], one.get("points", 5), one.get("minimum"),
        one.get("words"), stage=_place(one, places),
    )  # fmt: skip
