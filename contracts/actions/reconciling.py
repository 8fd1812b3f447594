"""Comparing our books with the provider's, repairing what a lost answer or notice explains, keeping the report."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from app.core import audit
from app.core.audit import CLOCK, PARTIES, Subject
from app.core.db import db, transaction
from app.core.errors import NotNow
from contracts import notifications
from contracts.actions.looking import look_at_payment
from contracts.comparing import Difference, Kind, compare
from contracts.gateway import Booked, PaymentGateway
from contracts.models import Reconciliation
from contracts.queries import ours_of, was_reconciled

LOOKED_AT = (Kind.OTHER_STATE, Kind.REFUNDED_THERE, Kind.MISSING_THERE)
"""Differences that a lost answer or notice may explain: the payment is looked at before they are reported."""
REACH = timedelta(days=120)
"""How far back a night looks: a payer's bank may dispute a payment for about so long."""
NIGHT = timedelta(hours=7)
"""When a day's books are compared, in universal time: the night in Canada."""


def reconcile(gateway: PaymentGateway, since: datetime, until: datetime) -> int:
    """Compare the books of a period (`until` left out) and keep the report; gives its number. Raises GatewayDown."""
    theirs = list(gateway.booked(since, until))
    db.session.rollback()
    first = compare(ours_of(gateway.name, since, until, theirs), theirs)
    for attempt_id in dict.fromkeys(one.attempt_id for one in first if one.kind in LOOKED_AT):
        _repair(gateway, attempt_id)
    theirs = _anew(gateway, theirs, first)
    with transaction() as at:
        ours = ours_of(gateway.name, since, until, theirs)
        left = compare(ours, theirs)
        report = Reconciliation(
            provider=gateway.name,
            since=since,
            until=until,
            at=at,
            compared=len(ours),
            open=len(left),
            differences=[one.as_dict() for one in (*left, *_repaired(first, left))],
        )
        db.session.add(report)
        db.session.flush()
        _tell(report, at)
        return report.id


def reconcile_last_night(gateway: PaymentGateway) -> int:
    """Compare the books up to the last night, unless that was done; gives the report's number, or 0."""
    with transaction() as at:
        until = (at - NIGHT).replace(hour=0, minute=0, second=0, microsecond=0) + NIGHT
        if was_reconciled(gateway.name, until):
            return 0
    return reconcile(gateway, until - REACH, until)


def _repair(gateway: PaymentGateway, attempt_id: int) -> None:
    try:
        look_at_payment(gateway, attempt_id)
    except NotNow:
        return  # somebody writes at this moment; what stands is compared below


def _anew(gateway: PaymentGateway, theirs: Iterable[Booked], first: Iterable[Difference]) -> list[Booked]:
    """Read again what differed at first: the provider went on while we read, or booked it outside the period."""
    read = {one.reference: one for one in theirs}
    for reference in {one.reference for one in first if one.reference}:
        found = gateway.find_booked(reference)
        if found is not None:
            read[reference] = found
    return list(read.values())


def _repaired(first: Iterable[Difference], left: Iterable[Difference]) -> list[Difference]:
    still = {(one.kind, one.attempt_id, one.reference) for one in left}
    gone = [one for one in first if (one.kind, one.attempt_id, one.reference) not in still]
    return [replace(one, repaired=True) for one in gone]


def _tell(report: Reconciliation, at: datetime) -> None:
    subject = Subject("reconciliation", report.id)
    event = audit.record(
        "books.reconcile", subject, by=CLOCK, at=at, audience=PARTIES, compared=report.compared, open=report.open
    )
    if report.open:
        notifications.tell_of_differences(report, event)
