"""What the page of an opportunity holds, section by section: its contents list, its questions, its addenda."""

from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from app.core import formats
from app.core.web import language, prose, time_tag
from opportunities.queries.showing import Whole
from opportunities.queries.shown import Asked

Link = tuple[str, str]


def contents(whole: Whole) -> list[Link]:
    """List the sections that this opportunity has."""
    parts: list[tuple[str, str, object]] = [
        (_("The problem"), "problem", True),
        (_("What is delivered"), "deliverables", True),
        (_("Milestones"), "milestones", whole.milestones),
        (_("How proposals are judged"), "scoring", True),
        (_("More information"), "more", not whole.additional.empty),
        (_("Files"), "files", whole.attachments),
        (_("Terms"), "terms", True),
        (_("Questions"), "questions", True),
        (_("Changes"), "changes", True),
    ]
    return [(name, f"#{place}") for name, place, there in parts if there]


def answered(whole: Whole) -> list[tuple[Any, ...]]:
    """List the questions that everybody may read: those that were answered."""
    return [_question(one, whole.zone) for one in whole.questions if one.answered_at is not None]


def _question(one: Asked, zone: str) -> tuple[Any, ...]:
    lang = language()
    answered_on = formats.day(one.answered_at, lang, zone)
    return prose(one.body), formats.day(one.asked_at, lang, zone), prose(one.answer), answered_on


def notes(whole: Whole) -> list[tuple[Markup, str, Markup]]:
    """List the addenda, newest first."""
    return [
        (time_tag(one.at, whole.zone), _("Addendum %(number)s", number=one.number), prose(one.body))
        for one in reversed(whole.addenda)
    ]
