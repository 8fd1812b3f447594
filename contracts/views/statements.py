"""Statements of a fiscal year: for a department, for a developer or organization; as page, CSV and PDF."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, render_template, request, url_for
from werkzeug.utils import import_string

from app.core import clock
from app.core.errors import NotFound
from app.core.sheets import make_csv
from app.core.web import language
from auth.models import Department, Organization, User
from auth.queries import organizations_of
from auth.views.session import signed_in
from contracts import ledger, queries
from contracts.fiscal import FiscalYear, years
from contracts.ledger import Line
from contracts.queries import Owner
from contracts.views import statement_document
from contracts.views.batching import staff_of
from contracts.views.blueprint import pages

PAGE = 50
DRAWING = "app.core.pdf:make_pdf"
"""Imported when somebody first asks for a PDF: no other page needs what draws it."""
FILES = {"en": "statement", "fr": "releve"}
KINDS = {"csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}


@dataclass(frozen=True)
class Shown:
    """What a statement is of: whose, which year of which, its lines and their sums."""

    owner: Owner
    endpoint: str
    place: dict[str, str]
    year: FiscalYear
    years: tuple[FiscalYear, ...]
    lines: list[Line]
    sums: ledger.Sums
    at: datetime

    @property
    def paying(self) -> bool:
        """The reader's side pays; otherwise it is paid."""
        return isinstance(self.owner, Department)

    def address(self, **values: Any) -> str:
        """Give the address of the same statement, changed."""
        return url_for(self.endpoint, **{**self.place, "year": self.year.start, **values})

    def file(self, form: str) -> str:
        """Give the address of the whole year as a file."""
        values: dict[str, Any] = {**self.place, "year": self.year.start, "form": form}
        return url_for(f"{self.endpoint}_file", **values)


@pages.page("/departments/<code>/statement", "/ministeres/<code>/releve")
def department_statement(code: str) -> str:
    """Show a department's people every invoice of a fiscal year, and what became of it."""
    department, _person, _held = staff_of(code)
    return _page(_shown(department, "contracts.department_statement", {"code": code}))


@pages.page("/departments/<code>/statement.<form>", "/ministeres/<code>/releve.<form>")
def department_statement_file(code: str, form: str) -> Response:
    """Give a department's statement as a file."""
    department, _person, _held = staff_of(code)
    return _file(_shown(department, "contracts.department_statement", {"code": code}), form)


@pages.page("/statements/<key>", "/releves/<key>")
def statement(key: str) -> str:
    """Show a developer, or the members of an organization, every invoice of a fiscal year."""
    return _page(_shown(_own(key), "contracts.statement", {"key": key}))


@pages.page("/statements/<key>.<form>", "/releves/<key>.<form>")
def statement_file(key: str, form: str) -> Response:
    """Give a developer's or organization's statement as a file."""
    return _file(_shown(_own(key), "contracts.statement", {"key": key}), form)


def _own(key: str) -> User | Organization:
    person = signed_in()
    mine: list[User | Organization] = [person, *organizations_of(person)]
    for owner in mine:
        if owner.key == key:
            return owner
    raise NotFound


def year_of(listed: tuple[FiscalYear, ...]) -> FiscalYear:
    """Give the year that was asked for, the latest if none of those listed was."""
    asked = request.args.get("year", type=int)
    return next((one for one in listed if one.start == asked), listed[0])


def _shown(owner: Owner, endpoint: str, place: dict[str, str]) -> Shown:
    at = clock.now()
    listed = years(queries.first_invoice_of(owner), at)
    year = year_of(listed)
    lines = queries.invoices_of(owner, year.whole, at)
    return Shown(owner, endpoint, place, year, listed, lines, ledger.add_up(lines), at)


def _page(shown: Shown) -> str:
    last = max(0, (len(shown.lines) - 1) // PAGE)
    page = min(max(request.args.get("page", 0, type=int), 0), last)
    return render_template(
        "contracts/statement.html",
        shown=shown,
        lines=shown.lines[page * PAGE : (page + 1) * PAGE],
        previous=shown.address(page=page - 1) if page else None,
        next=shown.address(page=page + 1) if page < last else None,
        more=[(one, shown.address(year=one.start)) for one in shown.years],
    )


def _file(shown: Shown, form: str) -> Response:
    if form not in KINDS:
        raise NotFound
    if form == "csv":
        drawn = make_csv(statement_document.heads(), statement_document.rows(shown.lines, language()))
    else:
        title = statement_document.title(shown.owner, language())
        document = statement_document.as_document(title, shown.year, shown.lines, shown.at, language())
        drawn = import_string(DRAWING)(document)
    name = f"{FILES[language()]}-{shown.year.start}-{shown.year.start + 1}.{form}"
    return Response(drawn, content_type=KINDS[form], headers={"Content-Disposition": f'attachment; filename="{name}"'})
