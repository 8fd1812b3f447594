"""What an opportunity lacks before publication, one thing at a time."""

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest

from opportunities.policy import missing
from opportunities.policy.completeness import one_sided

NOW = datetime(2026, 6, 10, 16, 0, tzinfo=UTC)


def both(text: str) -> dict[str, str]:
    return {"en": text, "fr": f"{text} (fr)"}


NONE = {"en": "", "fr": " "}


def stage(kind: str, *criteria: dict[str, Any], **settings: Any) -> dict[str, Any]:
    plain = {"title": both(kind), "top_n": None, "settled_by": "mean", "held_from": None, "held_until": None}
    return {"kind": kind, **plain, "criteria": list(criteria), **settings}


WHOLE: dict[str, Any] = {
    "title": both("Gauges"), "summary": NONE, "problem": both("Unseen."), "users": both("Canoeists."),
    "deliverables": both("A map."), "acceptance": both("It passes."), "additional": NONE, "place": NONE,
    "one_language_reason": "", "value_cents": 9_000_00, "taxes": "excluded", "licence": "MIT",
    "repository": "https://example.org", "questions_until": None, "closing_at": "2026-06-24T18:00:00.000000Z",
    "milestones": [
        {"title": both("One"), "accepted_when": both("Works"), "amount_cents": 9_000_00, "due_days": None},
    ],
    "plan": {
        "format": "fixed_price", "award_by": "rank", "formula": "none", "price_weight": 0,
        "prizes": [],
        "stages": [
            stage("mandatory", {"title": both("Licence"), "earns": NONE, "weight": 0}),
            stage("rated", {"title": both("Way"), "earns": NONE, "weight": 100}),
        ],
    },
}  # fmt: skip


def lacking(path: str, value: Any) -> list[tuple[str, str]]:
    """Say what is missing when one value of the whole is replaced."""
    changed: Any = deepcopy(WHOLE)
    at, keys = changed, [int(key) if key.isdigit() else key for key in path.split(".")]
    for key in keys[:-1]:
        at = at[key]
    at[keys[-1]] = value
    return [(one.page, one.text % one.values) for one in missing(changed, NOW)]


def test_the_whole_lacks_nothing() -> None:
    assert missing(WHOLE, NOW) == ()


@pytest.mark.parametrize(
    ("path", "value", "page", "sentence"),
    [
        ("title", NONE, "need", "The title is missing."),
        ("problem", NONE, "need", "The problem is not described."),
        ("users", NONE, "need", "The users and their context are not described."),
        ("deliverables", NONE, "deliverables", "The deliverables are not described."),
        ("acceptance", NONE, "deliverables", "The acceptance criteria of the deliverables are missing."),
        ("taxes", "", "milestones", "It does not say whether taxes are included in the value."),
        ("value_cents", None, "milestones", "The value is missing."),
        ("value_cents", 9_000_01, "milestones", "The milestones do not add up to the value."),
        ("milestones", [], "milestones", "There is no milestone."),
        ("milestones.0.accepted_when", NONE, "milestones",
         "Milestone 1 needs a title, what is accepted, and an amount."),
        ("licence", "", "terms", "The licence of the work is missing."),
        ("repository", "", "terms", "The repository is missing."),
        ("closing_at", None, "dates", "The closing date is missing."),
        ("closing_at", "2026-06-10T16:00:00.000000Z", "dates", "The closing date has passed; choose a later one."),
        ("questions_until", "2026-06-24T18:00:00.000001Z", "dates", "Questions must end before the closing."),
        ("plan.stages.1.criteria.0.weight", 99, "criteria", "The weights add up to 99, not to 100."),
        ("plan.stages.0.criteria.0.title", NONE, "criteria", "A criterion has no title."),
        ("plan.format", "priced", "criteria", "Choose the price formula and the weight of the price."),
        ("plan.formula", "lowest", "criteria", "The price formula and the weight of the price go together."),
        ("problem", {"en": "Unseen.", "fr": ""}, "languages",
         "Some texts stand in one language only. Translate them, or give the reason."),
        ("milestones.0.title", {"en": "", "fr": "Un"}, "languages",
         "Some texts stand in one language only. Translate them, or give the reason."),
    ],
)  # fmt: skip
def test_each_thing_that_is_lacking_is_said_with_its_page(path: str, value: object, page: str, sentence: str) -> None:
    assert lacking(path, value) == [(page, sentence)]


def test_a_draw_needs_a_criterion_to_pass_and_no_weights() -> None:
    only_mandatory = {**WHOLE["plan"], "award_by": "draw", "stages": WHOLE["plan"]["stages"][:1]}
    assert lacking("plan", only_mandatory) == []
    nothing = {**WHOLE["plan"], "award_by": "draw", "stages": []}
    assert [sentence for _page, sentence in lacking("plan", nothing)] == [
        "There is no criterion.",
        "A draw needs at least one mandatory criterion to pass.",
    ]


def test_the_price_weighs_with_the_rated_criteria() -> None:
    rated = [WHOLE["plan"]["stages"][0], stage("rated", {"title": both("Way"), "earns": NONE, "weight": 70})]
    priced = {**WHOLE["plan"], "format": "priced", "formula": "lowest", "price_weight": 30, "stages": rated}
    assert lacking("plan", priced) == []


def test_a_stage_has_criteria_and_a_held_one_its_days() -> None:
    way = {"title": both("Way"), "earns": NONE, "weight": 60}
    scene = {"title": both("Scene"), "earns": NONE, "weight": 40}
    days = {"held_from": "2026-07-06", "held_until": "2026-07-08"}
    staged = {**WHOLE["plan"], "stages": [stage("rated", way, top_n=3), stage("interview", scene, **days)]}
    assert lacking("plan", staged) == []
    undated = {**staged, "stages": [stage("rated", way, top_n=3), stage("interview", scene), stage("rated", top_n=2)]}
    assert lacking("plan", undated) == [
        ("stages", "Stage 2 needs the days on which it is held."),
        ("criteria", "Stage 3 has no criterion: add one, or take the stage out."),
        ("stages", "Nothing follows the last stage, so it lets nobody on: leave its number empty."),
    ]


def test_prizes_add_up_to_the_value_and_fall_with_the_place() -> None:
    def said(**plan: Any) -> list[str]:
        return [sentence for _page, sentence in lacking("plan", {**WHOLE["plan"], **plan})]

    assert said(prizes=[6_000_00, 3_000_00]) == []
    assert said(prizes=[3_000_00, 5_000_00]) == [
        "The prizes do not add up to the value.",
        "A later place has a larger prize than an earlier one.",
    ]
    assert "Prizes have fixed amounts, so the price earns no points." in said(
        prizes=[9_000_00], formula="lowest", price_weight=30
    )


def test_a_written_reason_lets_one_language_stand() -> None:
    changed = {**WHOLE, "problem": {"en": "Unseen.", "fr": ""}, "one_language_reason": "For English schools only."}
    assert missing(changed, NOW) == ()
    assert [one.text for one in one_sided(changed)] == ["The problem"]
