"""The stages of a plan are written in order, criteria go with their stage, patterns begin with the known formats."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.bilingual import Bilingual
from app.core.db import db
from app.core.errors import NotValid
from auth.models import User
from opportunities import actions, queries
from opportunities.actions.writing import criteria_of, stages_of
from opportunities.models import Opportunity
from opportunities.parts import PATTERNS, CriterionLine, StageLine
from tests.factories import both, make_department, make_opportunity, make_staff
from tests.opportunities.forms_of import typed_in

NOON = datetime(2026, 6, 10, 16, 0, tzinfo=UTC)
SCENE = CriterionLine("interview", both("Scene"), weight=40, max_points=10, stage=2)
WAY = CriterionLine("rated", both("Way"), weight=60, max_points=10, stage=1)
STAGED = {
    "stages": (
        StageLine("rated", both("Questions"), 3, "consensus"),
        StageLine(
            "interview", both("Talk"), held_from=date(2026, 7, 6), held_until=date(2026, 7, 8), reveals_names=True
        ),
    ),
    "criteria": (WAY, SCENE),
}


def begin(pattern: str = "fixed_price") -> tuple[Opportunity, User]:
    department = make_department()
    buyer = make_staff("buyer", department)
    title = Bilingual("Gauges", "Jauges")
    return actions.start(department, title, ocid_prefix="ocds-devex0", by=buyer, at=NOON, pattern=pattern), buyer


def titles(opportunity: Opportunity) -> list[tuple[str, str, list[str]]]:
    return [(one.kind, one.title.en, [each.title.en for each in one.criteria]) for one in opportunity.plan.stages]


def test_criteria_stand_in_the_stage_they_name(app: Flask) -> None:
    draft, buyer = begin()
    actions.write(draft, STAGED, by=buyer, at=NOON)
    assert titles(draft) == [("rated", "Questions", ["Way"]), ("interview", "Talk", ["Scene"])]
    assert draft.plan.format == "staged_team"
    assert actions.write(draft, {"stages": stages_of(draft), "criteria": criteria_of(draft)}, by=buyer, at=NOON) == ()


def test_stages_change_places_with_their_criteria_and_keep_their_keys(app: Flask) -> None:
    draft, buyer = begin()
    actions.write(draft, STAGED, by=buyer, at=NOON)
    keys = {one.title.en: one.key for one in criteria_of(draft)}
    first, second = stages_of(draft)
    actions.write(draft, {"stages": (second, StageLine("mandatory"), first)}, by=buyer, at=NOON)
    assert titles(draft) == [
        ("interview", "Talk", ["Scene"]), ("mandatory", "Mandatory criteria", []), ("rated", "Questions", ["Way"]),
    ]  # fmt: skip
    assert {one.title.en: one.key for one in criteria_of(draft)} == keys


def test_a_stage_taken_out_takes_its_criteria_along(app: Flask) -> None:
    draft, buyer = begin()
    actions.write(draft, STAGED, by=buyer, at=NOON)
    actions.write(draft, {"stages": stages_of(draft)[:1]}, by=buyer, at=NOON)
    assert titles(draft) == [("rated", "Questions", ["Way"])]


def test_criteria_of_a_kind_make_their_stage_and_the_last_one_takes_it_along(app: Flask) -> None:
    draft, buyer = begin()
    licence, way = CriterionLine("mandatory", both("Licence")), CriterionLine("rated", both("Way"), weight=100)
    actions.write(draft, {"criteria": (way, licence)}, by=buyer, at=NOON)
    assert titles(draft) == [
        ("mandatory", "Mandatory criteria", ["Licence"]), ("rated", "Rated criteria", ["Way"]),
    ]  # fmt: skip
    actions.write(draft, {"criteria": (way,)}, by=buyer, at=NOON)
    assert titles(draft) == [("rated", "Rated criteria", ["Way"])]


def test_a_criterion_without_a_stage_or_kind_is_refused(app: Flask) -> None:
    draft, buyer = begin()
    with pytest.raises(NotValid):
        actions.write(draft, {"criteria": (CriterionLine("", both("Way"), stage=7),)}, by=buyer, at=NOON)


def test_only_held_stages_have_days_and_only_rated_ones_a_cut(app: Flask) -> None:
    draft, buyer = begin()
    day = date(2026, 7, 6)
    stages = (StageLine("mandatory", top_n=3), StageLine("rated", held_from=day, held_until=day))
    actions.write(draft, {"stages": stages}, by=buyer, at=NOON)
    assert [(one.top_n, one.held_from) for one in stages_of(draft)] == [(None, None), (None, None)]


def test_prizes_give_as_many_winners(app: Flask) -> None:
    draft, buyer = begin()
    actions.write(draft, {"prizes": (500, 300)}, by=buyer, at=NOON)
    assert (draft.plan.winners, draft.plan.format) == (2, "prize")
    actions.write(draft, {"prizes": ()}, by=buyer, at=NOON)
    assert (draft.plan.winners, draft.plan.format) == (1, "fixed_price")
    with pytest.raises(NotValid):
        actions.write(draft, {"prizes": (100,) * 11}, by=buyer, at=NOON)


@pytest.mark.parametrize("code", PATTERNS)
def test_a_pattern_begins_with_its_stages_and_weights(app: Flask, code: str) -> None:
    draft, _buyer = begin(code)
    pattern = PATTERNS[code]
    assert [one.kind for one in draft.plan.stages] == [one.kind for one in pattern.stages]
    weights = [one.weight for one in criteria_of(draft)]
    assert draft.plan.price_weight + sum(weights) in (0, 30, 100)
    assert draft.plan.format == {"staged_roles": "staged_team"}.get(code, code)


def test_a_copy_has_the_stages_but_not_their_days(app: Flask) -> None:
    draft, buyer = begin()
    actions.write(draft, {**STAGED, "prizes": (500, 300)}, by=buyer, at=NOON)
    copy = actions.start(
        draft.department, both("Again"), ocid_prefix="ocds-devex0", by=buyer, at=NOON, source=draft
    )  # fmt: skip
    assert titles(copy) == titles(draft)
    assert [one.held_from for one in copy.plan.stages] == [None, None]
    assert [one.amount_cents for one in copy.plan.prizes] == [500, 300]
    assert {one.key for one in criteria_of(copy)} & {one.key for one in criteria_of(draft)} == set()


def staged(sign_in: Callable[[User], FlaskClient]) -> tuple[Opportunity, FlaskClient]:
    department = make_department()
    buyer = make_staff("buyer", department)
    opportunity = make_opportunity(department, buyer, state="draft")
    actions.write(opportunity, STAGED, by=buyer, at=NOON)
    db.session.commit()
    return opportunity, sign_in(buyer)


@pytest.mark.parametrize(("stem", "page"), [("/en/opportunities", "draft/stages"), ("/fr/defis", "ebauche/etapes")])
def test_the_page_of_stages_saves_itself_unchanged(
    sign_in: Callable[[User], FlaskClient], stem: str, page: str
) -> None:  # fmt: skip
    opportunity, buyer = staged(sign_in)
    before = queries.plan_hash(opportunity.plan)
    address = f"{stem}/{opportunity.number}/{page}"
    shown = buyer.get(address)
    assert buyer.post(address, data=typed_in(shown.text)).status_code == 303
    db.session.expire_all()
    assert queries.plan_hash(queries.get_opportunity(opportunity.number).plan) == before


def test_days_the_wrong_way_round_are_refused_and_kept(sign_in: Callable[[User], FlaskClient]) -> None:
    opportunity, buyer = staged(sign_in)
    address = f"/en/opportunities/{opportunity.number}/draft/stages"
    typed = typed_in(buyer.get(address).text) | {"stages-1-held_until": "2026-07-01"}
    answer = buyer.post(address, data=typed)
    assert answer.status_code == 422
    assert "The last day is before the first." in answer.text
    assert 'value="2026-07-01"' in answer.text


def test_a_criterion_is_moved_to_another_stage_on_its_page(sign_in: Callable[[User], FlaskClient]) -> None:
    opportunity, buyer = staged(sign_in)
    address = f"/en/opportunities/{opportunity.number}/draft/criteria"
    shown = buyer.get(address).text
    assert "1. Questions" in shown
    assert buyer.post(address, data=typed_in(shown) | {"criteria-1-kind": "1"}).status_code == 303
    db.session.expire_all()
    assert titles(queries.get_opportunity(opportunity.number)) == [("rated", "Questions", ["Way", "Scene"])]


def test_the_page_says_how_each_stage_is_held(sign_in: Callable[[User], FlaskClient]) -> None:
    opportunity, buyer = staged(sign_in)
    actions.write(opportunity, {"prizes": (500_00, 300_00)}, by=opportunity.author, at=NOON)
    db.session.commit()
    page = buyer.get(f"/en/opportunities/{opportunity.number}/preview").text
    for said in (
        "Held from 6 July 2026 to 8 July 2026, with those who were let on.",
        "Each evaluator scores alone; the panel then agrees on each score.",
        "The best 3 go on, with all who tie.",
        "From this stage on the panel knows who proposes.",
        "Prizes, in the order of the totals:",
    ):
        assert said in page.replace("\xa0", " ")
