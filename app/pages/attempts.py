"""Refused attempts on sealed things leave an event, alike whether there was such a thing or not."""

from datetime import datetime
from typing import NamedTuple

from flask import request
from sqlalchemy import select

from app.core import audit
from app.core.audit import ATTEMPT, Event, System
from app.core.bilingual import N_, Bilingual
from app.core.db import db, transaction
from app.core.errors import NotAllowed, Refusal
from app.core.web import person
from auth.models import Department, User
from auth.queries import departments_of, is_administrator
from opportunities.queries import find_opportunity

VISITOR = System("visitor")
MOST = 200
KINDS = {"proposals": N_("A proposal"), "evaluations": N_("An evaluation")}


class Attempt(NamedTuple):
    """A refused attempt as officers and administrators see it; nobody's name if nobody was signed in."""

    at: datetime
    name: str
    kind: str
    department: Bilingual | None


def note_attempt(refusal: Refusal) -> None:
    """Write a refused attempt in a transaction of its own: who, at which kind of page, in whose department if known."""
    if not refusal.sealed:
        return
    number = (request.view_args or {}).get("number")
    with transaction() as at:
        about = find_opportunity(number) if isinstance(number, int) else None
        department = about.department_id if about else None
        audit.attempt(request.endpoint or "", department, by=person() or VISITOR, at=at)


def attempts_for(reader: User, at: datetime) -> list[Attempt]:
    """List the newest refused attempts: an administrator sees all, an officer those at their departments' procurements.

    Refuses everybody else.
    """
    found = select(Event, Department).outerjoin(Department, Department.id == Event.department_id)
    found = found.where(Event.action == ATTEMPT).order_by(Event.id.desc()).limit(MOST)
    if not is_administrator(reader, at):
        departments = departments_of(reader, at, ("officer",))
        if not departments:
            raise NotAllowed
        found = found.where(Event.department_id.in_(departments))
    return [_shown(event, department) for event, department in db.session.execute(found)]


def _shown(event: Event, department: Department | None) -> Attempt:
    package = str(event.facts.get("page", "")).partition(".")[0]
    name = event.actor_name if event.actor_id is not None else ""
    kind = KINDS.get(package, N_("Something private"))
    return Attempt(event.at, name, kind, department.name if department else None)
