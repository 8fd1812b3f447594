"""Each bidder's debrief: own judgements with their reasons, own place, and who won with what."""

from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.core.db import db
from app.core.errors import NotFound
from auth.models import User
from evaluations.models import Award, Evaluation, Proponent, Score, Sheet
from evaluations.queries.people import bidder_name
from evaluations.queries.proceedings import find_live_award
from evaluations.queries.ranking import Outcome
from evaluations.queries.sheets import criteria_of, evaluators_of, latest_scores
from evaluations.scoring import Placing
from opportunities.models import Criterion, Opportunity
from proposals.models import Proposal
from proposals.queries import get_own

TOLD = ("awarded", "not_awarded", "declined", "disqualified")


@dataclass(frozen=True)
class Judgement:
    """One criterion of a debrief: each evaluator's verdict and rationale, unnamed, and the mean."""

    criterion: Criterion
    scores: tuple[Score, ...]
    mean: Fraction | None


@dataclass(frozen=True)
class Debrief:
    """What one bidder learns: own judgements, own place, and who won with what."""

    proposal: Proposal
    proponent: Proponent
    judgements: tuple[Judgement, ...]
    placing: Placing | None
    award: Award | None
    winner: str
    winner_total: Fraction | None
    proposals: int

    @property
    def won(self) -> bool:
        """The award went to this proposal."""
        return self.award is not None and self.award.proponent_id == self.proponent.id


def get_own_proposal(key: str, person: User) -> Proposal:
    """Get a proposal whose author's side a person is on and which was decided; else as if there were nothing."""
    proposal = get_own(key, person)
    if proposal.state not in TOLD:
        raise NotFound(sealed=True)
    return proposal


def debrief(proposal: Proposal) -> Debrief:
    """Gather a decided proposal's debrief; scores that were voided by a conflict are left out."""
    proponent = db.session.scalars(select(Proponent).where(Proponent.proposal_id == proposal.id)).one()
    evaluation = proponent.evaluation
    award = _made(evaluation.opportunity)
    outcome = Outcome.of(award.ranking) if award else Outcome(0, {}, {})
    winning = outcome.lines.get(award.proponent.number) if award else None
    return Debrief(
        proposal,
        proponent,
        _judgements(evaluation, proponent),
        outcome.lines.get(proponent.number),
        award,
        bidder_name(award.proponent.proposal) if award else "",
        winning.total if winning else None,
        len(evaluation.proponents),
    )


def _made(opportunity: Opportunity) -> Award | None:
    award = find_live_award(opportunity)
    return award if award is not None and award.state == "made" else None


def _judgements(evaluation: Evaluation, proponent: Proponent) -> tuple[Judgement, ...]:
    counted = select(Sheet).where(
        Sheet.proponent_id == proponent.id, Sheet.submitted_at.is_not(None), Sheet.voided_at.is_(None),
        Sheet.evaluator_id.in_(evaluators_of(evaluation.opportunity_id)),
    )  # fmt: skip
    sheets = list(db.session.scalars(counted.options(selectinload(Sheet.scores)).order_by(Sheet.evaluator_id)))
    standing = [latest_scores(sheet) for sheet in sheets]
    return tuple(
        _judgement(criterion, tuple(scores[criterion.id] for scores in standing if criterion.id in scores))
        for criterion in criteria_of(evaluation.opportunity)
    )


def _judgement(criterion: Criterion, scores: tuple[Score, ...]) -> Judgement:
    points = [one.points for one in scores if one.points is not None]
    return Judgement(criterion, scores, Fraction(sum(points), len(points)) if points else None)
