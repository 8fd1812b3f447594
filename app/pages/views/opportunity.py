"""One opportunity: its page, its questions, its changes."""

from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.core import clock
from app.core.web import language
from app.pages import memory, rail, sections, status, words
from app.pages.decisions import DECIDED, Decision, find_decision
from app.pages.status import Scene
from app.pages.views.blueprint import pages
from auth.models import User
from auth.views.session import current_person
from opportunities.policy import accepts_questions
from opportunities.queries.showing import Whole, get_whole


@pages.page("/opportunities/<numbered:number>", "/defis/<numbered:number>")
def opportunity(number: int) -> str | Response:
    """Show an opportunity; an address with other words leads to this one."""
    at = clock.now()
    person = current_person()
    whole = get_whole(number, person, at)
    own = url_for("pages.opportunity", number=whole)
    if request.path != own:
        query = request.query_string.decode()
        return redirect(f"{own}?{query}" if query else own, 301 if whole.published_at else 302)
    scene = _scene(whole, person, at)
    return render_template(
        "pages/opportunity.html",
        opportunity=whole,
        state=scene.state,
        state_word=_(words.STATES[scene.state]),
        status=status.status_of(scene),
        stages=rail.stages(whole, scene.decision, at),
        asks=accepts_questions(whole, at),
        sections=sections.contents(whole),
        reading=_reading(whole, at),
        answered=sections.answered(whole),
        notes=sections.notes(whole),
        **_links(whole),
    )


def _reading(whole: Whole, at: datetime) -> Markup:
    """Draw the text; of a published one, kept for a little while and drawn anew as soon as it changes."""

    def draw() -> Markup:
        return Markup(render_template("pages/reading.html", opportunity=whole))  # noqa: S704  (a template escapes)

    if whole.published_at is None:
        return draw()
    return memory.recall(("reading", whole.id, whole.version, whole.edition, language()), at, draw)


def _scene(whole: Whole, person: User | None, at: datetime) -> Scene:
    decision: Decision | None = find_decision(whole.id) if whole.state in DECIDED else None
    return Scene(whole, status.reader_of(whole, person, at), decision, at)


def _links(whole: Whole) -> dict[str, str]:
    """Give the pages beside this one."""
    return {
        "ask_href": url_for("opportunities.ask", number=whole),
        "follow_href": url_for("subscriptions.follow", number=whole),
        "decision_href": url_for("evaluations.decision", number=whole) if whole.state in DECIDED else "",
    }
