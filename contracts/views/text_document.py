"""The text of a contract as a document, from the value that both sides accept: the page, the check and the PDF."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from app.core import formats
from app.core.bilingual import Bilingual
from app.core.document import Document
from contracts.models import Consent, Contract

FRENCH_TAXES = {"GST": "TPS", "HST": "TVH", "QST": "TVQ"}
MILESTONE_WIDTHS = (5, 2, 2)
TAX_WIDTHS = (6, 3)


def as_document(value: dict[str, Any], language: str) -> Document:
    """Put the text of a contract together as a document in a language."""
    document = Document(_("Contract %(number)s", number=value["contract"]), language)
    document.paragraph(_words(value["title"], language))
    _parties(document, value, language)
    if _words(value.get("deliverables", {}), language):
        document.heading(_("The work"))
        document.paragraph(_words(value["deliverables"], language))
    _milestones(document, value, language)
    _money(document, value, language)
    if value.get("clauses"):
        document.heading(_("Terms, version %(number)s", number=value["terms"]))
    for number, clause in enumerate(value.get("clauses", ()), 1):
        document.heading(f"{number}. {_words(clause['title'], language)}", 3)
        document.paragraph(_words(clause["text"], language))
    return document


def _parties(document: Document, value: dict[str, Any], language: str) -> None:
    rows = [
        (_("Department"), _words(value["department"], language)),
        (_("Supplier"), value["supplier"]),
        (_("Procurement"), value["procurement"]),
    ]
    if "drawn_up_on" in value:
        rows.append((_("Drawn up on"), _day(value["drawn_up_on"], language)))
    rows += [
        (_("Work starts"), _day(value["start_on"], language)),
        (_("Licence"), value["licence"]),
        (_("Repository"), value["repository"]),
    ]
    document.facts(rows)


def _milestones(document: Document, value: dict[str, Any], language: str) -> None:
    document.heading(_("Milestones"))
    rows = [
        (
            f"{one['position']}. {_words(one['title'], language)}",
            _day(one["due_on"], language),
            formats.money(one["amount_cents"], language),
        )
        for one in value["milestones"]
    ]
    document.table((_("Milestone"), _("Due"), _("Amount")), rows, MILESTONE_WIDTHS)
    for one in value["milestones"]:
        document.heading(_("Milestone %(position)s is accepted when", position=one["position"]), 3)
        document.paragraph(_words(one["accepted_when"], language))


def _money(document: Document, value: dict[str, Any], language: str) -> None:
    document.heading(_("Value and taxes"))
    document.paragraph(taxes_in_words(value))
    rows = [(_("Value"), formats.money(value["value_cents"], language))]
    lines = value.get("tax_lines", ())
    rows += [(tax_name(one, language), formats.money(one["amount_cents"], language)) for one in lines]
    if lines:
        total = value["value_cents"] + sum(one["amount_cents"] for one in lines)
        rows.append((_("Total with taxes"), formats.money(total, language)))
    document.table((_("Line"), _("Amount")), rows, TAX_WIDTHS)


def taxes_in_words(value: dict[str, Any]) -> str:
    """Say whether sales taxes are in the value."""
    if value["taxes"] == "included":
        return _("Sales taxes are included in the value. Each invoice shows what part of it they are.")
    return _("Sales taxes come on top of the value, if the supplier is registered for them.")


def tax_name(line: dict[str, Any], language: str) -> str:
    """Name a tax with its rate."""
    rate = formats.number(line["thousandths"] / 1000, language)
    return f"{FRENCH_TAXES[line['tax']]} {rate}\u00a0%" if language == "fr" else f"{line['tax']} {rate}%"


def with_acceptances(document: Document, digest: str, kept: Sequence[Consent], zone: str) -> Document:
    """Add who accepted the text when, and its fingerprint with how to compute it again."""
    document.heading(_("Accepted by"))
    if not kept:
        document.paragraph(_("Nobody has accepted it yet."))
    for one in kept:
        side = _("For the supplier") if one.side == "supplier" else _("For the department")
        moment = formats.moment(one.at, document.language, zone)
        document.facts([(side, f"{one.by.name}, {moment}")])
    document.heading(_("Fingerprint"))
    document.paragraph(digest)
    document.paragraph(
        _(
            "It is the SHA-256 of the text as it was accepted, in both languages. The text can be downloaded from the "
            "contract’s page, and anybody can compute the fingerprint again."
        )
    )
    return document


def with_amendments(document: Document, contract: Contract, zone: str) -> Document:
    """Add the amendments in force: what each changed, why, when the supplier accepted it, and its fingerprint."""
    language = document.language
    for one in (one for one in contract.amendments if one.state == "accepted"):
        document.heading(_("Amendment %(number)s", number=one.number))
        rows = [
            (_("Value before"), formats.money(one.before_cents, language)),
            (_("Value after"), formats.money(one.after_cents, language)),
            (_("Proposed by"), f"{one.by.name}, {formats.moment(one.at, language, zone)}"),
        ]
        if one.answered_by is not None:
            answered = f"{one.answered_by.name}, {formats.moment(one.answered_at, language, zone)}"
            rows.append((_("For the supplier"), answered))
        if one.text_hash:
            rows.append((_("Fingerprint"), one.text_hash))
        document.facts(rows)
        document.paragraph(one.reason)
    return document


def _words(value: dict[str, str], language: str) -> str:
    return Bilingual.of(value).text(language)


def _day(written: str | None, language: str) -> str:
    return formats.day(date.fromisoformat(written), language) if written else "–"
