"""The text of a contract: one value in both languages, fixed when it is drawn up, with its fingerprint."""

import hashlib
import json
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core.commitments import canonical
from app.core.db import db
from app.core.money import CURRENCY
from auth.models import User
from contracts import schedule, terms
from contracts.models import Amendment, Consent, Contract, Milestone
from contracts.queries.reading import next_number, planned_parts
from contracts.taxes import NoRate, tax_lines
from evaluations.models import Award

STANDING = ("value_cents", "taxes", "province", "licence", "repository", "start_on", "milestones")
"""What must be as the text says when a side accepts it."""


def planned(award: Award, officer: User, at: datetime) -> Contract:
    """Plan the contract that an award makes, not kept yet and without its milestones."""
    opportunity, proposal = award.opportunity, award.proponent.proposal
    today = at.astimezone(ZoneInfo(opportunity.zone)).date()
    return Contract(
        number=next_number(),
        award=award,
        opportunity=opportunity,
        department=opportunity.department,
        department_id=opportunity.department_id,
        supplier=proposal.author,
        supplier_id=proposal.author_id,
        organization=proposal.organization,
        organization_id=proposal.organization_id,
        buyer=opportunity.author,
        officer=officer,
        title=opportunity.title,
        value_cents=award.value_cents,
        taxes=opportunity.taxes,
        province=opportunity.department.province,
        licence=opportunity.licence,
        repository=opportunity.repository,
        terms_version=terms.CURRENT,
        text_hash="",
        drawn_up_at=at,
        start_on=max(opportunity.start_on or today, today),
    )


def planned_milestones(contract: Contract) -> list[Milestone]:
    """Plan the milestones of a contract, with dates that count from its start; they join it one by one."""
    start = contract.start_on or contract.drawn_up_at.date()
    return [
        Milestone(
            position=position,
            title=part.title,
            accepted_when=part.accepted_when,
            amount_cents=part.amount_cents,
            due_on=schedule.due_on(start, part.due_days),
        )
        for position, part in enumerate(planned_parts(contract.award), 1)
    ]


def terms_of(contract: Contract) -> dict[str, Any]:
    """Give what both sides agree to, as one value; what is written later (states, acceptances) is no part of it."""
    value = {
        "contract": contract.number,
        "procurement": contract.opportunity.ocid,
        "title": contract.title.as_dict(),
        "department": contract.department.name.as_dict(),
        "supplier": contract.supplier_name,
        "value_cents": contract.value_cents,
        "taxes": contract.taxes,
        "province": contract.province,
        "licence": contract.licence,
        "repository": contract.repository,
        "start_on": contract.start_on.isoformat() if contract.start_on else None,
        "milestones": [_milestone(one) for one in contract.milestones],
    }
    return {**value, **_with_terms(contract)} if contract.terms_version else value


def _milestone(milestone: Milestone) -> dict[str, Any]:
    return {
        "position": milestone.position,
        "title": milestone.title.as_dict(),
        "accepted_when": milestone.accepted_when.as_dict(),
        "amount_cents": milestone.amount_cents,
        "due_on": milestone.due_on.isoformat() if milestone.due_on else None,
    }


def _with_terms(contract: Contract) -> dict[str, Any]:
    """Give what texts hold since terms have versions."""
    day = contract.drawn_up_at.astimezone(ZoneInfo(contract.opportunity.zone)).date()
    lines = _tax_lines(contract, contract.start_on or day)
    return {
        "currency": CURRENCY,
        "drawn_up_on": day.isoformat(),
        "deliverables": contract.opportunity.deliverables.as_dict(),
        "tax_lines": lines,
        "terms": contract.terms_version,
        "clauses": [one.as_dict() for one in terms.clauses(contract.terms_version)],
    }


def _tax_lines(contract: Contract, day: date) -> list[dict[str, Any]]:
    """Give the taxes that come on top of the value at the rates known for its start; none where they are in it."""
    if contract.taxes == "included":
        return []
    try:
        lines = tax_lines(contract.value_cents, contract.province, day)
    except NoRate:
        return []
    return [{"tax": one.tax, "thousandths": one.thousandths, "amount_cents": one.amount_cents} for one in lines]


def still_says(contract: Contract) -> bool:
    """Say whether a contract still is what its text says; the names of its parties may have been corrected since."""
    said, now = json.loads(text_of(contract)), json.loads(as_text(terms_of(contract)))
    return {key: said[key] for key in STANDING} == {key: now[key] for key in STANDING}


def as_text(value: dict[str, Any]) -> str:
    """Give the one written form of a text; its SHA-256 is over these very bytes in UTF-8."""
    return canonical(value).decode()


def fingerprint(text: str) -> str:
    """Give the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def text_of(contract: Contract) -> str:
    """Give a contract's text as it was fixed; one of before texts were kept is written out again."""
    return contract.text or as_text(terms_of(contract))


def amendment_text_of(amendment: Amendment) -> str:
    """Give an amendment's text as it was fixed; one of before texts were kept is written out again."""
    return amendment.text or as_text(amendment_terms(amendment))


def amendment_terms(amendment: Amendment) -> dict[str, Any]:
    """Give what an amendment says, as one value: what changes, before and after, and to which text it belongs."""
    contract = amendment.contract
    return {
        "amendment": amendment.number,
        "contract": contract.number,
        "contract_sha256": contract.text_hash,
        "procurement": contract.opportunity.ocid,
        "currency": CURRENCY,
        "value_before_cents": amendment.before_cents,
        "value_after_cents": amendment.after_cents,
        "changes": amendment.changes,
        "reason": amendment.reason,
    }


def consents(contract: Contract) -> list[Consent]:
    """List what each side accepted, of the contract and of its amendments, in that order."""
    kept = select(Consent).where(Consent.contract_id == contract.id).options(joinedload(Consent.by))
    return list(db.session.scalars(kept.order_by(Consent.id)))
