"""The text of a contract and of its amendments: to read, as PDF, and as the very bytes that were accepted."""

import json

from flask import Response, render_template
from werkzeug.utils import import_string

from app.core.document import Document
from app.core.web import language
from contracts import queries
from contracts.models import Consent, Contract
from contracts.views import text_document
from contracts.views.blueprint import pages
from contracts.views.guards import guarded, read

DRAWING = "app.core.pdf:make_pdf"
"""Loaded when a PDF is asked for: the drawing takes a while to load."""


@pages.page("/contracts/<numbered:number>/text", "/contrats/<numbered:number>/texte")
def text(number: int) -> str:
    """Show the text that both sides accept, with its fingerprint and who accepted it."""
    contract, _facts = read(number)
    kept = _consents(contract)
    return render_template("contracts/text.html", contract=contract, document=document_of(contract), consents=kept)


@pages.page("/contracts/<numbered:number>/contract.pdf", "/contrats/<numbered:number>/contrat.pdf")
def text_pdf(number: int) -> Response:
    """Give the text as a PDF, in the page's language."""
    contract, _facts = read(number)
    zone = contract.opportunity.zone
    document = text_document.with_acceptances(document_of(contract), contract.text_hash, _consents(contract), zone)
    text_document.with_amendments(document, contract, zone)
    name = "contract" if language() == "en" else "contrat"
    return _attached(import_string(DRAWING)(document), "application/pdf", f"{name}-{number}.pdf")


@pages.page("/contracts/<numbered:number>/text.json", "/contrats/<numbered:number>/texte.json")
def kept_text(number: int) -> Response:
    """Give the very bytes whose SHA-256 is the fingerprint."""
    contract, _facts = read(number)
    return _attached(queries.text_of(contract).encode(), "application/json", f"contract-{number}.json")


@pages.page(
    "/contracts/<numbered:number>/amendments/<int:amendment>/text.json",
    "/contrats/<numbered:number>/modifications/<int:amendment>/texte.json",
)
def kept_amendment(number: int, amendment: int) -> Response:
    """Give the parties the very bytes of an amendment's text."""
    contract, _facts, _person = guarded(number, lambda facts: facts.party)
    kept = queries.amendment_text_of(queries.get_amendment(contract, amendment))
    return _attached(kept.encode(), "application/json", f"contract-{number}-amendment-{amendment}.json")


def document_of(contract: Contract) -> Document:
    """Give a contract's text as a document in the reader's language."""
    return text_document.as_document(json.loads(queries.text_of(contract)), language())


def _consents(contract: Contract) -> list[Consent]:
    return [one for one in queries.consents(contract) if one.amendment_id is None]


def _attached(content: bytes, kind: str, name: str) -> Response:
    return Response(content, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
