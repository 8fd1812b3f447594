"""Who may agree, deliver, accept, release and amend, and when: plain functions of facts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.bilingual import N_
from app.core.errors import NotNow, Refusal
from contracts.models import Amendment, Contract, Milestone, PaymentAttempt, Refund

STAFF = frozenset({"buyer", "officer", "finance"})
UNFINISHED = ("planned", "delivered", "returned", "accepted", "released")
CHANGEABLE = ("planned", "returned")
"""States of a milestone whose amount, date or existence an amendment may still change."""
NO_AWARD = N_("There is no award to draw a contract from.")
NOTHING_DUE = N_("No payment of this milestone is due.")
UNDER_WAY = ("ordered", "sent", "processing", "needs_action")
PAID = ("settled", "disputed")
"""States of a payment whose money is with the supplier."""
NO_ANSWER = "no_answer"
"""Why a payment failed that the provider never answered and could not find."""


@dataclass(frozen=True)
class Facts:
    """What decides: the person's roles in the department, whose side they are on, where the supplier is paid.

    `supplier`: speaks for the supplier (the winner, or an owner or admin of the organization).
    `member`: belongs to the supplier's side and may read what it reads. `payee`: "", "not_ready" or "ready".
    `payer`: the department has said how it pays. `humans`: the accounts proven to be this person's, where finance acts.
    """

    roles: frozenset[str] = frozenset()
    supplier: bool = False
    member: bool = False
    payee: str = ""
    payer: bool = False
    humans: frozenset[int] = frozenset()

    @property
    def party(self) -> bool:
        """Reads everything of the contract: the supplier's side and the department's staff."""
        return self.member or self.supplier or bool(self.roles & STAFF)


def side_of(facts: Facts) -> str | None:
    """Name the side on which a person writes: the supplier's, or the department's; None for anybody else."""
    if facts.member or facts.supplier:
        return "supplier"
    return "department" if facts.party else None


def is_officer(facts: Facts) -> bool:
    """An officer of the department who is not on the supplier's side."""
    return "officer" in facts.roles and not facts.member


def is_buyer(facts: Facts) -> bool:
    """A buyer of the department who is not on the supplier's side."""
    return "buyer" in facts.roles and not facts.member


def acceptance(facts: Facts) -> str:
    """Name the transition by which this person accepts: for the supplier, or for the department."""
    return "accept_as_supplier" if facts.supplier else "accept_as_department"


def may_release(person_id: int | None, milestone: Milestone, facts: Facts) -> bool:
    """Finance orders payment (s. 33): never who accepted the work (s. 34), never the supplier's side."""
    return (
        "finance" in facts.roles
        and not facts.member
        and person_id is not None
        and milestone.accepted_by_id not in facts.humans | {person_id}
    )


def standstill_until(made_at: datetime, days: int) -> datetime:
    """The first moment at which a contract may be drawn up."""
    return made_at + timedelta(days=days)


def when_standstill_is_over(row: Contract, at: datetime, _facts: Facts) -> Refusal | None:
    """A contract follows an award that is made, once its standstill is over."""
    award = row.award
    if award.state != "made" or award.made_at is None:
        return NotNow(NO_AWARD)
    if at < standstill_until(award.made_at, row.opportunity.standstill_days):
        return NotNow(N_("The standstill after the award is not over."))
    return None


def when_supplier_has_not_accepted(row: Contract, _at: datetime, _facts: Facts) -> Refusal | None:
    """Each side accepts once."""
    return NotNow(N_("The supplier has accepted already.")) if row.supplier_accepted_at else None


def when_department_has_not_accepted(row: Contract, _at: datetime, _facts: Facts) -> Refusal | None:
    """Each side accepts once."""
    return NotNow(N_("The department has accepted already.")) if row.department_accepted_at else None


def when_both_accepted(row: Contract, _at: datetime, _facts: Facts) -> Refusal | None:
    """A contract begins with the second acceptance."""
    if row.supplier_accepted_at and row.department_accepted_at:
        return None
    return NotNow(N_("Both sides must accept."))


def when_all_is_paid(row: Contract, _at: datetime, _facts: Facts) -> Refusal | None:
    """A contract is complete when every milestone is paid or cancelled, and nothing is proposed any more."""
    if any(milestone.state in UNFINISHED for milestone in row.milestones):
        return NotNow(N_("Every milestone must be paid or cancelled first."))
    return when_nothing_is_proposed(row, _at, _facts)


def when_nothing_is_proposed(row: Contract, _at: datetime, _facts: Facts) -> Refusal | None:
    """A proposed amendment is answered before anything else is decided about the contract."""
    if any(amendment.state == "proposed" for amendment in row.amendments):
        return NotNow(N_("An amendment waits for its answer."))
    return None


