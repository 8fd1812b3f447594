"""The demonstration's world hangs together: both languages, sums, weights, references and order of dates."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

WORLD = Path(__file__).parents[2] / "app" / "demo" / "world"
FILES = sorted((WORLD / "opportunities").glob("*.yaml"))
MOMENT = re.compile(r"^(?:[+-]\d+d(?: \d\d:\d\d)?|[+-]\d+h|\d{4}-\d\d-\d\d(?: \d\d:\d\d)?)$")
NOW = datetime(2026, 6, 10, 15, 0, tzinfo=UTC)
PRICED = {"priced", "staged_team"}
OPENED = {"evaluation", "awarded", "contract", "completed"}
STATES = {
    "draft": 2, "review": 2, "open": 8, "closed": 2, "evaluation": 4, "awarded": 4, "contract": 6,
    "completed": 4, "cancelled": 1, "unsuccessful": 2,
}  # fmt: skip


def load(name: str) -> Any:
    """What one file of the world holds."""
    return yaml.safe_load((WORLD / name).read_text(encoding="utf-8"))


PEOPLE = {one["key"]: one for one in load("people.yaml")}
ORGANIZATIONS = {one["key"]: one for one in load("organizations.yaml")}
DEPARTMENTS = {one["key"]: one for one in load("departments.yaml")}
SKILLS = {one["code"] for one in load("skills.yaml")}
OPPORTUNITIES = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in FILES}
each = pytest.mark.parametrize("one", OPPORTUNITIES.values(), ids=OPPORTUNITIES.keys())


def walk(thing: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """Every mapping, list item and value of a file with its path."""
    yield where, thing
    pairs = thing.items() if isinstance(thing, dict) else enumerate(thing) if isinstance(thing, list) else ()
    for key, value in pairs:
        yield from walk(value, f"{where}.{key}")


def one_sided(thing: Any) -> list[str]:
    """Paths of the bilingual texts that lack a language, or say the same in both at length."""
    pairs = [(where, x) for where, x in walk(thing) if isinstance(x, dict) and {"en", "fr"} & set(x)]
    return [
        where
        for where, x in pairs
        if set(x) != {"en", "fr"} or not x["en"] or not x["fr"] or (x["en"] == x["fr"] and len(x["en"]) > 40)
    ]


def when(text: str) -> datetime:
    """A moment of the world, counted from one fixed now."""
    if text[0] not in "+-":
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    amount, _, hour = text.partition(" ")
    if amount.endswith("h"):
        return NOW + timedelta(hours=int(amount[:-1]))
    day = NOW + timedelta(days=int(amount[:-1]))
    return day.replace(hour=int(hour[:2]), minute=int(hour[3:])) if hour else day


def people_named(one: dict[str, Any]) -> set[str]:
    """Every person an opportunity speaks of."""
    named = {
        one["buyer"],
        one["officer"],
        one["finance"],
        *one["panel"],
        *one.get("opening", {}).get("by", []),
    }
    named |= {x for x in one.get("watchers", []) if "@" not in x}
    named |= {q["asked_by"] for q in one.get("questions", [])}
    for proposal in one.get("proposals", []):
        named |= {proposal["by"], *proposal["team"], *proposal.get("scores", {})}
    named |= {x["person"] for x in one.get("declarations", [])}
    named |= {x[part] for x in one.get("recusals", []) for part in ("person", "from")}
    named |= {x["to"] for x in one.get("invitations", [])}
    named |= {person for x in one.get("rounds", []) for person in x.get("attends", [])}
    for key in ("award", "award_declined", "cancelled", "unsuccessful"):
        named |= {one[key]["by"], *winners(one[key])} if key in one else set()
    for milestone in one.get("contract", {}).get("milestones", []):
        named |= {act["by"] for act in milestone["history"] if "by" in act}
    return named


def winners(decided: dict[str, Any]) -> list[str]:
    """Who a decision goes to: one bidder, or one for each prize."""
    to = decided.get("to", [])
    return to if isinstance(to, list) else [to]


def quality(one: dict[str, Any], proposal: dict[str, Any]) -> Fraction:
    """Points of a proposal for its rated criteria: the mean of the panel, weighted."""
    total = Fraction(0)
    for criterion in one["rated"]:
        marks = [sheet[criterion["key"]][0] for sheet in proposal["scores"].values()]
        total += Fraction(criterion["weight"] * sum(marks), len(marks) * criterion.get("points", 5))
    return total


def price_points(one: dict[str, Any], proposal: dict[str, Any], lowest: int) -> Fraction:
    """Points of a proposal for its price, by the opportunity's formula."""
    if one["formula"] == "none":
        return Fraction(0)
    if one["formula"] == "lowest":
        return Fraction(one["price_weight"] * lowest, proposal["price_cents"])
    saved = 1 - Fraction(proposal["price_cents"], one["value_cents"])
    return Fraction(one["price_weight"]) * max(Fraction(0), saved)


