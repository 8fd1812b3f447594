"""What is published of a ranking can be computed again by anyone; whatever is altered in it is named."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given

from evaluations import draw, record
from evaluations.plan import (
    Criterion,
    DrawStage,
    Entry,
    MandatoryStage,
    Plan,
    PriceFormula,
    PriceStage,
    RatedStage,
    Stage,
)
from evaluations.scoring import rank
from tests.evaluations.made import SEED, Case, cases, entry, settled

CLOSING = datetime(2026, 6, 24, 18, 0, tzinfo=UTC)
OCID = "ocds-x-1"
File = dict[str, Any]


# --- a small published file ------------------------------------------------------------------------------------------


def as_json(plan: Plan) -> File:
    price = next((stage for stage in plan.stages if isinstance(stage, PriceStage)), PriceStage(PriceFormula.NONE))
    return {
        "award_by": "draw" if any(isinstance(stage, DrawStage) for stage in plan.stages) else "rank",
        "formula": price.formula.value,
        "price_weight": price.weight,
        "stages": [_stage(stage) for stage in plan.stages if isinstance(stage, MandatoryStage | RatedStage)],
    }


def _stage(stage: MandatoryStage | RatedStage) -> File:
    if isinstance(stage, MandatoryStage):
        return {"kind": "mandatory", "top_n": None, "criteria": [{"key": key} for key in stage.criteria]}
    criteria = [
        {"key": one.key, "weight": one.weight, "max_points": one.max_points, "minimum": one.minimum or None}
        for one in stage.criteria
    ]
    return {"kind": "interview" if stage.held else "rated", "top_n": stage.top, "criteria": criteria}


def published(plan: Plan, entries: list[Entry], *, gone: tuple[str, ...] = ()) -> File:
    """Write the file of a whole procurement; who is gone was disqualified after the screenings."""
    seed = draw.make_seed(OCID, CLOSING, [one.digest for one in entries])
    screenings, passed = [], dict.fromkeys([one.key for one in entries], 0)
    for number in range(1, len(plan.rounds) + 1):
        known = [replace(one, rounds_passed=passed[one.key]) for one in entries]
        placings = rank(plan.through(number), known, seed=seed, rounds_over=number - 1)
        screenings.append(record.written(placings, [replace(one, price_cents=None) for one in known]))
        passed |= {one.key: number for one in placings if one.rank}
    last = [replace(one, rounds_passed=passed[one.key]) for one in entries if one.key not in gone]
    placings = rank(plan, last, seed=seed, rounds_over=len(plan.rounds))
    digest = json.dumps(as_json(plan), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    price = next((stage for stage in plan.stages if isinstance(stage, PriceStage)), None)
    file = {
        "ocid": OCID,
        "closing_at": "2026-06-24T18:00:00Z",
        "digests": sorted(one.digest.hex() for one in entries),
        "seed": seed.hex(),
        "plan": as_json(plan),
        "plan_hash": hashlib.sha256(digest.encode()).hexdigest(),
        "budget_cents": price.budget_cents if price else 0,
        "rounds_over": len(plan.rounds),
        "screenings": screenings,
        "lines": record.written(placings, last),
        "awards": [{"number": int(one.key)} for one in placings[:1] if one.rank],
    }
    return json.loads(json.dumps(file))  # type: ignore[no-any-return]


def integral(case: Case) -> Case:
    """Make a random case one that can be published: whole weights and minimums, numbers for keys."""
    plan, entries = case
    stages: list[Stage] = []
    for stage in plan.stages:
        match stage:
            case RatedStage(criteria):
                whole = (replace(one, weight=int(one.weight), minimum=int(one.minimum)) for one in criteria)
                stages.append(replace(stage, criteria=tuple(whole)))
            case PriceStage():
                stages.append(replace(stage, weight=int(stage.weight)))
            case _:
                stages.append(stage)
    return Plan(tuple(stages)), [replace(one, key=str(number)) for number, one in enumerate(entries, 1)]


QUESTIONS = RatedStage((Criterion("questions", 25, 100, minimum=50),), top=3)
CHALLENGE = RatedStage((Criterion("challenge", 65, 100),), held=True)
PLAN = Plan((MandatoryStage(("licence",)), QUESTIONS, CHALLENGE, PriceStage(PriceFormula.LOWEST, 10)))
ENTRIES = [
    entry("1", {"questions": 80, "challenge": 80}, 100, licence=True),
    entry("2", {"questions": 70, "challenge": Fraction(200, 3)}, 50, licence=True),
    entry("3", {"questions": 90, "challenge": 60}, 80, licence=True),
    entry("4", {"questions": 60}, licence=True),
    entry("5", {"questions": 40}, licence=True),
    entry("6", {}, licence=False),
]


# --- true files ------------------------------------------------------------------------------------------------------


@given(cases())
def test_a_ranking_written_down_reads_back_as_it_was(case: Case) -> None:
    plan, entries = integral(case)
    over = settled(plan, entries)
    placings = rank(plan, over, seed=SEED)
    lines = json.loads(json.dumps(record.written(placings, over)))
    assert tuple(record.read(line) for line in lines) == placings


@given(cases())
def test_a_plan_reads_back_as_scoring_works_on_it(case: Case) -> None:
    plan, _entries = integral(case)
    price = next((stage for stage in plan.stages if isinstance(stage, PriceStage)), None)
    stages = tuple(stage for stage in plan.stages if stage is not price or plan.priced)
    assert record.read_plan(as_json(plan), price.budget_cents if price else 0) == Plan(stages)


@given(cases())
def test_a_true_file_agrees_with_itself(case: Case) -> None:
    plan, entries = integral(case)
    assert told(published(plan, entries)) == []


def test_it_agrees_also_after_some_who_had_come_through_have_gone() -> None:
    for gone in ((), ("1",), ("2", "3"), ("1", "2", "3")):
        assert told(published(PLAN, ENTRIES, gone=gone)) == []


def test_prices_of_nobody_are_written() -> None:
    lines = {line["number"]: line for line in published(PLAN, ENTRIES)["lines"]}
    assert [lines[number]["price_order"] for number in range(1, 7)] == [3, 1, 2, None, None, None]
    assert [lines[number]["price_points"] for number in range(1, 4)] == ["5", "10", "25/4"]
    assert not any("price_cents" in line for line in lines.values())


# --- altered files ---------------------------------------------------------------------------------------------------


def line(file: File, number: int) -> File:
    lines: list[File] = file["lines"]
    return next(one for one in lines if one["number"] == number)


def put(**values: Any) -> Callable[[File], None]:
    return lambda file: file.update(values)


def put_line(number: int, **values: Any) -> Callable[[File], None]:
    return lambda file: line(file, number).update(values)


def score(number: int, place: int, points: str, weighted: str | None = None) -> Callable[[File], None]:
    def alter(file: File) -> None:
        result = line(file, number)["results"][place]
        result[1:] = [points, result[2] if weighted is None else weighted]

    return alter


def weight(file: File) -> None:
    file["plan"]["stages"][1]["criteria"][0]["weight"] = 26


def weight_and_hash(file: File) -> None:
    weight(file)
    text = json.dumps(file["plan"], sort_keys=True, separators=(",", ":"))
    file["plan_hash"] = hashlib.sha256(text.encode()).hexdigest()


def let_on(file: File) -> None:
    """Let on, in the first screening, one who was left out."""
    fourth = next(one for one in file["screenings"][0] if one["number"] == 4)
    fourth.update(status="ranked", rank=4)


def told(file: File) -> list[str]:
    return [str(one) for one in record.differences(file)]


def everyone(name: str, *numbers: int) -> set[str]:
    return {f"{name}: Proponent {number} comes out otherwise." for number in numbers}


EVERYWHERE = ("Screening 1", "Screening 2", "Ranking")
OTHER_ORDER = {f"{name}: The lines stand in another order." for name in EVERYWHERE}
SEED_DIFFERS = "The seed does not follow from the closing time and the digests."
PLAN_DIFFERS = "The plan’s hash is not the one frozen at publication."


@pytest.mark.parametrize(
    ("alter", "named"),
    [
        (score(1, 1, "81"), everyone("Ranking", 1)),
        (score(1, 1, "81", "1053/20"), everyone("Ranking", 1)),
        (score(1, 1, "80", "53"), everyone("Ranking", 1)),
        (score(1, 1, "101"), {"Ranking: It cannot be computed (Points on challenge lie outside 0 to 100.)."}),
        (put_line(1, total="71"), everyone("Ranking", 1)),
        (put_line(1, price_points="6"), everyone("Ranking", 1)),
        (put_line(3, price_points="11"), {"Ranking: It cannot be computed (Price points lie outside 0 to 10.)."}),
        (put_line(1, rank=2), everyone("Ranking", 1)),
        (put_line(1, tie_break="draw"), everyone("Ranking", 1)),
        (put_line(4, status="below_minimum"), everyone("Ranking", 4)),
        (put_line(1, price_order=1), {"Ranking: The points of prices do not follow their order."}),
        (put_line(1, digest="00" * 32), {"Ranking: Proponent 1 has a digest that was not received."}),
        (put_line(1, rounds_passed=1), {"Screening 2: Proponent 1 is ranked as if it had come out otherwise."}),
        (put(plan_hash="00" * 32), {PLAN_DIFFERS}),
        (put(awards=[{"number": 1}, {"number": 4}]), {"Proponent 4 was awarded to and not ranked."}),
        (put(awards=[{"number": 7}]), {"Proponent 7 was awarded to and not ranked."}),
        (
            let_on,
            everyone("Screening 1", 4) | {"Screening 1: Proponent 4 is ranked as if it had come out otherwise."},
        ),
    ],
)
def test_what_was_altered_is_named_and_nothing_else(alter: Callable[[File], None], named: set[str]) -> None:
    file = published(PLAN, ENTRIES)
    alter(file)
    assert set(told(file)) == named


@pytest.mark.parametrize("alter", [put(seed="00" * 32), put(closing_at="2026-06-24T18:00:01Z"), put(ocid="ocds-x-2")])
def test_a_seed_that_does_not_follow_is_named_beside_the_draws_it_turns(alter: Callable[[File], None]) -> None:
    file = published(PLAN, ENTRIES)
    alter(file)
    assert set(told(file)) - OTHER_ORDER == {SEED_DIFFERS}


@pytest.mark.parametrize("alter", [weight, weight_and_hash])
def test_another_weight_shows_in_every_result_it_touches(alter: Callable[[File], None]) -> None:
    file = published(PLAN, ENTRIES)
    alter(file)
    found = set(told(file))
    assert found - {PLAN_DIFFERS} == {one for name in EVERYWHERE for one in everyone(name, 1, 2, 3, 4, 5)}
    assert (PLAN_DIFFERS in found) == (alter is weight)


def test_a_digest_that_was_not_received_shows_in_the_seed_and_on_every_line() -> None:
    file = published(PLAN, ENTRIES)
    absent = file["digests"][0]
    file["digests"][0] = "00" * 32
    number = next(one["number"] for one in file["lines"] if one["digest"] == absent)
    named = {f"{name}: Proponent {number} has a digest that was not received." for name in EVERYWHERE}
    assert set(told(file)) - OTHER_ORDER == named | {SEED_DIFFERS}


def test_lines_in_another_order_are_named() -> None:
    file = published(PLAN, ENTRIES)
    file["lines"].reverse()
    assert told(file) == ["Ranking: The lines stand in another order."]


@pytest.mark.parametrize(
    "alter",
    [
        put(digests=["00"]),
        put(closing_at="soon"),
        put_line(1, status="winner"),
        put_line(1, total="1/0"),
        put_line(1, digest=None),
        lambda file: file.pop("awards"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_and_raises_nothing(alter: Callable[[File], None]) -> None:
    file = published(PLAN, ENTRIES)
    alter(file)
    assert told(file)[-1].startswith("The file cannot be read further (")
