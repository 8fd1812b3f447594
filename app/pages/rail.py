"""The way of an opportunity as stages: which are done, which is now, with their dates."""

from datetime import datetime

from flask_babel import gettext as _

from app.core import formats
from app.core.web import language
from app.pages.decisions import Decision
from opportunities.policy import shown_state
from opportunities.queries.showing import Whole

PLACE = {"draft": 0, "review": 0, "approved": 0, "open": 1, "closed": 2, "evaluation": 2, "awarded": 4, "completed": 5}
"""How many stages are over in each state; an awarded one has its work under way."""

Stage = tuple[str, str | None, str]


def stages(whole: Whole, decision: Decision | None, at: datetime) -> list[Stage]:
    """Draw up the stages of an opportunity; none for one that ended without a contract."""
    state = shown_state(whole, at)
    if state not in PLACE:
        return []
    lang, zone = language(), whole.zone
    until = formats.day(whole.closing_at, lang, zone)
    named = (
        (_("Posted"), formats.day(whole.published_at, lang, zone)),
        (_("Open"), _("until %(day)s", day=until) if until else None),
        (_("Evaluation"), None),
        (_("Decision"), _decided_on(whole, decision)),
        (_("Work"), _worked(whole, decision)),
    )
    now = PLACE["completed"] if decision is not None and decision.contract_state == "terminated" else PLACE[state]
    return [(name, date or None, _status(place, now)) for place, (name, date) in enumerate(named)]


def _decided_on(whole: Whole, decision: Decision | None) -> str | None:
    if decision is not None:
        return formats.day(decision.made_at, language(), whole.zone)
    return _("by %(day)s", day=formats.day(whole.decision_on, language())) if whole.decision_on else None


def _worked(whole: Whole, decision: Decision | None) -> str | None:
    if decision is not None and decision.contract_state == "terminated":
        return _("ended early")
    return formats.day(whole.start_on, language()) if decision is None else None


def _status(place: int, now: int) -> str:
    if place == now:
        return "now"
    return "done" if place < now else "next"
