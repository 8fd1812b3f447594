"""Several prizes: places in the order of rank, or with a second officer; one declined leaves the others."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.db import db
from app.core.errors import NotValid
from auth.models import User
from contracts import actions as contract_actions
from contracts.queries import awards_to_draw, find_award_to_decline, others_go_on
from evaluations import actions, queries
from evaluations.models import Award
from opportunities.models import EvaluationPlan, Prize
from tests.conftest import Travel
from tests.evaluations.story import AFTER, Story, make_locked
from tests.factories import make_plan

SignIn = Callable[[User], FlaskClient]
REASON = "They answer every criterion best."
WHY_NOT = "The first is under sanction since yesterday."


@pytest.fixture(autouse=True)
def _after_the_closing(travel: Travel) -> None:
    travel(AFTER + timedelta(hours=1))


def prizes() -> EvaluationPlan:
    plan = make_plan(format="prize", winners=2)
    plan.prizes.extend([Prize(place=1, amount_cents=700_000), Prize(place=2, amount_cents=300_000)])
    return plan


def make_challenge(points: tuple[tuple[int, int], ...] = ((5, 5), (4, 4), (1, 1))) -> Story:
    return make_locked(points, plan=prizes())


def give(story: Story, *authors: int, departure_reason: str = "") -> list[Award]:
    winners = [story.proponent(author) for author in authors]
    made = actions.award(
        *winners, reason=REASON, departure_reason=departure_reason, by=story.officer, at=AFTER
    )  # fmt: skip
    db.session.commit()
    return made


def standing(story: Story) -> list[tuple[int, int, str]]:
    live = queries.live_awards(story.opportunity)
    return [(one.place, story.proposals.index(one.proponent.proposal), one.state) for one in live]


def address(story: Story, page: str) -> str:
    return f"/en/opportunities/{story.opportunity.number}/evaluation/{page}"


def test_the_first_in_rank_stand_preselected_and_every_letter_is_shown_before_it_goes(
    app: Flask, sign_in: SignIn
) -> None:
    story = make_challenge()
    olive = sign_in(story.officer)
    body = olive.get(address(story, "award")).text
    first, second = (story.proponent(author).key for author in (0, 1))
    assert [f'<option selected value="{key}">' in body for key in (first, second)] == [True, True]
    assert ("Place 1: $7,000" in body, "Place 2: $3,000" in body) == (True, True)
    chosen = {"winner-1": first, "winner-2": second, "reason": REASON}
    assert olive.post(address(story, "award"), data=chosen).headers["Location"].endswith("/award/check")
    check = olive.get(address(story, "award/check")).text
    assert check.count("was chosen</summary>") == 2
    assert check.count("The decision on") == 1
    assert olive.post(address(story, "award/check")).status_code == 303
    assert standing(story) == [(1, 0, "made"), (2, 1, "made")]


def test_one_proposal_has_one_place_and_what_was_typed_stays(app: Flask, sign_in: SignIn) -> None:
    story = make_challenge()
    twice = dict.fromkeys(("winner-1", "winner-2"), story.proponent(0).key) | {"reason": REASON}
    answer = sign_in(story.officer).post(address(story, "award"), data=twice)
    assert (answer.status_code, "is chosen for two places" in answer.text, REASON in answer.text) == (422, True, True)
    with pytest.raises(NotValid):
        give(story, 0, 0)


def test_another_order_needs_a_reason_and_a_second_officer_for_all_places(app: Flask, sign_in: SignIn) -> None:
    story = make_challenge()
    keys = {"winner-1": story.proponent(1).key, "winner-2": story.proponent(0).key, "reason": REASON}
    olive = sign_in(story.officer)
    assert olive.post(address(story, "award"), data=keys).status_code == 422
    assert olive.post(address(story, "award"), data={**keys, "departure_reason": WHY_NOT}).status_code == 303
    olive.post(address(story, "award/check"))
    assert standing(story) == [(1, 1, "proposed"), (2, 0, "proposed")]
    samir = sign_in(story.second)
    shown = samir.get(address(story, "award/confirm")).text
    assert [f"Bidder {number}, rank {rank}" in shown for number, rank in ((2, 2), (1, 1))] == [True, True]
    assert samir.post(address(story, "award/confirm"), data={"decision": "confirm"}).status_code == 303
    assert standing(story) == [(1, 1, "made"), (2, 0, "made")]
    assert story.opportunity.state == "awarded"


def test_a_second_officer_refuses_all_places_together(app: Flask) -> None:
    story = make_challenge()
    proposed = give(story, 2, 1, departure_reason=WHY_NOT)
    actions.refuse_award(proposed[1], reason="The order of rank stands.", by=story.second, at=AFTER)
    db.session.commit()
    assert standing(story) == []
    assert db.session.scalars(select(Award.state)).all() == ["refused", "refused"]


def test_one_place_declined_leaves_the_other_and_goes_to_the_next_in_rank(app: Flask, sign_in: SignIn) -> None:
    story = make_challenge()
    first, _second = give(story, 0, 1)
    actions.decline_award(first, by=story.authors[0], at=AFTER)
    db.session.commit()
    assert (standing(story), story.opportunity.state) == ([(2, 1, "made")], "evaluation")
    waiting = [one.endpoint for one in queries.awaiting(story.officer, AFTER)]
    assert waiting == ["evaluations.award"]
    body = sign_in(story.officer).get(address(story, "award")).text
    assert ("Place 1: $7,000" in body, "Place 2: $3,000" in body) == (True, False)
    give(story, 2)
    assert (standing(story), story.opportunity.state) == ([(1, 2, "made"), (2, 1, "made")], "awarded")


def test_where_nobody_is_left_for_a_place_the_others_go_on(app: Flask) -> None:
    story = make_challenge(((5, 5), (4, 4)))
    first, _second = give(story, 0, 1)
    actions.decline_award(first, by=story.authors[0], at=AFTER)
    db.session.commit()
    assert (standing(story), story.opportunity.state) == ([(2, 1, "made")], "awarded")


def test_both_winners_may_decline(app: Flask) -> None:
    story = make_challenge()
    for author, one in enumerate(give(story, 0, 1)):
        actions.decline_award(one, by=story.authors[author], at=AFTER)
    db.session.commit()
    assert (standing(story), story.opportunity.state) == ([], "evaluation")


def test_each_prize_has_a_contract_of_one_milestone_and_its_own_decline(app: Flask) -> None:
    story = make_challenge()
    _first, second = give(story, 0, 1)
    assert find_award_to_decline(story.opportunity, story.authors[1]) == second
    contracts = [contract_actions.draw_up(story.opportunity, by=story.officer, at=AFTER) for _place in range(2)]
    assert [[one.amount_cents for one in drawn.milestones] for drawn in contracts] == [[700_000], [300_000]]
    assert [drawn.supplier_id for drawn in contracts] == [author.id for author in story.authors[:2]]
    assert (awards_to_draw(story.opportunity), others_go_on(contracts[0])) == ([], True)
    contract_actions.decline(contracts[1], "We have no time now.", by=story.authors[1], at=AFTER)
    assert (standing(story), contracts[0].state) == ([(1, 0, "made")], "proposed")


def test_every_page_that_tells_the_outcome_speaks_of_all_prizes(app: Flask, sign_in: SignIn) -> None:
    story = make_challenge()
    give(story, 0, 1)
    public = app.test_client()
    told = public.get(f"/en/opportunities/{story.opportunity.number}", follow_redirects=True).text
    assert ("2 prizes awarded, $10,000 in all." in told, "win the prizes" in told) == (True, True)
    home = public.get("/en/").text
    assert (" and 1 more<" in home, "$10,000" in home) == (True, True)
    loser = sign_in(story.authors[2])
    debrief = loser.get(f"/en/proposals/{story.proposals[2].key}/debrief").text
    shown = ("Other proposals were chosen.", "Prize 1", "$7,000", "Prize 2", "$3,000", "Total of the first prize")
    assert [text for text in shown if text not in debrief] == []
