"""The money behind a contract: certified by finance (s. 32), committed, accepted, paid; what an amendment does."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.core.db import db
from contracts.models import Amendment, AmendmentDraft, Contract, FurtherCertificate
from contracts.queries.listing import ACCEPTED
from opportunities.models import Opportunity, Threshold
from opportunities.queries import certified_cents, thresholds_crossed


@dataclass(frozen=True)
class Funds:
    """The money of a procurement, in cents before taxes: certified, committed by contracts, accepted, paid.

    An amendment that is proposed counts as committed, so that the same money never covers two of them.
    """

    certified_cents: int
    committed_cents: int
    accepted_cents: int
    paid_cents: int

    @property
    def left_cents(self) -> int:
        """What is certified and not committed; less than nothing when more is committed than was certified."""
        return self.certified_cents - self.committed_cents


@dataclass(frozen=True)
class Outlook:
    """What an amendment does to the value: at first, before, after; thresholds crossed; what is not certified yet."""

    first_cents: int
    before_cents: int
    after_cents: int
    crossed: tuple[Threshold, ...]
    uncertified_cents: int

    @property
    def change_cents(self) -> int:
        """By how much it changes the value."""
        return self.after_cents - self.before_cents

    @property
    def all_cents(self) -> int:
        """By how much all amendments together change the first value."""
        return self.after_cents - self.first_cents

    @property
    def all_percent(self) -> float:
        """The same, in percent of the first value, to a tenth."""
        return round(100 * self.all_cents / self.first_cents, 1)


def funds(contract: Contract) -> Funds:
    """Add up the money of the procurement that a contract belongs to; a prize challenge has several contracts."""
    contracts = _contracts(contract.opportunity)
    milestones = [milestone for one in contracts for milestone in one.milestones]
    return Funds(
        certified_cents=certified_cents(contract.opportunity)
        + sum(one.amount_cents for one in further_certificates(contract.opportunity)),
        committed_cents=sum(_committed(one) for one in contracts),
        accepted_cents=sum(one.amount_cents for one in milestones if one.state in ACCEPTED),
        paid_cents=sum(one.amount_cents for one in milestones if one.state == "paid"),
    )


def _contracts(opportunity: Opportunity) -> list[Contract]:
    live = select(Contract).where(Contract.opportunity_id == opportunity.id, Contract.state != "declined")
    with_parts = live.options(selectinload(Contract.milestones), selectinload(Contract.amendments))
    return list(db.session.scalars(with_parts.order_by(Contract.id)))


def _committed(contract: Contract) -> int:
    if contract.state == "terminated":
        return sum(one.amount_cents for one in contract.milestones if one.state in ACCEPTED)
    waiting = sum(max(one.change_cents, 0) for one in contract.amendments if one.state == "proposed")
    return contract.current_cents + waiting


def further_certificates(opportunity: Opportunity) -> list[FurtherCertificate]:
    """List what finance certified for amendments of a procurement's contracts, oldest first."""
    found = (
        select(FurtherCertificate)
        .join(Amendment)
        .join(Contract)
        .where(Contract.opportunity_id == opportunity.id)
        .order_by(FurtherCertificate.id)
    )
    return list(db.session.scalars(found))


def uncertified_cents(contract: Contract, change_cents: int) -> int:
    """Give what finance must certify before the value may change by so much; nothing when it does not rise."""
    return max(min(change_cents, change_cents - funds(contract).left_cents), 0)


def outlook(contract: Contract, change_cents: int, at: datetime) -> Outlook:
    """Say what a change of the value would do now."""
    before, after = contract.current_cents, contract.current_cents + change_cents
    short = uncertified_cents(contract, change_cents)
    return Outlook(contract.value_cents, before, after, _crossed(contract, before, after, at), short)


def outlook_of(amendment: Amendment) -> Outlook:
    """Say what a proposed amendment does, or an earlier one did."""
    contract, before, after = amendment.contract, amendment.before_cents, amendment.after_cents
    crossed = _crossed(contract, before, after, amendment.at)
    waits = amendment.uncertified_cents if amendment.state == "proposed" else 0
    return Outlook(contract.value_cents, before, after, crossed, waits)


def _crossed(contract: Contract, before: int, after: int, at: datetime) -> tuple[Threshold, ...]:
    day = at.astimezone(ZoneInfo(contract.opportunity.zone)).date()
    return tuple(thresholds_crossed(before, after, day))


def find_draft(contract: Contract) -> AmendmentDraft | None:
    """Find the amendment that an officer wrote and has not proposed yet."""
    return db.session.scalar(select(AmendmentDraft).where(AmendmentDraft.contract_id == contract.id))
