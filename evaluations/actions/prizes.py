"""Prizes of a challenge that stay without a winner."""

from datetime import datetime

from app.core import audit
from app.core.audit import FROM_AWARD
from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotAllowed, NotNow
from auth.models import User
from evaluations import policy, queries
from evaluations.actions.awarding import conclude
from evaluations.actions.judging import check_reason
from evaluations.models import Evaluation, WithheldPrize


def withhold_prize(
    evaluation: Evaluation, place: int, *, reason: str, language: str = "", by: User, at: datetime
) -> WithheldPrize:
    """Leave one prize without a winner, with a reason that is published; one prize at least is awarded.

    Where the other prizes stand already, the procurement goes on with them.
    """
    _refuse(evaluation, by=by, at=at)
    opportunity = evaluation.opportunity
    left = queries.open_places(opportunity)
    if opportunity.plan.winners == 1 or place not in left:
        raise NotNow(N_("This prize is not open."))
    made = queries.made_awards(opportunity)
    if left == [place] and not made:
        raise NotNow(N_("One prize at least is awarded."))
    withheld = WithheldPrize(
        opportunity=opportunity, place=place, reason=check_reason(reason), language=language, by_id=by.id, at=at
    )
    db.session.add(withheld)
    audit.record("evaluation.withhold", evaluation.subject, by=by, at=at, audience=FROM_AWARD, place=place)
    if left == [place]:
        conclude(made, queries.facts(opportunity, by, at), by=by, at=at)
    return withheld


def offer_again(evaluation: Evaluation, place: int, *, by: User, at: datetime) -> WithheldPrize:
    """Open a withheld prize again, before the decision."""
    _refuse(evaluation, by=by, at=at)
    found = next((one for one in queries.withheld_prizes(evaluation.opportunity) if one.place == place), None)
    if found is None:
        raise NotNow(N_("This prize is not withheld."))
    found.taken_back = True
    audit.record("evaluation.offer_again", evaluation.subject, by=by, at=at, audience=FROM_AWARD, place=place)
    return found


def _refuse(evaluation: Evaluation, *, by: User, at: datetime) -> None:
    facts = queries.facts(evaluation.opportunity, by, at)
    if not policy.may_award(facts):
        raise NotAllowed(sealed=True)
    early = policy.when_awarding(evaluation, at, facts)
    if early is not None or evaluation.state != "locked":
        raise early or NotNow()
    if any(one.state == "proposed" for one in queries.live_awards(evaluation.opportunity)):
        raise NotNow(N_("An award was already made or proposed. Look at what stands now."))
