"""What comes out: each bidder's debrief, and what the public may check after the decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.core.audit import Event
from app.core.db import db
from app.core.errors import NotFound
from auth.models import User
from evaluations import draw
from evaluations.models import Award, Evaluation, Proponent, Score, Sheet
from evaluations.queries.proceedings import find_evaluation, find_live_award, proponents
from evaluations.queries.ranking import Outcome
from evaluations.queries.sheets import criteria_of, evaluators_of, latest_scores
from evaluations.scoring import Placing
from opportunities.models import Criterion, Opportunity
from proposals.models import Proposal
from proposals.queries import digests_of, get_own

TOLD = ("awarded", "not_awarded", "declined", "disqualified")
ENDED = ("awarded", "completed", "unsuccessful")


def bidder_name(proposal: Proposal) -> str:
    """Name the bidder: the organization, or the person who proposes alone."""
    return proposal.organization.name if proposal.organization is not None else proposal.author.name


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


@dataclass(frozen=True)
class PublicLine:
    """One proposal as the public sees it: a number without a name, its total, place and draw."""

    number: int
    placing: Placing | None
    digest: str
    drawn: str
    won: bool


@dataclass(frozen=True)
class PublicResult:
    """What anyone may read and recompute after the decision; losers are numbers, not names."""

    opportunity: Opportunity
    decided_at: datetime | None
    proposals: int
    criteria: tuple[Criterion, ...]
    award: Award | None
    winner: str
    lines: tuple[PublicLine, ...]
    seed: str
    seed_text: str
    ended_because: str


def public_result(opportunity: Opportunity) -> PublicResult | None:
    """Give the decision on an opportunity, or None before there is one."""
    evaluation = find_evaluation(opportunity)
    if evaluation is None or opportunity.state not in ENDED or evaluation.opened_at is None:
        return None
    award = _made(opportunity)
    received = {one.number: one for one in proponents(evaluation)}
    digests = digests_of(one.proposal for one in received.values())
    by_number = {number: digests[one.proposal_id] for number, one in received.items()}
    return PublicResult(
        opportunity,
        award.made_at if award else None,
        len(received),
        tuple(criteria_of(opportunity)),
        award,
        bidder_name(award.proponent.proposal) if award else "",
        _lines(evaluation, award, by_number),
        evaluation.seed,
        draw.seed_text(opportunity.ocid, _closing(opportunity), map(bytes.fromhex, by_number.values())),
        "" if award else _ended_because(opportunity),
    )


def _ended_because(opportunity: Opportunity) -> str:
    """Give the published reason why a tender ended without an award."""
    ended = select(Event.facts).filter_by(procurement=opportunity.ocid, action="opportunity.find_unsuccessful")
    facts = db.session.scalar(ended.order_by(Event.id.desc()).limit(1))
    return str(facts["reason"]) if facts else ""


def _closing(opportunity: Opportunity) -> datetime:
    assert opportunity.closing_at is not None  # noqa: S101  (nothing is opened without a closing)
    return opportunity.closing_at


def _lines(evaluation: Evaluation, award: Award | None, digests: Mapping[int, str]) -> tuple[PublicLine, ...]:
    outcome = Outcome.of(award.ranking) if award else Outcome(0, {}, {})
    seed = bytes.fromhex(evaluation.seed)
    lines = [
        PublicLine(
            number, outcome.lines.get(number), digest, f"{draw.number(seed, bytes.fromhex(digest)):064x}",
            award is not None and award.proponent.number == number,
        )
        for number, digest in digests.items()
    ]  # fmt: skip
    return tuple(sorted(lines, key=lambda line: ((line.placing and line.placing.rank) or len(lines) + 1, line.number)))
