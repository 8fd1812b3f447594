"""Where a bidder's own proposal stands in its evaluation, as far as they have been told."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core.db import db
from evaluations.models import Explanation, Invitation, Proponent
from evaluations.policy import JUDGING
from evaluations.queries.debriefs import TOLD
from evaluations.queries.own import invitations_to
from evaluations.queries.publishing import made_awards
from evaluations.queries.sheets import rounds_of
from proposals.models import Proposal


@dataclass(frozen=True)
class Standing:
    """A proposal in its evaluation: how many rounds it passed, which was the last begun, what its side is asked.

    `awards` says how many awards stand once it was decided; `debriefed`, whether its debrief can be read.
    """

    passed: int
    round: int
    under_way: bool
    rounds: int
    invitations: tuple[Invitation, ...]
    explanation: Explanation | None
    awards: int
    debriefed: bool

    @property
    def out(self) -> bool:
        """A screening left it out."""
        return self.passed < self.round - 1


def standing_of(proposal: Proposal) -> Standing | None:
    """Say where a proposal stands, to its own side; None before the opening."""
    known = select(Proponent).where(Proponent.proposal_id == proposal.id).options(joinedload(Proponent.evaluation))
    proponent = db.session.scalar(known)
    if proponent is None:
        return None
    return Standing(
        proponent.rounds_passed,
        proponent.evaluation.round,
        proponent.evaluation.state in JUDGING,
        len(rounds_of(proposal.opportunity)),
        tuple(invitations_to(proposal)),
        db.session.scalar(select(Explanation).where(Explanation.proponent_id == proponent.id)),
        len(made_awards(proposal.opportunity)),
        proposal.state in TOLD,
    )
