"""A milestone accepted in part: it splits in two whose amounts add up; the rest is work still to be delivered."""

from dataclasses import dataclass
from datetime import date, datetime

from app.core.bilingual import N_
from app.core.errors import NotValid
from auth.models import User
from contracts import notifications, splitting
from contracts.actions.agreeing import check_sum
from contracts.actions.working import LONGEST_NOTE, decide, invoice_for
from contracts.lifecycle import MILESTONE
from contracts.models import Milestone
from contracts.policy import Facts
from contracts.queries import facts


@dataclass(frozen=True)
class Part:
    """What a buyer accepts of a delivery: its amount in cents, why not all, what is missing, when that is due."""

    amount_cents: int
    reasons: str
    missing: str
    due_on: date | None = None


def accept_part(milestone: Milestone, part: Part, *, by: User, at: datetime) -> Milestone:
    """Certify that a part of the work was done (s. 34) and keep the rest as a milestone of its own; gives the rest.

    The invoice is made anew for the part, with the taxes of the day of delivery; the one of the whole is kept.
    """
    _check(milestone, part)
    contract = milestone.contract
    known = facts(contract, by, at)
    MILESTONE.require(milestone, "accept", by=by, at=at, facts=known)
    rest = split_off(milestone, part, known, by=by, at=at)
    details = {"position": milestone.position, "amount_cents": milestone.amount_cents}
    event = MILESTONE.move(milestone, "accept", by=by, at=at, facts=known, **details)
    milestone.accepted_at, milestone.accepted_by = at, by
    delivery = milestone.deliveries[-1]
    delivery.whole_invoice = delivery.invoice
    delivery.invoice = invoice_for(milestone, f"{delivery.invoice['number']}.2", delivery.at).as_dict()
    decide(milestone, "accepted", part.reasons.strip(), by, at)
    check_sum(contract)
    notifications.tell_of_acceptance(milestone, event, rest=rest, reasons=part.reasons.strip())
    return rest


def split_off(milestone: Milestone, part: Part, known: Facts, *, by: User, at: datetime) -> Milestone:
    """Leave a milestone with a part of its amount, and plan the rest after the last one."""
    contract = milestone.contract
    first_cents, rest_cents = splitting.parts(milestone.amount_cents, part.amount_cents)
    position = max(one.position for one in contract.milestones) + 1
    rest = Milestone(
        contract=contract,
        position=position,
        title=splitting.rest_title(milestone.position, _first(milestone).title),
        accepted_when=milestone.accepted_when,
        amount_cents=rest_cents,
        due_on=part.due_on,
        split_from=milestone,
        missing=part.missing.strip(),
    )
    milestone.amount_cents = first_cents
    details = {"position": position, "amount_cents": rest_cents, "of": milestone.position}
    MILESTONE.move(rest, "split_off", by=by, at=at, facts=known, **details)
    return rest


def _first(milestone: Milestone) -> Milestone:
    """Give the milestone that was planned first, of which this one is a rest; itself if it is none."""
    while milestone.split_from is not None:
        milestone = milestone.split_from
    return milestone


def _check(milestone: Milestone, part: Part) -> None:
    if not 0 < part.amount_cents < milestone.amount_cents:
        raise NotValid(
            N_("A part is worth at least one cent, and less than the milestone; accept all of it instead."),
            field="amount",
        )
    for field, text, asked in (
        ("reasons", part.reasons, N_("Say why not all of it is accepted.")),
        ("missing", part.missing, N_("Say what is still missing, so that it can be delivered.")),
    ):
        if not text.strip():
            raise NotValid(asked, field=field)
        if len(text) > LONGEST_NOTE:
            raise NotValid(N_("At most %(count)s characters."), field=field, count=LONGEST_NOTE)
