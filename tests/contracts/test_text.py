"""The text of a contract: versioned terms, kept as each side accepted it, with a fingerprint that anybody computes."""

import hashlib
import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.db import db
from app.core.document import Document
from contracts import actions, queries, terms
from contracts.changes import Changes
from contracts.models import Consent
from contracts.views import text_document
from tests.contracts.people import NOON, Cast, active, drawn_up
from tests.factories import both

OF_VERSIONS = {
    0: "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945",
    1: "12e438ff70b25ae93a2b4cbd51d22af9fc96e38623dcae196bb93de5efe04363",
}
"""The SHA-256 of each version's clauses: a version that somebody accepted is never edited."""


@pytest.fixture
def cast(app: Flask) -> Cast:
    return Cast()


def test_no_version_of_the_terms_was_ever_edited() -> None:
    kept = {
        version: hashlib.sha256(json.dumps([one.as_dict() for one in clauses]).encode()).hexdigest()
        for version, clauses in terms.VERSIONS.items()
    }
    assert kept == OF_VERSIONS
    assert max(terms.VERSIONS) == terms.CURRENT
    assert all(one.title.complete and one.text.complete for clauses in terms.VERSIONS.values() for one in clauses)


def test_each_side_keeps_the_very_text_it_accepted(cast: Cast) -> None:
    contract = drawn_up(cast)
    text = contract.text
    for person in (cast.developer, cast.officer):
        actions.accept(contract, contract.text_hash, by=person, at=NOON)
    cast.department.name = cast.opportunity.title
    kept = db.session.scalars(select(Consent).order_by(Consent.id)).all()
    assert [(one.side, one.by, one.at, one.text) for one in kept] == [
        ("supplier", cast.developer, NOON, text),
        ("department", cast.officer, NOON, text),
    ]
    assert {one.sha256 for one in kept} == {hashlib.sha256(text.encode()).hexdigest()} == {contract.text_hash}
    value = json.loads(text)
    assert (value["terms"], len(value["clauses"])) == (1, 12)
    assert value["tax_lines"] == [{"tax": "HST", "thousandths": 13_000, "amount_cents": 1_170_00}]


def test_a_contract_of_before_the_terms_had_versions_keeps_its_text(cast: Cast) -> None:
    contract = drawn_up(cast)
    contract.terms_version, contract.text = 0, ""
    contract.text_hash = queries.fingerprint(queries.text_of(contract))
    assert "clauses" not in json.loads(queries.text_of(contract))
    actions.accept(contract, contract.text_hash, by=cast.developer, at=NOON)
    assert db.session.scalars(select(Consent.sha256)).all() == [contract.text_hash]


def test_anybody_reads_the_text_in_both_languages_and_computes_its_fingerprint(cast: Cast, client: FlaskClient) -> None:
    contract = drawn_up(cast)
    actions.accept(contract, contract.text_hash, by=cast.developer, at=NOON)
    db.session.commit()
    page = client.get("/en/contracts/1/text").get_data(as_text=True)
    for words in (contract.text_hash, "4. Payment", "HST 13%", "$10,170", "Dev Eloper on"):
        assert words in page.replace("\u00a0", " "), words
    assert "4. Paiement" in client.get("/fr/contrats/1/texte").get_data(as_text=True)
    there = client.get("/en/contracts/1/text.json")
    assert hashlib.sha256(there.data).hexdigest() == contract.text_hash
    for address in ("/en/contracts/1/contract.pdf", "/fr/contrats/1/contrat.pdf"):
        drawn = client.get(address)
        assert (drawn.mimetype, drawn.data[:5]) == ("application/pdf", b"%PDF-")


def test_the_pdf_ends_with_the_amendments_in_force(app: Flask, cast: Cast) -> None:
    contract = active(cast)
    changes = Changes(scope=both("Wider", "Plus large"))
    amendment = actions.propose_amendment(contract, changes, "The need grew.", by=cast.officer, at=NOON)
    actions.accept_amendment(amendment, by=cast.developer, at=NOON)
    with app.test_request_context("/en/contracts/1"):
        blocks = text_document.with_amendments(Document("", "en"), contract, contract.opportunity.zone).blocks
    assert [one["text"] for one in blocks if one["kind"] != "facts"] == ["Amendment 1", "The need grew."]
    assert ["Fingerprint", amendment.text_hash] in blocks[1]["rows"]
