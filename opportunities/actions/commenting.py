"""Comments of the reviewer, each on one page of the draft, and the answers of those who write it."""

from datetime import datetime

from app.core import audit
from app.core.audit import PARTIES
from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotAllowed, NotFound, NotNow, NotValid
from auth.models import User
from opportunities import policy, queries
from opportunities.models import Comment, Opportunity
from opportunities.policy.completeness import PAGES

LONGEST = 5_000


def comment(opportunity: Opportunity, page: str, body: str, *, by: User, at: datetime) -> Comment:
    """Comment on one page of what is in review; its author reads it once it is sent back.

    The same words sent again are the same comment.
    """
    if page not in PAGES:
        raise NotFound
    facts = queries.facts(opportunity, by, at)
    if not policy.decides_for_another(by, opportunity, facts):
        raise NotAllowed
    if not policy.comments(by, opportunity, facts):
        raise NotNow(N_("Comments are written while it is in review."))
    text = _checked(body)
    for waiting in opportunity.comments:
        if (waiting.by_id, waiting.page, waiting.body, waiting.settled_at) == (by.id, page, text, None):
            return waiting
    made = Comment(opportunity=opportunity, page=page, body=text, by=by, at=at)
    db.session.add(made)
    audit.record("opportunity.comment", opportunity.subject, by=by, at=at, audience=PARTIES, page=page)
    return made


def settle(one: Comment, answer: str = "", *, by: User, at: datetime) -> Comment:
    """Settle a comment in the draft, with an answer to the reviewer if one is needed."""
    opportunity = one.opportunity
    facts = queries.facts(opportunity, by, at)
    if not policy.writes(by, opportunity, facts):
        raise NotAllowed
    if not policy.settles(by, opportunity, facts) or one.settled_at is not None:
        raise NotNow(N_("This comment is settled, or the text is no longer a draft."))
    one.answer = _checked(answer) if answer.strip() else ""
    one.settled_at, one.settled_by = at, by
    audit.record("opportunity.settle", opportunity.subject, by=by, at=at, audience=PARTIES, page=one.page)
    return one


def _checked(text: str) -> str:
    if not text.strip():
        raise NotValid(N_("Write something."), field="body")
    if len(text) > LONGEST:
        raise NotValid(N_("At most %(count)s characters."), field="body", count=LONGEST)
    return text.strip()
