"""The pages beside an opportunity: its questions, its changes, the whole story."""

from flask import render_template, url_for

from app.core import clock
from app.pages import editions, sections
from app.pages.story import story
from app.pages.views.blueprint import pages
from auth.views.session import current_person
from opportunities.policy import accepts_questions
from opportunities.queries.showing import Whole, get_whole


@pages.page("/opportunities/<numbered:number>/questions", "/defis/<numbered:number>/questions")
def questions(number: int) -> str:
    """Show every question that was answered."""
    at = clock.now()
    whole = get_whole(number, current_person(), at)
    return render_template(
        "pages/questions.html",
        opportunity=whole,
        answered=sections.answered(whole),
        waiting=_unanswered(whole),
        asks=accepts_questions(whole, at),
        ask_href=url_for("opportunities.ask", number=whole),
    )


def _unanswered(whole: Whole) -> int:
    return sum(1 for one in whole.questions if one.answered_at is None)


@pages.page("/opportunities/<numbered:number>/changes", "/defis/<numbered:number>/modifications")
def changes(number: int) -> str:
    """Show the addenda, and what each version changed."""
    whole = get_whole(number, current_person(), clock.now())
    return render_template(
        "pages/changes.html",
        opportunity=whole,
        notes=sections.notes(whole),
        versions=editions.versions(whole.id),
    )


@pages.page("/opportunities/<numbered:number>/story", "/defis/<numbered:number>/histoire")
def procurement(number: int) -> str:
    """Tell a procurement's whole story from the audit log, as far as the reader may see it."""
    at = clock.now()
    person = current_person()
    whole = get_whole(number, person, at)
    return render_template("pages/procurement.html", opportunity=whole, events=story(whole, person, at))
