"""Review: sent, taken back, approved or sent back by an officer; funds certified by finance."""

from datetime import datetime

from app.core import audit
from app.core.audit import PARTIES
from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotAllowed, NotNow, NotValid
from auth.models import User
from opportunities import notifications, policy, queries
from opportunities.lifecycle import OPPORTUNITY
from opportunities.models import Certificate, Opportunity, Review

LONGEST = 5_000


def send_for_review(opportunity: Opportunity, *, by: User, at: datetime) -> Opportunity:
    """Send a complete draft to the department's officers, and to finance for the certificate of funds."""
    facts = queries.facts(opportunity, by, at)
    opportunity.updated_at = at
    event = OPPORTUNITY.move(opportunity, "send_for_review", by=by, at=at, facts=facts)
    notifications.ask_for_review(opportunity, event, certified=facts.certified)
    return opportunity


def take_back(opportunity: Opportunity, *, by: User, at: datetime) -> Opportunity:
    """Make it a draft again before it is published."""
    facts = queries.facts(opportunity, by, at)
    opportunity.updated_at = at
    OPPORTUNITY.move(opportunity, "take_back", by=by, at=at, facts=facts)
    opportunity.publish_at = opportunity.publisher = None
    return opportunity


def ask_for_changes(opportunity: Opportunity, message: str, *, by: User, at: datetime) -> Review:
    """Send it back to its author with what to change: a message, comments on its pages, or both."""
    waiting = sum(one.settled_at is None for one in opportunity.comments)
    if not (message.strip() or waiting):
        raise NotValid(N_("Say what to change."), field="message")
    event = _decide(opportunity, "ask_for_changes", message, by=by, at=at)
    notifications.tell_author(opportunity, event, "changes_asked", message=message.strip(), comments=waiting)
    opportunity.publish_at = opportunity.publisher = None
    return _review(opportunity, "changes", message, by=by, at=at)


def approve(opportunity: Opportunity, message: str = "", *, by: User, at: datetime) -> Review:
    """Approve its publication; the officer is not its author."""
    event = _decide(opportunity, "approve", message, by=by, at=at)
    opportunity.officer = by
    notifications.tell_author(opportunity, event, "approved", message=message.strip())
    return _review(opportunity, "approved", message, by=by, at=at)


def certify(opportunity: Opportunity, amount_cents: int, fund_code: str, *, by: User, at: datetime) -> Certificate:
    """Certify that the money is there (Financial Administration Act, s. 32); at least the value, by somebody else.

    The same certificate given again by the same person is that certificate.
    """
    if not policy.certifies(by, opportunity, queries.facts(opportunity, by, at)):
        raise NotAllowed
    if opportunity.state not in ("review", "approved", "open"):
        raise NotNow(N_("Funds are certified while it is in review, approved or open."))
    if not fund_code.strip():
        raise NotValid(N_("Write the fund code."), field="fund_code")
    if amount_cents < (opportunity.value_cents or 0) or not amount_cents:
        raise NotValid(N_("The amount must cover the value at least."), field="amount")
    for last in opportunity.certificates[-1:]:
        if (last.amount_cents, last.fund_code, last.by) == (amount_cents, fund_code.strip(), by):
            return last
    certificate = Certificate(
        opportunity=opportunity, amount_cents=amount_cents, fund_code=fund_code.strip(), by=by, at=at
    )
    opportunity.fund_code = fund_code.strip()
    db.session.add(certificate)
    audit.record(
        "opportunity.certify", opportunity.subject, by=by, at=at, audience=PARTIES, amount_cents=amount_cents,
        fund_code=fund_code.strip(),
    )  # fmt: skip
    return certificate


def _decide(opportunity: Opportunity, decision: str, message: str, *, by: User, at: datetime) -> audit.Event:
    if len(message) > LONGEST:
        raise NotValid(N_("At most %(count)s characters."), field="message", count=LONGEST)
    facts = queries.facts(opportunity, by, at)
    opportunity.updated_at = at
    return OPPORTUNITY.move(opportunity, decision, by=by, at=at, facts=facts)


def _review(opportunity: Opportunity, decision: str, message: str, *, by: User, at: datetime) -> Review:
    review = Review(
        opportunity=opportunity, decision=decision, message=message.strip(), by=by, at=at,
        snapshot=queries.snapshot(opportunity),
    )  # fmt: skip
    db.session.add(review)
    return review
