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
from contracts.queries import comments_of, facts

LONGEST_COMMENT = 5_000


def comment(milestone: Milestone, body: str, *, by: User, at: datetime) -> MilestoneComment:
    """Write to the other side about a milestone, as the supplier's side or the department's staff.

    What one sent a moment ago and sends again, word for word, is there once.
    """
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
    latest, _earlier = comments_of(milestone, limit=1)
    if latest and (latest[0].by_id, latest[0].body) == (by.id, body.strip()):
        return latest[0]
    written = MilestoneComment(milestone=milestone, by=by, at=at, side=side, body=body.strip())
    db.session.add(written)
    event = audit.record(
        "milestone.comment", milestone.subject, by=by, at=at, audience=PARTIES, position=milestone.position
    )
    notifications.tell_of_comment(written, event)
    return written
