"""The public decision: who won which place with what, and what anybody may check and compute again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.core.audit import Event
from app.core.db import db
from evaluations import draw, record
from evaluations.models import Award, Evaluation, WithheldPrize
from evaluations.queries.people import bidder_name
from evaluations.queries.proceedings import find_evaluation, proponents, withheld_prizes
from evaluations.queries.publishing import made_awards, published
from evaluations.queries.ranking import Outcome
from evaluations.queries.sheets import criteria_of
from evaluations.record import Difference
from evaluations.scoring import Placing
from opportunities.models import Criterion, Opportunity
from proposals.queries import digests_of

ENDED = ("awarded", "completed", "unsuccessful")


@dataclass(frozen=True)
class PublicLine:
    """One proposal as the public sees it: a number, its total, rank and draw; named and placed only if it won."""

    number: int
    placing: Placing | None
    digest: str
    drawn: str
    winner: str
    place: int | None


@dataclass(frozen=True)
class PublicAward:
    """One award that stands, and the name of who won."""

    award: Award
    winner: str


@dataclass(frozen=True)
class PublicResult:
    """What anyone may read and recompute after the decision; losers are numbers, not names."""

    opportunity: Opportunity
    proposals: int
    criteria: tuple[Criterion, ...]
    awards: tuple[PublicAward, ...]
    lines: tuple[PublicLine, ...]
    seed: str
    seed_text: str
    ended_because: str
    withheld: tuple[WithheldPrize, ...]

    @property
    def award(self) -> Award | None:
        """The award of the first place, whose reasons stand for all that were made together."""
        return self.awards[0].award if self.awards else None

    @property
    def winner(self) -> str:
        """Name the winner; all of them, by place, where there are several."""
        return ", ".join(one.winner for one in self.awards)

    @property
    def decided_at(self) -> datetime | None:
        """When the last award was made."""
        return max((one.award.made_at for one in self.awards if one.award.made_at is not None), default=None)


def public_result(opportunity: Opportunity) -> PublicResult | None:
    """Give the decision on an opportunity, or None before there is one."""
    evaluation = find_evaluation(opportunity)
    awards = tuple(PublicAward(one, bidder_name(one.proponent.proposal)) for one in made_awards(opportunity))
    if evaluation is None or evaluation.opened_at is None or not (awards or opportunity.state in ENDED):
        return None
    received = {one.number: one for one in proponents(evaluation)}
    digests = digests_of(one.proposal for one in received.values())
    by_number = {number: digests[one.proposal_id] for number, one in received.items()}
    return PublicResult(
        opportunity,
        len(received),
        tuple(criteria_of(opportunity)),
        awards,
        _lines(evaluation, awards, by_number),
        evaluation.seed,
        draw.seed_text(opportunity.ocid, _closing(opportunity), map(bytes.fromhex, by_number.values())),
        "" if awards else _ended_because(opportunity),
        tuple(withheld_prizes(opportunity)),
    )


def _ended_because(opportunity: Opportunity) -> str:
    """Give the published reason why a tender ended without an award."""
    ended = select(Event.facts).filter_by(procurement=opportunity.ocid, action="opportunity.find_unsuccessful")
    facts = db.session.scalar(ended.order_by(Event.id.desc()).limit(1))
    return str(facts["reason"]) if facts else ""


def _closing(opportunity: Opportunity) -> datetime:
    assert opportunity.closing_at is not None  # noqa: S101  (nothing is opened without a closing)
    return opportunity.closing_at


def _lines(
    evaluation: Evaluation, awards: Sequence[PublicAward], digests: Mapping[int, str]
) -> tuple[PublicLine, ...]:  # fmt: skip
    outcome = Outcome.of((published(evaluation.opportunity) or {}) if awards else {})
    seed = bytes.fromhex(evaluation.seed)
    won = {one.award.proponent.number: one for one in awards}
    lines = [
        PublicLine(
            number, outcome.lines.get(number), digest, f"{draw.number(seed, bytes.fromhex(digest)):064x}",
            won[number].winner if number in won else "", won[number].award.place if number in won else None,
        )
        for number, digest in digests.items()
    ]  # fmt: skip
    return tuple(sorted(lines, key=lambda line: ((line.placing and line.placing.rank) or len(lines) + 1, line.number)))


@dataclass(frozen=True)
class Recomputed:
    """A published decision, computed again: what does not agree; nothing when all does."""

    published: Mapping[str, Any]
    differences: tuple[Difference, ...]


def recomputed(opportunity: Opportunity) -> Recomputed | None:
    """Compute the published decision on an opportunity again; None while no award stands."""
    file = published(opportunity)
    return None if file is None else Recomputed(file, record.differences(file))