def test_the_world_has_an_opportunity_in_every_state() -> None:
    counted = {state: sum(one["state"] == state for one in OPPORTUNITIES.values()) for state in STATES}
    assert counted == STATES


@pytest.mark.parametrize("name", ["departments.yaml", "people.yaml", "organizations.yaml", "skills.yaml", "terms.yaml"])
def test_the_cast_speaks_both_languages(name: str) -> None:
    assert one_sided(load(name)) == []


def test_twelve_developers_have_identities_of_their_own_and_half_read_french() -> None:
    developers = [one for one in PEOPLE.values() if "github" in one]
    assert len({one["github"]["id"] for one in developers}) == len(developers) == 12
    assert sum(one["language"] == "fr" for one in developers) == 6


def test_staff_belong_to_a_department_and_write_from_its_domains() -> None:
    staff = [one for one in PEOPLE.values() if "department" in one]
    strangers = [
        one["key"] for one in staff if one["email"].split("@")[1] not in DEPARTMENTS[one["department"]]["domains"]
    ]
    assert strangers == []


def test_each_department_has_every_role() -> None:
    held = {(one["department"], role) for one in PEOPLE.values() if "department" in one for role in one["roles"]}
    assert held == {(key, role) for key in DEPARTMENTS for role in ("buyer", "officer", "finance", "evaluator")}


def test_members_of_organizations_and_skills_of_people_exist() -> None:
    members = {x["person"] for one in ORGANIZATIONS.values() for x in one["members"]}
    assert members - set(PEOPLE) == set()
    assert {skill for one in PEOPLE.values() for skill in one["skills"]} - SKILLS == set()


@each
def test_an_opportunity_speaks_both_languages(one: dict[str, Any]) -> None:
    missing = one_sided(one)
    assert missing == [] or (one["state"] == "draft" and one["incomplete"])


@each
def test_milestones_add_to_the_value(one: dict[str, Any]) -> None:
    assert sum(x["amount_cents"] for x in one["milestones"]) == one["value_cents"]


@each
def test_weights_add_to_a_hundred(one: dict[str, Any]) -> None:
    weights = sum(x["weight"] for x in one["rated"]) + one["price_weight"]
    assert weights == (0 if one["format"] == "pass_fail_draw" else 100) or one.get("incomplete", False)


@each
def test_price_counts_only_where_a_price_is_asked(one: dict[str, Any]) -> None:
    assert (one["format"] in PRICED) == (one["formula"] != "none") == (one["price_weight"] > 0)


@each
def test_references_resolve(one: dict[str, Any]) -> None:
    assert people_named(one) - set(PEOPLE) == set()
    assert {x["for"] for x in one.get("proposals", []) if "for" in x} - set(ORGANIZATIONS) == set()
    assert set(one["skills"]) - SKILLS == set()
    assert one["department"] in DEPARTMENTS


@each
def test_its_people_hold_the_roles_they_act_in(one: dict[str, Any]) -> None:
    for role in ("buyer", "officer", "finance"):
        person = PEOPLE[one[role]]
        assert (person["department"], role in person["roles"]) == (one["department"], True)


@each
def test_moments_are_written_in_the_three_ways_and_in_order(one: dict[str, Any]) -> None:
    dates = one["dates"]
    assert [x for x in dates.values() if not MOMENT.match(x)] == []
    ats = [(where, x) for where, x in walk(one) if where.endswith(".at")]
    assert [x for x in ats if not MOMENT.match(x[1])] == []
    order = [when(dates[x]) for x in ("created", "posted", "questions_until", "closing", "decision", "work_start")]
    assert order == sorted(order)


@each
def test_state_agrees_with_the_dates(one: dict[str, Any]) -> None:
    if one["state"] == "open":
        assert when(one["dates"]["posted"]) < NOW < when(one["dates"]["closing"])
    if one["state"] in {"closed", *OPENED}:
        assert when(one["dates"]["closing"]) < NOW


