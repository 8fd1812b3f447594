"""A statement as a sheet and as a document, in the words of its page."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from app.core import formats
from app.core.document import Document
from app.core.sheets import Cell, dollars
from auth.models import Department
from contracts import ledger
from contracts.fiscal import FiscalYear
from contracts.ledger import TAXES, Line
from contracts.queries import Owner
from contracts.views.words import line_words, tax_words

WIDTHS = (4, 4, 4, 2, 3)


def title(owner: Owner, language: str) -> str:
    """Name whose statement it is."""
    name = owner.name.text(language) if isinstance(owner, Department) else owner.name
    return _("Statement of %(name)s", name=name)


def heads() -> list[str]:
    """Name the columns of the sheet."""
    return [
        _("Invoice"),
        _("Contract"),
        _("Milestone"),
        _("Title"),
        _("Department"),
        _("Supplier"),
        _("State"),
        _("Invoiced"),
        _("Accepted"),
        _("Payment ordered"),
        _("Paid on"),
        _("Refunded on"),
        _("Before tax"),
        *(tax_words()[name] for name in TAXES),
        _("Total"),
        _("Paid"),
        _("Refunded"),
        _("Not paid"),
        _("Days late"),
        _("Interest"),
    ]


def rows(lines: Sequence[Line], language: str) -> list[list[Cell]]:
    """Give the lines of the sheet; amounts in dollars, days as the capital counts them."""
    return [
        [
            one.invoice.number,
            one.contract,
            one.position,
            one.title.text(language),
            one.department.text(language),
            one.supplier,
            line_words(one),
            one.invoiced_at,
            one.accepted_at,
            one.released_at,
            one.paid_at,
            one.refunded_at,
            dollars(one.invoice.amount_cents),
            *(dollars(one.tax_cents(name)) for name in TAXES),
            dollars(one.invoice.total_cents),
            dollars(one.paid_cents),
            dollars(one.refunded_cents),
            dollars(one.unpaid_cents),
            one.days_late,
            dollars(one.interest_cents),
        ]
        for one in lines
    ]


def as_document(title: str, year: FiscalYear, lines: Sequence[Line], at: datetime, language: str) -> Document:
    """Put a statement together as a document in a language."""
    document = Document(title, language)
    document.paragraph(_("Fiscal year %(year)s, as it stands on %(day)s", year=year.label, day=_day(at, language)))
    document.facts(sums_in_words(ledger.add_up(lines), language))
    document.heading(_("Invoices"))
    if lines:
        columns = (_("Invoice"), _("Dates"), _("Amounts"), _("Total"), _("Not paid"))
        document.table(columns, [_row(one, language) for one in lines], WIDTHS)
    else:
        document.paragraph(_("No invoice was made in this year."))
    return document


def sums_in_words(sums: ledger.Sums, language: str) -> list[tuple[str, str]]:
    """List the sums of a statement; a tax that nobody charged is left out."""
    taxes = [(tax_words()[name], cents) for name, cents in sums.taxes.items() if cents]
    amounts = [
        (_("Before tax"), sums.amount_cents),
        *taxes,
        (_("Total"), sums.total_cents),
        (_("Paid"), sums.paid_cents),
        (_("Refunded"), sums.refunded_cents),
        (_("Not paid"), sums.unpaid_cents),
        (_("Interest for late payment"), sums.interest_cents),
    ]
    return [(name, formats.money(cents, language)) for name, cents in amounts]


def _row(one: Line, language: str) -> list[str]:
    place = _("Contract %(number)s, milestone %(position)s", number=one.contract, position=one.position)
    about = [one.invoice.number, place, one.title.text(language), one.supplier, line_words(one)]
    dates = [
        (_("Invoiced"), one.invoiced_at),
        (_("Accepted"), one.accepted_at),
        (_("Paid on"), one.paid_at),
        (_("Refunded on"), one.refunded_at),
    ]
    taxes = [(tax_words()[line.tax], line.amount_cents) for line in one.invoice.lines]
    moved = [(_("Paid"), one.paid_cents), (_("Refunded"), one.refunded_cents)]
    amounts = [(_("Before tax"), one.invoice.amount_cents), *taxes, *(pair for pair in moved if pair[1])]
    late = [
        _("%(days)s days late, interest %(amount)s", days=one.days_late, amount=_money(one.interest_cents, language))
    ]
    return [
        "\n".join(about),
        "\n".join(_pair(name, _day(day, language), language) for name, day in dates if day),
        "\n".join(_pair(name, _money(cents, language), language) for name, cents in amounts),
        _money(one.invoice.total_cents, language),
        "\n".join([_money(one.unpaid_cents, language), *(late if one.days_late else [])]),
    ]


def _pair(name: str, value: str, language: str) -> str:
    return f"{name}: {value}" if language == "en" else f"{name}\u00a0: {value}"


def _day(moment: datetime, language: str) -> str:
    return formats.day(moment, language)


def _money(cents: int, language: str) -> str:
    return formats.money(cents, language)
