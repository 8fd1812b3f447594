"""A milestone's work: delivered, accepted (s. 34) or returned."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from app.core.bilingual import N_
from app.core.db import db
from app.core.errors import NotValid
from app.core.files import Upload, chosen
from auth.models import User
from contracts import notifications
from contracts.actions.evidencing import add_evidence
from contracts.invoicing import Invoice, make_invoice
from contracts.lifecycle import MILESTONE
from contracts.models import DeliveredFile, Delivery, Milestone
from contracts.queries import facts, last_delivery, tax_number_of
from contracts.taxes import NoRate

MOST_LINKS = 10
MOST_FILES = 5
LONGEST_LINK = 500
LONGEST_NOTE = 10_000


def deliver(
    milestone: Milestone, note: str, links: Sequence[str], uploads: Sequence[Upload], *, by: User, at: datetime
) -> Delivery:
    """Deliver a milestone with a note and evidence (links, files); the delivery makes the invoice."""
    contract = milestone.contract
    known = facts(contract, by, at)
    addresses = _addresses(links)
    _check(note, addresses, uploads)
    number = len(milestone.deliveries) + 1
    invoice = invoice_for(milestone, f"{contract.number}-{milestone.position}-{number}", at)
    event = MILESTONE.move(
        milestone,
        "deliver",
        by=by,
        at=at,
        facts=known,
        position=milestone.position,
        amount_cents=milestone.amount_cents,
    )
    delivery = Delivery(
        milestone=milestone,
        number=number,
        by=by,
        at=at,
        note=note.strip(),
        invoice=invoice.as_dict(),
    )
    add_evidence(delivery, addresses, at=at)
    for upload in uploads:
        delivery.files.append(
            DeliveredFile(
                title=upload.title,
                stored_as=chosen.store.put(upload.content),
                media_type=upload.media_type,
                size=len(upload.content),
                sha256=upload.sha256,
            )
        )
    db.session.add(delivery)
    db.session.flush()
    notifications.tell_buyer(milestone, event, "delivered")
    return delivery


def _check(note: str, addresses: Sequence[str], uploads: Sequence[Upload]) -> None:
    if not note.strip():
        raise NotValid(N_("Say what you deliver."), field="note")
    if len(note) > LONGEST_NOTE:
        raise NotValid(N_("At most %(count)s characters."), field="note", count=LONGEST_NOTE)
    if not addresses and not uploads:
        raise NotValid(N_("Add at least one link or file that shows the work."), field="links")
    if len(addresses) > MOST_LINKS:
        raise NotValid(N_("At most %(count)s links."), field="links", count=MOST_LINKS)
    if len(uploads) > MOST_FILES:
        raise NotValid(N_("At most %(count)s files."), field="files", count=MOST_FILES)


def _addresses(links: Sequence[str]) -> list[str]:
    """Check each address; one given twice counts once."""
    found = list(dict.fromkeys(link.strip() for link in links if link.strip()))
    for link in found:
        if not is_address(link):
            raise NotValid(
                N_("This is not a web address that begins with https:// or http://: %(link)s"),
                field="links",
                link=link[:80],
            )
    return found


def is_address(link: str) -> bool:
    """Say whether a text is a web address that can be shown as a link: http or https, a host, no names or passwords."""
    try:
        parts = urlsplit(link)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        return False
    plain = link.isprintable() and not any(sign.isspace() or sign in "<>\"'\\" for sign in link)
    whole = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    return plain and whole and port_is_right and len(link) <= LONGEST_LINK


def invoice_for(milestone: Milestone, name: str, at: datetime) -> Invoice:
    """Make the invoice of a milestone's amount as it stands, with the taxes of the moment's day."""
    contract = milestone.contract
    day = at.astimezone(ZoneInfo(contract.opportunity.zone)).date()
    try:
        return make_invoice(
            name, milestone.amount_cents, contract.taxes, contract.province, day, tax_number_of(contract)
        )
    except NoRate:
        raise NotValid(N_("No sales tax rate is known for the department's province. Ask its officer.")) from None


def accept_delivery(milestone: Milestone, *, by: User, at: datetime) -> Milestone:
    """Certify that the work was done as agreed (Financial Administration Act, s. 34)."""
    event = MILESTONE.move(
        milestone,
        "accept",
        by=by,
        at=at,
        facts=facts(milestone.contract, by, at),
        position=milestone.position,
        amount_cents=milestone.amount_cents,
    )
    milestone.accepted_at, milestone.accepted_by = at, by
    decide(milestone, "accepted", "", by, at)
    notifications.tell_of_acceptance(milestone, event)
    return milestone


def return_delivery(milestone: Milestone, reasons: str, *, by: User, at: datetime) -> Milestone:
    """Return a delivery with reasons; the supplier delivers again."""
    if not reasons.strip():
        raise NotValid(N_("Say what is missing, so that it can be delivered again."), field="reasons")
    if len(reasons) > LONGEST_NOTE:
        raise NotValid(N_("At most %(count)s characters."), field="reasons", count=LONGEST_NOTE)
    event = MILESTONE.move(
        milestone, "return", by=by, at=at, facts=facts(milestone.contract, by, at), position=milestone.position
    )
    decide(milestone, "returned", reasons.strip(), by, at)
    notifications.tell_of_contract(milestone.contract, event, "returned", milestone=milestone, reasons=reasons.strip())
    return milestone


def decide(milestone: Milestone, decision: str, reasons: str, by: User, at: datetime) -> None:
    """Write down what was decided of the latest delivery, by whom and why."""
    delivery = last_delivery(milestone)
    if delivery is None:
        msg = "A delivered milestone has a delivery."
        raise LookupError(msg)
    delivery.decision, delivery.reasons, delivery.decided_at, delivery.decided_by = decision, reasons, at, by
    db.session.flush()
