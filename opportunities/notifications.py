"""What the people of a department are told about its opportunities; watchers and bidders are told from the log."""

from typing import Any

from app.core import outbox
from app.core.audit import Event
from auth.models import User
from auth.queries import holders_of
from opportunities.models import Opportunity


def ask_for_review(opportunity: Opportunity, event: Event, *, certified: bool) -> None:
    """Tell the department's other officers that a draft waits, and finance that its funds need a certificate."""
    _tell_holders(opportunity, event, "officer", "opportunities/to_review")
    if not certified:
        _tell_holders(opportunity, event, "finance", "opportunities/certificate_needed")


def tell_author(opportunity: Opportunity, event: Event, kind: str, **facts: Any) -> None:
    """Tell the author what somebody else decided; nobody is told of their own act."""
    if event.actor_id != opportunity.author_id:
        outbox.post(f"opportunities/{kind}", to=opportunity.author, event=event, opportunity=opportunity, **facts)


def tell_of_missed_publication(opportunity: Opportunity, officer: User, event: Event, why: str) -> None:
    """Tell the officer, and the author, why (role, funds, text) the clock did not publish it at the moment chosen."""
    for person in dict.fromkeys((officer, opportunity.author)):
        outbox.post("opportunities/not_published", to=person, event=event, opportunity=opportunity, why=why)


def tell_of_question(opportunity: Opportunity, event: Event) -> None:
    """Tell the author that a question waits, or the department's buyers when the author is none of theirs any more."""
    buyers = holders_of("buyer", opportunity.department_id, event.at)
    writers = [*buyers, *holders_of("officer", opportunity.department_id, event.at)]
    author = [one for one in writers if one.id == opportunity.author_id][:1]
    for person in author or buyers:
        outbox.post("opportunities/question_asked", to=person, event=event, opportunity=opportunity)


def _tell_holders(opportunity: Opportunity, event: Event, role: str, kind: str) -> None:
    for person in holders_of(role, opportunity.department_id, event.at):
        if person.id not in (event.actor_id, opportunity.author_id):
            outbox.post(kind, to=person, event=event, opportunity=opportunity)
