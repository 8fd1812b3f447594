"""A department's figures for a fiscal year, by quarter: certified, committed, accepted, paid, late."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import InstrumentedAttribute

from app.core.db import db
from auth.models import Department
from contracts.fiscal import FiscalYear, Period
from contracts.ledger import Line
from contracts.models import Amendment, Contract, FurtherCertificate, Milestone
from contracts.queries.statements import late_invoices_of
from opportunities.models import Certificate, Opportunity

BEGUN = ("active", "completed", "terminated")

Dated = tuple[datetime, int]
"""An amount in cents and its moment."""


@dataclass(frozen=True)
class Figures:
    """What came about in a quarter or a year, in cents as agreed in the contracts, and what remained at its end.

    `committed` counts contracts begun and amendments accepted, less what was cancelled when one was terminated.
    `remaining` is what was committed up to its end and not paid by then. `late` counts invoices due in it that were
    or are paid late; `interest` is what they cost. `certified` (s. 32) is for the department's own eyes.
    """

    certified: int = 0
    committed: int = 0
    amended: int = 0
    accepted: int = 0
    paid: int = 0
    remaining: int = 0
    late: int = 0
    interest: int = 0


def figures_of(department: Department, year: FiscalYear, at: datetime) -> tuple[list[Figures], Figures]:
    """Give a department's figures by quarter and for the year, as they stand at a moment; always as many statements."""
    amounts = _Amounts(department, year.whole.ends)
    late = late_invoices_of(department, year.whole, at)
    quarters = [amounts.within(period, late) for period in year.quarters if period.begins <= at]
    return quarters, amounts.within(year.whole, late)


def first_moment_of(department: Department) -> datetime | None:
    """Say when a department's first contract was drawn up."""
    return db.session.scalar(select(func.min(Contract.drawn_up_at)).where(Contract.department_id == department.id))


class _Amounts:
    """Every dated amount of a department up to a moment."""

    def __init__(self, department: Department, until: datetime) -> None:
        mine = Contract.department_id == department.id
        begun = case(
            (Contract.supplier_accepted_at > Contract.department_accepted_at, Contract.supplier_accepted_at),
            else_=Contract.department_accepted_at,
        )
        self.contracts = _dated(
            select(begun, Contract.value_cents).where(mine, Contract.state.in_(BEGUN), begun < until)
        )
        self.amendments = _dated(
            select(Amendment.answered_at, Amendment.change_cents)
            .join(Contract)
            .where(mine, Amendment.state == "accepted", Amendment.answered_at < until)
        )
        self.freed = _dated(
            select(Contract.ended_at, _freed()).where(mine, Contract.state == "terminated", Contract.ended_at < until)
        )
        self.accepted = _dated(_milestones(mine, Milestone.accepted_at, until))
        self.paid = _dated(_milestones(mine, Milestone.paid_at, until).where(Milestone.state == "paid"))
        self.certified = [*_certified(department, until), *_further(department, until)]

    def within(self, period: Period, late: Sequence[tuple[datetime, Line]]) -> Figures:
        """Add up what lies in a period."""
        amended = _sum(self.amendments, period)
        before = Period(datetime.min.replace(tzinfo=period.ends.tzinfo), period.ends)
        whole = _sum(self.contracts, before) + _sum(self.amendments, before) - _sum(self.freed, before)
        due = [line for day, line in late if period.holds(day)]
        return Figures(
            certified=_sum(self.certified, period),
            committed=_sum(self.contracts, period) + amended - _sum(self.freed, period),
            amended=amended,
            accepted=_sum(self.accepted, period),
            paid=_sum(self.paid, period),
            remaining=whole - _sum(self.paid, before),
            late=len(due),
            interest=sum(line.interest_cents for line in due),
        )


def _freed() -> ColumnElement[int]:
    """What an ended contract was worth, less what of it is still to be paid or was."""
    changes = select(func.coalesce(func.sum(Amendment.change_cents), 0)).where(
        Amendment.contract_id == Contract.id, Amendment.state == "accepted"
    )
    kept = select(func.coalesce(func.sum(Milestone.amount_cents), 0)).where(
        Milestone.contract_id == Contract.id, Milestone.state != "cancelled"
    )
    return Contract.value_cents + changes.scalar_subquery() - kept.scalar_subquery()


def _milestones(
    mine: ColumnElement[bool], moment: InstrumentedAttribute[datetime | None], until: datetime
) -> Select[datetime | None, int]:
    return select(moment, Milestone.amount_cents).join(Contract).where(mine, moment < until)


def _dated(found: Select[datetime | None, int]) -> list[Dated]:
    return [(moment, cents) for moment, cents in db.session.execute(found) if moment is not None]


def _sum(amounts: Iterable[Dated], period: Period) -> int:
    return sum(cents for moment, cents in amounts if period.holds(moment))


def _certified(department: Department, until: datetime) -> list[Dated]:
    """Give what each certificate of an opportunity added: a later one counts for what it exceeds those before it."""
    rows = db.session.execute(
        select(Certificate.opportunity_id, Certificate.at, Certificate.amount_cents)
        .join(Opportunity)
        .where(Opportunity.department_id == department.id, Certificate.at < until)
        .order_by(Certificate.id)
    )
    most: dict[int, int] = {}
    added = []
    for opportunity, moment, cents in rows:
        more = max(cents - most.get(opportunity, 0), 0)
        most[opportunity] = most.get(opportunity, 0) + more
        added.append((moment, more))
    return added


def _further(department: Department, until: datetime) -> list[Dated]:
    return _dated(
        select(FurtherCertificate.at, FurtherCertificate.amount_cents)
        .join(Amendment, Amendment.id == FurtherCertificate.amendment_id)
        .join(Contract, Contract.id == Amendment.contract_id)
        .where(Contract.department_id == department.id, FurtherCertificate.at < until)
    )
