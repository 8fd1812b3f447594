"""What the pages of a proposal share: whose it is, what surrounds the form, saving under the lock."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from flask import render_template, request

from app.core.db import database_now, transaction
from app.core.errors import NotNow, NotValid
from app.core.forms import Form
from app.core.markdown import to_html
from auth.models import User
from auth.views.session import signed_in
from opportunities.policy import is_open
from proposals import queries
from proposals.content import FILES, REQUIRED, STEPS, Content, gaps, is_address, status, steps_done
from proposals.models import Proposal

R = TypeVar("R")
CONFLICT, INVALID = 409, 422


def owned(key: str) -> tuple[Proposal, User]:
    """Give a proposal to its own side; to everybody else there is nothing."""
    person = signed_in()
    return queries.get_own(key, person), person


def surroundings(proposal: Proposal, person: User) -> dict[str, Any]:
    """Give what every page of a proposal shows around its form."""
    at = database_now()
    content, away = queries.shown_to_author(proposal, person), queries.is_sealed_away(proposal)
    ask = queries.ask_of(proposal.opportunity)
    received = queries.last_submission(proposal)
    state = queries.shown_state(proposal, at)
    changed = not away and _is_changed(proposal, person, content)
    missing = [] if away else gaps(content, ask)
    return {
        "proposal": proposal,
        "opportunity": proposal.opportunity,
        "at": at,
        "content": content,
        "ask": ask,
        "gaps": missing,
        "statuses": {section: status(content, ask, section) for section in (*REQUIRED, FILES)},
        "done": STEPS if away else steps_done(content, ask) + (state == "submitted" and not changed),
        "away": away,
        "custody": queries.is_in_custody(proposal.opportunity),
        "steps": STEPS,
        "state": state,
        "open": is_open(proposal.opportunity, at),
        "received": received,
        "changed": changed,
        "criteria": queries.criteria_of(proposal.opportunity),
        "to_html": to_html,
        "is_address": is_address,
    }


def _is_changed(proposal: Proposal, person: User, content: Content) -> bool:
    """Whether the working copy says something else than what was received; never where that cannot be read."""
    received = queries.last_submission(proposal)
    if received is None or not queries.is_received_legible(proposal):
        return False
    return queries.received_content(received, person) != content.without_strangers(queries.ask_of(proposal.opportunity))


def draw(template: str, proposal: Proposal, person: User, **values: Any) -> str:
    """Draw a page of a proposal."""
    return render_template(f"proposals/{template}.html", **surroundings(proposal, person), **values)


def saved(form: Form, proposal: Proposal, person: User, act: Callable[[Proposal, datetime], R]) -> tuple[R | None, int]:
    """Act under the lock of the opportunity; what is refused is shown on the form, which keeps what was typed.

    Gives the action's answer and 0, or None and the status of the refusal.
    """
    key = proposal.key
    try:
        with transaction(on=proposal.opportunity) as at:
            return act(queries.get_own(key, person), at), 0
    except (NotNow, NotValid) as refusal:
        form.refuse(refusal)
        return None, refusal.status


def is_autosave() -> bool:
    """Whether the script saves while somebody types: no page is wanted."""
    return request.headers.get("X-Autosave") == "1"
