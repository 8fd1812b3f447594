"""A decision written down for anybody to check: frozen with the award, published with what was awarded."""

from typing import Any

from sqlalchemy import select

from app.core.db import db
from app.core.errors import NotFound
from app.core.formats import utc
from evaluations import record
from evaluations.models import Award, Evaluation
from evaluations.queries.people import bidder_name
from evaluations.queries.proceedings import live_awards, proponents, withheld_prizes
from evaluations.queries.ranking import Ranking
from opportunities.models import Opportunity
from opportunities.queries.snapshot import plan_of
from proposals.queries import digests_of


def record_of(evaluation: Evaluation, ranking: Ranking) -> dict[str, Any]:
    """Give what an award keeps: plan, seed with its inputs, screenings, ranking and how many judged each proposal.

    No names, and no prices of those who lose.
    """
    opportunity = evaluation.opportunity
    assert opportunity.closing_at is not None  # noqa: S101  (nothing is opened without a closing)
    received = digests_of(one.proposal for one in proponents(evaluation))
    return {
        "ocid": opportunity.ocid,
        "closing_at": utc(opportunity.closing_at),
        "seed": evaluation.seed,
        "digests": sorted(received.values()),
        "plan": plan_of(opportunity.plan),
        "plan_hash": opportunity.plan.frozen_hash,
        "budget_cents": opportunity.value_cents or 0,
        "evaluators": ranking.evaluators,
        "rounds_over": evaluation.round - 1,
        "screenings": evaluation.screenings,
        "lines": [
            {**line, "evaluators": ranking.judges[line["number"]]}
            for line in record.written([line.placing for line in ranking.lines], ranking.settled.entries)
        ],
    }


def made_awards(opportunity: Opportunity) -> list[Award]:
    """List the awards that stand, by place."""
    return [one for one in live_awards(opportunity) if one.state == "made"]


def published(opportunity: Opportunity) -> dict[str, Any] | None:
    """Give the whole published decision as JSON values; None while no award stands."""
    made = made_awards(opportunity)
    if not made:
        return None
    latest = max(made, key=lambda one: (one.made_at or one.at, one.id))
    awards = [
        {
            "place": one.place, "number": one.proponent.number, "rank": one.rank, "value_cents": one.value_cents,
            "winner": bidder_name(one.proponent.proposal), "made_at": utc(one.made_at or one.at),
        }
        for one in made
    ]  # fmt: skip
    withheld = [{"place": one.place, "reason": one.reason} for one in withheld_prizes(opportunity)]
    return {**latest.ranking, "awards": awards, "withheld": withheld}


def get_by_ocid(ocid: str) -> Opportunity:
    """Get an opportunity by the ocid of its procurement, or refuse with NotFound."""
    found = db.session.scalar(select(Opportunity).where(Opportunity.ocid == ocid))
    if found is None:
        raise NotFound
    return found
