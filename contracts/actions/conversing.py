"""What the two sides write to each other about a milestone."""

from datetime import datetime

from app.core import audit
from app.core.audit import PARTIES
from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotAllowed, NotNow, NotValid
from auth.models import User
from contracts import notifications, policy
from contracts.models import Milestone, MilestoneComment
from contracts.queries import facts

LONGEST_COMMENT = 5_000


def comment(milestone: Milestone, body: str, *, by: User, at: datetime) -> MilestoneComment:
    """Write to the other side about a milestone, as the supplier's side or the department's staff."""
    contract = milestone.contract
    side = policy.side_of(facts(contract, by, at))
    if side is None:
        raise NotAllowed
    if contract.state == "declined":
        raise NotNow(N_("The contract was declined."))
    if not body.strip():
        raise NotValid(N_("Write your comment."), field="body")
    if len(body) > LONGEST_COMMENT:
        raise NotValid(N_("At most %(count)s characters."), field="body", count=LONGEST_COMMENT)
    written = MilestoneComment(milestone=milestone, by=by, at=at, side=side, body=body.strip())
    db.session.add(written)
    event = audit.record(
        "milestone.comment", milestone.subject, by=by, at=at, audience=PARTIES, position=milestone.position
    )
    notifications.tell_of_comment(written, event)
    return written
