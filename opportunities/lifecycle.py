"""The life of an opportunity, from draft to the last payment."""

from datetime import datetime

from app.core.audit import PARTIES
from app.core.bilingual import N_
from app.core.errors import NotNow, Refusal
from app.core.lifecycle import START, Lifecycle, Transition, always
from opportunities import policy
from opportunities.models import Opportunity
from opportunities.policy import Facts

UNPUBLISHED = ("draft", "review", "approved")


def _complete(_row: Opportunity, _at: datetime, facts: Facts) -> Refusal | None:
    if facts.missing:
        return NotNow(N_("Something is still missing. The draft lists what."))
    return None


def _publishable(row: Opportunity, at: datetime, facts: Facts) -> Refusal | None:
    if not facts.certified:
        return NotNow(N_("Finance has not certified the funds yet."))
    return _complete(row, at, facts)


def _scheduled(row: Opportunity, _at: datetime, _facts: object) -> Refusal | None:
    return None if row.publish_at is not None else NotNow(N_("No moment of publication is chosen."))


def _before_closing(row: Opportunity, at: datetime, _facts: object) -> Refusal | None:
    return None if policy.is_open(row, at) else NotNow(policy.CLOSED)


def _after_closing(row: Opportunity, at: datetime, _facts: object) -> Refusal | None:
    if row.closing_at is None or at < row.closing_at:
        return NotNow(N_("The closing has not come yet."))
    return None


OPPORTUNITY = Lifecycle(
    "opportunity",
    lambda row: row.subject,
    (
        Transition("start", (START,), "draft", policy.writes, audience=PARTIES),
        Transition("send_for_review", ("draft",), "review", policy.writes, _complete, audience=PARTIES),
        Transition("take_back", ("review", "approved"), "draft", policy.writes, audience=PARTIES),
        Transition("ask_for_changes", ("review", "approved"), "draft", policy.decides_for_another, audience=PARTIES),
        Transition("approve", ("review",), "approved", policy.decides_for_another, _complete, audience=PARTIES),
        Transition(
            "schedule", ("approved",), "approved", policy.decides_for_another, _publishable, audience=PARTIES
        ),
        Transition("unschedule", ("approved",), "approved", policy.decides_for_another, _scheduled, audience=PARTIES),
        Transition("miss", ("approved",), "approved", policy.by_the_clock, _scheduled, audience=PARTIES),
        Transition("publish", ("approved",), "open", policy.publishes, _publishable),
        Transition("extend", ("open",), "open", policy.writes, _before_closing),
        Transition("issue_addendum", ("open",), "open", policy.writes, _before_closing),
        Transition("close", ("open",), "closed", policy.by_the_clock, _after_closing),
        Transition("open_proposals", ("closed",), "evaluation", policy.opens, _after_closing, reveals="opening"),
        Transition("award", ("evaluation",), "awarded", policy.decides, reveals="award"),
        Transition("reconsider", ("awarded",), "evaluation", policy.left_to_later),
        Transition(
            "find_unsuccessful", ("closed", "evaluation"), "unsuccessful", policy.opens, _after_closing, reveals="award"
        ),
        Transition("drop", UNPUBLISHED, "cancelled", policy.writes, audience=PARTIES),
        Transition("cancel", ("open", "closed", "evaluation"), "cancelled", policy.decides, always),
        Transition("complete", ("awarded",), "completed", policy.left_to_later),
    ),
)  # fmt: skip
