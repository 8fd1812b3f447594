"""How a department pays: a method saved at the payment provider, or each payment on a page of the provider."""

from datetime import datetime

from app.core import audit
from app.core.audit import PARTIES, Subject
from app.core.db import db
from app.core.errors import NotAllowed
from auth.models import Department, User
from auth.queries import roles_in
from contracts.gateway import Method
from contracts.models import Payer
from contracts.provider import in_use
from contracts.queries import find_any_payer


def save_method(department: Department, reference: str, method: Method, *, by: User, at: datetime) -> Payer:
    """Pay by the method that the department saved at the provider, under its reference there; finance decides."""
    row = _payer(department, reference, by, at)
    if (row.method, row.on_page) == (method.reference, False):
        return row
    row.method, row.label, row.on_page = method.reference, method.label, False
    return _saved(row, by, at)


def pay_on_page(department: Department, reference: str, *, by: User, at: datetime) -> Payer:
    """Pay each payment on a page of the provider; a method saved earlier is used no more; finance decides."""
    row = _payer(department, reference, by, at)
    row.method, row.label, row.on_page = "", "", True
    return _saved(row, by, at)


def _payer(department: Department, reference: str, by: User, at: datetime) -> Payer:
    if "finance" not in roles_in(by, department.id, at):
        raise NotAllowed
    row = find_any_payer(department) or Payer(department=department, provider=in_use.name, reference=reference)
    if (row.provider, row.reference) != (in_use.name, reference):
        row.provider, row.reference, row.method, row.label, row.on_page = in_use.name, reference, "", "", False
    return row


def _saved(row: Payer, by: User, at: datetime) -> Payer:
    row.saved_at, row.saved_by = at, by
    db.session.add(row)
    db.session.flush()
    subject = Subject("payer", row.id, department_id=row.department_id)
    audit.record(
        "payer.save",
        subject,
        by=by,
        at=at,
        audience=PARTIES,
        provider=row.provider,
        label=row.label,
        on_page=row.on_page,
    )
    return row
