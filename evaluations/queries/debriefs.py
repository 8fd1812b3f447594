"""Each bidder's debrief: own judgements with their reasons, own place, and who won with what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.core.audit import Event
from app.core.db import db
from app.core.errors import NotFound
from auth.models import User
from evaluations import policy
from evaluations.models import Agreement, Award, DebriefQuestion, Evaluation, Proponent, Score, Sheet, Wording
from evaluations.queries.people import bidder_name
from evaluations.queries.proceedings import withheld_prizes
from evaluations.queries.publishing import made_awards
from evaluations.queries.ranking import Outcome
from evaluations.queries.settled import agreed_by
from evaluations.queries.sheets import latest_scores, recusals, rounds_of
from evaluations.scoring import Placing
from opportunities.models import Criterion, Opportunity
from proposals.models import Proposal
from proposals.queries import get_own

TOLD = ("awarded", "not_awarded", "declined", "disqualified")


@dataclass(frozen=True)
class Said:
    """One rationale of a debrief: what was found by how many, in the officer's words if any, else its own."""

    of: Score | Agreement
    wording: Wording | None
    members: int = 1

    @property
    def key(self) -> str:
        """Name it within its procurement."""
        return f"{'score' if isinstance(self.of, Score) else 'agreement'}-{self.of.id}"

    @property
    def words(self) -> str:
        """What the bidder reads."""
        return self.wording.text if self.wording is not None else self.of.rationale


@dataclass(frozen=True)
class Judgement:
    """One criterion of a debrief: what the panel agreed, or each evaluator's verdict, unnamed, and the mean."""

    criterion: Criterion
    agreed: bool
    said: tuple[Said, ...]
    points: Fraction | None

    @property
    def weighted(self) -> Fraction | None:
        """What the points weigh in the total."""
        if self.points is None:
            return None
        return self.points * self.criterion.weight / self.criterion.max_points


@dataclass(frozen=True)
class Round:
    """What the panel judged in one reading; `reached` unless the proposal was left out before."""

    number: int
    reached: bool
    judgements: tuple[Judgement, ...]


@dataclass(frozen=True)
class Debrief:
    """What one bidder learns: own judgements, own place, and who won with what; reasons come with the decision."""

    proposal: Proposal
    proponent: Proponent
    released_at: datetime | None
    rounds: tuple[Round, ...]
    placing: Placing | None
    awards: tuple[Award, ...]
    own_award: Award | None
    winner: str
    winner_total: Fraction | None
    proposals: int
    questions: tuple[DebriefQuestion, ...]
    withheld: tuple[int, ...] = ()

    @property
    def award(self) -> Award | None:
        """The award of the first place that stands."""
        return next(iter(self.awards), None)

    @property
    def won(self) -> bool:
        """An award went to this proposal."""
        return self.own_award is not None


def get_own_proposal(key: str, person: User) -> Proposal:
    """Get a proposal whose author's side a person is on and which was decided; else as if there were nothing."""
    proposal = get_own(key, person)
    if proposal.state not in TOLD or _find_proponent(proposal) is None:
        raise NotFound(sealed=True)
    return proposal


def _find_proponent(proposal: Proposal) -> Proponent | None:
    return db.session.scalar(select(Proponent).where(Proponent.proposal_id == proposal.id))


def proponent_of(proposal: Proposal) -> Proponent:
    """Get the proponent that a proposal became at the opening."""
    found = _find_proponent(proposal)
    if found is None:
        raise NotFound(sealed=True)
    return found


def released_at(evaluation: Evaluation) -> datetime | None:
    """Say since when bidders read the reasons: the first award made, or the end without one; None before."""
    first = select(func.min(Award.made_at)).where(Award.opportunity_id == evaluation.opportunity_id)
    made = db.session.scalar(first)
    if made is not None:
        return made
    ended = select(Event.at).filter_by(procurement=evaluation.opportunity.ocid, action="evaluation.end")
    return db.session.scalar(ended.limit(1)) if evaluation.state == "ended" else None


def debrief(proposal: Proposal) -> Debrief:
    """Gather a decided proposal's debrief; scores that were voided by a conflict are left out."""
    proponent = proponent_of(proposal)
    evaluation = proponent.evaluation
    awards = tuple(made_awards(evaluation.opportunity))
    outcome = Outcome.of(_last_ranking(evaluation.opportunity))
    winning = outcome.lines.get(awards[0].proponent.number) if awards else None
    released = released_at(evaluation)
    return Debrief(
        proposal,
        proponent,
        released,
        judgements_of(proponent) if released is not None else (),
        outcome.lines.get(proponent.number),
        awards,
        next((one for one in awards if one.proponent_id == proponent.id), None),
        ", ".join(bidder_name(one.proponent.proposal) for one in awards),
        winning.total if winning else None,
        len(evaluation.proponents),
        tuple(questions_of(proponent)),
        tuple(one.place for one in withheld_prizes(evaluation.opportunity)),
    )


