"""My work: what waits for a person, then what they have under way, by role."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Response, render_template, request

from app.core import clock
from app.pages import waiting, words
from app.pages.views.blueprint import pages
from auth.models import Department, User
from auth.queries import appointments_of, departments_of
from auth.views.session import current_person, signed_in
from contracts.queries import contracts_of
from evaluations.queries import places_of
from opportunities.queries.managing import managed
from proposals import queries as proposals

FIRST = 5
READING = frozenset({"pages.home", "pages.opportunities", "pages.opportunity"})
"""Pages that many read: they show how much waits only when it was counted a moment ago."""


@pages.page("/my-work", "/mon-travail")
def my_work() -> str:
    """Show what waits for a person, and what they have under way."""
    person, at = signed_in(), clock.now()
    found = [waiting.shown(one) for one in waiting.all_awaiting(person, at)]
    departments = departments_of(person, at)
    return render_template(
        "pages/my_work.html",
        first=found[:FIRST],
        more=found[FIRST:],
        proposals=_proposals(person, at),
        opportunities=managed(departments) if departments else [],
        places=places_of(person),
        contracts=contracts_of(person, at),
        desks=_desks(person, at),
        posts=bool(departments_of(person, at, ("buyer", "officer"))),
        states=words.STATES,
        contract_states=words.CONTRACT_STATES,
    )


def _desks(person: User, at: datetime) -> list[tuple[Department, bool]]:
    """List the departments whose money a person works with now, and whether they release its payments."""
    held = [one for one in appointments_of(person, at) if one.department and one.starts_at <= at]
    desks = {one.department.id: one.department for one in held if one.department}
    paying = {one.department_id for one in held if one.role == "finance"}
    return [(department, number in paying) for number, department in desks.items()]


def _proposals(person: User, at: datetime) -> list[tuple[Any, str]]:
    """List the newest proposals with their state."""
    return [(one, proposals.shown_state(one, at)) for one in proposals.list_own(person)[0]]


@pages.app_context_processor
def _awaiting() -> dict[str, Any]:
    """Say in the head of the page how many things wait for the person."""
    person = current_person()
    if person is None:
        return {}
    at = clock.now()
    known = waiting.known_count(person, at) if request.endpoint in READING else waiting.count(person, at)
    return {"awaiting": known}


@pages.after_app_request
def _after(response: Response) -> Response:
    """Count anew after a person has acted; a refused post has changed nothing."""
    if request.method == "POST" and response.status_code < HTTPStatus.BAD_REQUEST:
        person = current_person()
        if person is not None:
            waiting.acted(person)
    return response
