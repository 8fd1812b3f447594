"""Statements: every invoice of a department, or of a developer or organization, with what became of it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, Subquery, case, func, select
from sqlalchemy.sql.elements import ColumnElement

from app.core.bilingual import Bilingual
from app.core.db import db
from auth.models import Department, Organization, User
from contracts import interest, schedule
from contracts.fiscal import Period
from contracts.invoicing import Invoice
from contracts.ledger import Line
from contracts.models import Contract, Delivery, Milestone, PaymentAttempt, Refund

Owner = Department | User | Organization
"""Whose money it is: who pays, or who is paid."""


def invoices_of(owner: Owner, period: Period, at: datetime) -> list[Line]:
    """List the invoices of a period, oldest first, as they stand at a moment: one statement, however many there are.

    An invoice is made by its delivery and is listed by that day; one that was returned asks for nothing.
    """
    dated = (Delivery.at >= period.begins, Delivery.at < period.ends)
    rows = db.session.execute(_invoices().where(_of(owner), *dated).order_by(Delivery.at, Delivery.id))
    return [_line(row, at) for row in rows]


def late_invoices_of(department: Department, period: Period, at: datetime) -> list[tuple[datetime, Line]]:
    """List a department's accepted invoices whose day 30 lies in a period and that are, or were, late."""
    wait = timedelta(days=schedule.DAYS_TO_PAY)
    due = (Milestone.accepted_at >= period.begins - wait, Milestone.accepted_at < period.ends - wait)
    rows = db.session.execute(_invoices().where(_of(department), Delivery.decision == "accepted", *due))
    lines = [(schedule.pay_by(row.at, row.accepted_at), _line(row, at)) for row in rows]
    return [(day, line) for day, line in lines if line.days_late]


def first_invoice_of(owner: Owner) -> datetime | None:
    """Say when the first invoice was made."""
    first = select(func.min(Delivery.at)).select_from(Delivery).join(Milestone).join(Contract)
    return db.session.scalar(first.where(_of(owner)))


def _of(owner: Owner) -> ColumnElement[bool]:
    if isinstance(owner, Department):
        return Contract.department_id == owner.id
    if isinstance(owner, Organization):
        return Contract.organization_id == owner.id
    return (Contract.supplier_id == owner.id) & Contract.organization_id.is_(None)


def _paid() -> Subquery:
    """What was paid for each milestone and given back, when last, and the number of the last try."""
    total = PaymentAttempt.amount_cents + PaymentAttempt.tax_cents
    return (
        select(
            PaymentAttempt.milestone_id,
            func.sum(case((PaymentAttempt.settled_at.is_not(None), total), else_=0)).label("paid"),
            func.sum(case((PaymentAttempt.state == "refunded", total), else_=0)).label("refunded"),
            func.max(PaymentAttempt.settled_at).label("paid_at"),
            func.max(Refund.settled_at).label("refunded_at"),
            func.max(PaymentAttempt.number).label("last"),
        )
        .outerjoin(Refund, (Refund.attempt_id == PaymentAttempt.id) & (Refund.state == "settled"))
        .group_by(PaymentAttempt.milestone_id)
        .subquery()
    )


def _invoices() -> Select[Any, *tuple[Any, ...]]:
    paid = _paid()
    return (
        select(
            Contract.number.label("contract"),
            Milestone.position,
            Milestone.title_en,  # type: ignore[attr-defined]
            Milestone.title_fr,  # type: ignore[attr-defined]
            Department.name_en,  # type: ignore[attr-defined]
            Department.name_fr,  # type: ignore[attr-defined]
            func.coalesce(Organization.name, User.name).label("supplier"),
            Delivery.invoice,
            Delivery.at,
            Delivery.decision,
            Milestone.state,
            Milestone.accepted_at,
            Milestone.released_at,
            func.coalesce(PaymentAttempt.state, "").label("payment"),
            func.coalesce(paid.c.paid, 0).label("paid"),
            func.coalesce(paid.c.refunded, 0).label("refunded"),
            paid.c.paid_at,
            paid.c.refunded_at,
        )
        .select_from(Delivery)
        .join(Milestone, Milestone.id == Delivery.milestone_id)
        .join(Contract, Contract.id == Milestone.contract_id)
        .join(Department, Department.id == Contract.department_id)
        .join(User, User.id == Contract.supplier_id)
        .outerjoin(Organization, Organization.id == Contract.organization_id)
        .outerjoin(paid, paid.c.milestone_id == Milestone.id)
        .outerjoin(
            PaymentAttempt, (PaymentAttempt.milestone_id == Milestone.id) & (PaymentAttempt.number == paid.c.last)
        )
        .where(Delivery.decision != "returned")
    )


def _line(row: Any, at: datetime) -> Line:  # noqa: ANN401  (a row of many columns)
    invoice = Invoice.of(row.invoice)
    unpaid = invoice.total_cents - row.paid + row.refunded
    ends = at if unpaid or row.paid_at is None else row.paid_at
    days, owed = _late(invoice, row, ends) if row.decision == "accepted" else (0, 0)
    return Line(
        contract=row.contract,
        position=row.position,
        title=Bilingual(row.title_en, row.title_fr),
        department=Bilingual(row.name_en, row.name_fr),
        supplier=row.supplier,
        invoice=invoice,
        state=row.state,
        payment=row.payment,
        invoiced_at=row.at,
        accepted_at=row.accepted_at,
        released_at=row.released_at,
        paid_at=row.paid_at,
        refunded_at=row.refunded_at,
        paid_cents=row.paid,
        refunded_cents=row.refunded,
        days_late=days,
        interest_cents=owed,
    )


def _late(invoice: Invoice, row: Any, ends: datetime) -> tuple[int, int]:  # noqa: ANN401
    """Count the days after day 30 until a moment, and the interest that they cost."""
    due = schedule.pay_by(row.at, row.accepted_at)
    days = schedule.late(due, ends)
    return days, interest.owed_cents(invoice.total_cents, due.date(), ends.date()) if days else 0