def _last_ranking(opportunity: Opportunity) -> dict[str, object]:
    """Give the ranking that the last award made rests on, though its winner may have declined since."""
    made = select(Award.ranking).where(Award.opportunity_id == opportunity.id, Award.made_at.is_not(None))
    return db.session.scalar(made.order_by(Award.made_at.desc(), Award.id.desc()).limit(1)) or {}


def judgements_of(proponent: Proponent) -> tuple[Round, ...]:
    """Give what was found of a proponent, round by round; scores that were voided by a conflict are left out."""
    counted = select(Sheet).where(
        Sheet.proponent_id == proponent.id, Sheet.submitted_at.is_not(None), Sheet.voided_at.is_(None)
    )
    sheets = list(db.session.scalars(counted.options(selectinload(Sheet.scores)).order_by(Sheet.evaluator_id)))
    standing = [latest_scores(sheet) for sheet in sheets]
    recused = recusals(proponent.evaluation)
    agreed = {
        one.criterion_id: one
        for one in db.session.scalars(select(Agreement).where(Agreement.proponent_id == proponent.id))
        if one.counts
    }
    scores = [score for sheet in standing for score in sheet.values()]
    worded = _wordings(scores, agreed.values())
    rounds = []
    for number, stages in enumerate(rounds_of(proponent.evaluation.opportunity), 1):
        judged = []
        for criterion in (one for stage in stages for one in stage.criteria):
            given = [sheet[criterion.id] for sheet in standing if criterion.id in sheet]
            judged.append(_judgement(criterion, agreed.get(criterion.id), given, worded, recused))
        rounds.append(Round(number, proponent.rounds_passed >= number - 1, tuple(judged)))
    return tuple(rounds)


def _judgement(
    criterion: Criterion, agreed: Agreement | None, given: list[Score], worded: dict[tuple[str, int], Wording],
    recused: Mapping[tuple[int, int], datetime],
) -> Judgement:  # fmt: skip
    if agreed is not None:
        points = None if agreed.points is None else Fraction(agreed.points)
        said_by_all = Said(agreed, worded.get(("agreement", agreed.id)), len(agreed_by(agreed, recused)))
        return Judgement(criterion, agreed=True, said=(said_by_all,), points=points)
    points_given = [one.points for one in given if one.points is not None]
    mean = Fraction(sum(points_given), len(points_given)) if points_given else None
    said = tuple(Said(one, worded.get(("score", one.id))) for one in given)
    return Judgement(criterion, agreed=False, said=said, points=mean)


def _wordings(scores: Iterable[Score], agreed: Iterable[Agreement]) -> dict[tuple[str, int], Wording]:
    standing = select(Wording).where(
        Wording.superseded.is_(False),
        Wording.score_id.in_([one.id for one in scores]) | Wording.agreement_id.in_([one.id for one in agreed]),
    )
    return {
        ("score", one.score_id) if one.score_id is not None else ("agreement", one.agreement_id or 0): one
        for one in db.session.scalars(standing)
    }


def said_of(proponent: Proponent) -> dict[str, Said]:
    """Give every rationale that a proponent's debrief will show, by its name."""
    rounds = judgements_of(proponent)
    return {said.key: said for one in rounds for judgement in one.judgements for said in judgement.said}


def worded(evaluation: Evaluation) -> dict[int, int]:
    """Count, by proponent's id, the rationales that an officer has worded."""
    of = func.coalesce(Sheet.proponent_id, Agreement.proponent_id)
    rows = db.session.execute(
        select(of, func.count())
        .select_from(Wording)
        .outerjoin(Score, Score.id == Wording.score_id)
        .outerjoin(Sheet, Sheet.id == Score.sheet_id)
        .outerjoin(Agreement, Agreement.id == Wording.agreement_id)
        .join(Proponent, Proponent.id == of)
        .where(Wording.superseded.is_(False), Proponent.evaluation_id == evaluation.id)
        .group_by(of)
    )
    return {row[0]: row[1] for row in rows}


def questions_of(proponent: Proponent) -> list[DebriefQuestion]:
    """List what a bidder asked about their debrief, with the answers, oldest first."""
    asked = select(DebriefQuestion).where(DebriefQuestion.proponent_id == proponent.id).order_by(DebriefQuestion.id)
    return list(db.session.scalars(asked.options(joinedload(DebriefQuestion.asker))))


def questions_in(evaluation: Evaluation) -> dict[int, list[DebriefQuestion]]:
    """Give what every bidder asked about their debrief, by proponent's id."""
    asked = select(DebriefQuestion).join(Proponent).where(Proponent.evaluation_id == evaluation.id)
    found: dict[int, list[DebriefQuestion]] = {}
    for one in db.session.scalars(asked.order_by(DebriefQuestion.id)):
        found.setdefault(one.proponent_id, []).append(one)
    return found


def open_question(proponent: Proponent) -> DebriefQuestion | None:
    """Find the question of a bidder that waits for its answer."""
    return next((one for one in questions_of(proponent) if one.answered_at is None), None)


def may_ask(shown: Debrief, at: datetime) -> bool:
    """Say whether the bidder can ask about a debrief now."""
    waits = any(one.answered_at is None for one in shown.questions)
    return policy.when_asking(shown.released_at, at, waits=waits) is None