@each
def test_proposals_answer_each_criterion_within_its_words(one: dict[str, Any]) -> None:
    asked = {x["key"]: x["words"] for x in one["rated"] if "words" in x} or {x["key"]: 250 for x in one["mandatory"]}
    for proposal in one.get("proposals", []):
        answers = proposal["answers"]
        assert set(answers) == set(asked) or proposal["state"] == "draft"
        assert [key for key, text in answers.items() if len(text.split()) > asked[key]] == []


@each
def test_submissions_come_before_the_closing_and_after_the_posting(one: dict[str, Any]) -> None:
    posted, closing = when(one["dates"]["posted"]), when(one["dates"]["closing"])
    sent = [x for x in one.get("proposals", []) if x["state"] != "draft"]
    assert [x["by"] for x in sent if not posted < when(x["at"]) < min(closing, NOW)] == []


@each
def test_a_price_is_split_over_the_milestones(one: dict[str, Any]) -> None:
    for proposal in one.get("proposals", []):
        if one["format"] in PRICED and proposal["state"] != "draft":
            assert sum(proposal["plan"].values()) == proposal["price_cents"] <= one["value_cents"]
            assert list(proposal["plan"]) == [x["key"] for x in one["milestones"]]
        assert ("price_cents" in proposal) <= (one["format"] in PRICED)


@each
def test_scores_stay_within_their_points_and_come_from_the_panel(one: dict[str, Any]) -> None:
    points = {x["key"]: x.get("points", 5) for x in one["rated"]}
    for proposal in one.get("proposals", []):
        scores = proposal.get("scores", {})
        assert set(scores) - set(one["panel"]) == set()
        given = [(key, mark) for sheet in scores.values() for key, (mark, reason) in sheet.items() if reason]
        assert [x for x in given if x[0] in points and not 0 <= x[1] <= points[x[0]]] == []
        assert [x for x in given if x[0] not in points and x[1] not in {"pass", "fail"}] == []


@each
def test_nobody_evaluates_their_own_proposal_or_opens_alone(one: dict[str, Any]) -> None:
    assert {x["by"] for x in one.get("proposals", [])} & set(one["panel"]) == set()
    if one["state"] in OPENED:
        assert len(set(one["opening"]["by"])) == 2


@each
def test_who_accepts_does_not_release(one: dict[str, Any]) -> None:
    for milestone in one.get("contract", {}).get("milestones", []):
        by = {act["act"]: act["by"] for act in milestone["history"] if act["act"] in {"accepted", "released"}}
        assert len(set(by.values())) == len(by)


@each
def test_a_milestone_moves_in_order(one: dict[str, Any]) -> None:
    follows = {
        "delivered": {"", "returned"}, "returned": {"delivered"}, "accepted": {"delivered"},
        "released": {"accepted"}, "payment_sent": {"released", "payment_failed"},
        "payment_failed": {"payment_sent"}, "paid": {"payment_sent"},
    }  # fmt: skip
    for milestone in one.get("contract", {}).get("milestones", []):
        acts = ["", *(act["act"] for act in milestone["history"])]
        assert [pair for pair in pairwise(acts) if pair[0] not in follows[pair[1]]] == []
        moments = [when(act["at"]) for act in milestone["history"]]
        assert moments == sorted(moments)


@each
def test_the_award_goes_to_the_first_in_rank_who_took_it(one: dict[str, Any]) -> None:
    if "award" not in one or not one["rated"]:
        return
    left = [x for x in one["proposals"] if x["state"] in {"awarded", "not_awarded"}]
    lowest = min(x.get("price_cents", 0) for x in left)
    ranked = sorted(left, key=lambda x: quality(one, x) + price_points(one, x, lowest), reverse=True)
    won = winners(one["award"])
    assert [x["by"] for x in ranked[: len(won)]] == won
    assert {x["by"] for x in left if x["state"] == "awarded"} == set(won)


@each
def test_the_buyer_accepts_and_finance_releases(one: dict[str, Any]) -> None:
    milestones = one.get("contract", {}).get("milestones", [])
    acts = {(act["act"], act["by"]) for x in milestones for act in x["history"] if "by" in act}
    expected = {"accepted": one["buyer"], "returned": one["buyer"], "released": one["finance"]}
    assert [x for x in acts if x[0] != "delivered" and x[1] != expected[x[0]]] == []


@each
def test_what_publication_asks_for_is_there(one: dict[str, Any]) -> None:
    asked = ("title", "problem", "users", "deliverables", "acceptance", "licence", "repository", "fund_code")
    assert [key for key in asked if not one.get(key)] == [] or one.get("incomplete", False)