def when_no_delivery_waits(row: Contract, at: datetime, facts: Facts) -> Refusal | None:
    """What was delivered is accepted or returned before a contract is terminated."""
    if any(milestone.state == "delivered" for milestone in row.milestones):
        return NotNow(N_("A delivery waits: accept or return it first."))
    return when_nothing_is_proposed(row, at, facts)


def when_active(row: Milestone, _at: datetime, _facts: Facts) -> Refusal | None:
    """Work goes on while the contract is active."""
    return None if row.contract.state == "active" else NotNow(N_("The contract is not active."))


def when_payable(row: Milestone, _at: datetime, facts: Facts) -> Refusal | None:
    """Payment is ordered once both sides are ready; also what a refund left unpaid in a contract that has ended."""
    if row.contract.state not in ("active", "terminated", "completed"):
        return NotNow(N_("The contract is not active."))
    return when_both_can(facts)


def when_both_can(facts: Facts) -> Refusal | None:
    """Refuse to order a payment that the supplier cannot receive, or for which the department has no means yet."""
    return when_payee_is_ready(facts) or when_payer_is_ready(facts)


def when_payer_is_ready(facts: Facts) -> Refusal | None:
    """Refuse to order a payment before finance has said how the department pays."""
    if facts.payer:
        return None
    return NotNow(N_("The department has not said how it pays. Finance chooses that first."))


def when_payee_is_ready(facts: Facts) -> Refusal | None:
    """Refuse to pay a supplier who has no account, or whose account is not ready."""
    if not facts.payee:
        return NotNow(
            N_("The supplier has not connected an account to be paid on. They were asked to; try again then.")
        )
    if facts.payee != "ready":
        return NotNow(
            N_("The supplier's account cannot be paid on yet. They were asked to complete it; try again then.")
        )
    return None


def when_nothing_is_under_way(row: PaymentAttempt, _at: datetime, facts: Facts) -> Refusal | None:
    """A new attempt is made only when every earlier one has failed, for a milestone that is released."""
    if row.milestone.state != "released":
        return NotNow(NOTHING_DUE)
    return unless_payment_is_due(row.milestone, new=row) or when_both_can(facts)


def unless_payment_is_due(milestone: Milestone, new: PaymentAttempt | None = None) -> Refusal | None:
    """Refuse to pay what is not accepted, and a second time what is on its way or paid."""
    if milestone.state not in ("accepted", "released", "paid"):
        return NotNow(NOTHING_DUE)
    if any(attempt.state in (*UNDER_WAY, *PAID) for attempt in milestone.attempts if attempt is not new):
        return NotNow(N_("A payment of this milestone is under way or settled."))
    return None


def when_the_answer_was_lost(row: PaymentAttempt, _at: datetime, _facts: object) -> Refusal | None:
    """Only a payment given up for want of an answer may turn out settled, and only if no other took its place."""
    if row.failure != NO_ANSWER or row.milestone.state != "released":
        return NotNow(NOTHING_DUE)
    return unless_payment_is_due(row.milestone, new=row)


def when_refundable(row: Refund, _at: datetime, _facts: Facts) -> Refusal | None:
    """Only a settled payment is given back."""
    return unless_refundable(row.attempt)


def unless_refundable(attempt: PaymentAttempt) -> Refusal | None:
    """Refuse to take back what is not paid, or disputed: a dispute decides by itself who has the money."""
    if attempt.state == "disputed":
        return NotNow(N_("This payment is disputed: the bank decides who has the money."))
    return None if attempt.state == "settled" else NotNow(N_("Only a payment that has settled can be refunded."))


def when_amendable(row: Amendment, _at: datetime, _facts: Facts) -> Refusal | None:
    """One amendment at a time, to an active contract."""
    return unless_amendable(row.contract, new=row)


def unless_amendable(contract: Contract, new: Amendment | None = None) -> Refusal | None:
    """Refuse an amendment to a contract that is not under way, or while another one waits."""
    if contract.state != "active":
        return NotNow(N_("The contract is not active."))
    if any(other.state == "proposed" for other in contract.amendments if other is not new):
        return NotNow(N_("An amendment waits for its answer."))
    return None


def unless_it_goes_on(contract: Contract) -> Refusal | None:
    """Refuse to hand over a contract that is over; one that ended early goes on until it is paid."""
    if contract.state in ("proposed", "active", "terminated"):
        return None
    return NotNow(N_("The contract is over."))


def when_covered(row: Amendment, _at: datetime, _facts: Facts) -> Refusal | None:
    """An amendment is accepted while the contract is active, once finance has certified the money for it."""
    if row.contract.state != "active":
        return NotNow(N_("The contract is not active."))
    if row.uncertified_cents:
        return NotNow(N_("Finance must certify the money for this amendment first."))
    return None


def may_certify(person_id: int | None, amendment: Amendment, facts: Facts) -> bool:
    """Finance certifies the money for an amendment (s. 32): never who proposed it, never the supplier's side."""
    apart = person_id is not None and amendment.by_id not in facts.humans | {person_id}
    return "finance" in facts.roles and not facts.member and apart
