"""The first time, and each time the terms change: who you are and what you accept."""

from datetime import datetime

from flask import redirect, render_template, request, url_for
from markupsafe import Markup

from app.core.markdown import to_html
from app.core.web import language, safe_next
from auth import actions, queries
from auth.forms import TITLES, WelcomeForm
from auth.models import Terms, User
from auth.views.base import pages
from auth.views.session import current_person
from auth.views.sign_in import landing


@pages.page("/welcome", "/bienvenue", methods=("GET", "POST"))
def welcome() -> object:
    """Ask a newcomer for a name, the language of mail and the terms; others for newer terms only."""
    back = safe_next(request.args.get("next"))
    person = current_person()
    if person is None:
        return redirect(url_for("auth.sign_in", next=back), 303)
    due = queries.due_terms(person)
    if not due:
        return redirect(landing(person, back), 303)
    newcomer = not queries.acceptances_of(person)
    form = WelcomeForm(name=person.name, language=person.language)
    form.offer(due, newcomer=newcomer)
    if form.carry_out(lambda at: _accept(person, form, newcomer=newcomer, at=at)):
        return redirect(landing(person, back), 303)
    page = render_template(
        "auth/welcome.html", form=form, due=due, newcomer=newcomer, titles=dict(TITLES), bodies=_bodies(due)
    )
    return page, 422 if form.errors else 200


def _bodies(due: list[Terms]) -> dict[str, Markup]:
    return {terms.kind: to_html(terms.body.text(language())) for terms in due}


def _accept(person: User, form: WelcomeForm, *, newcomer: bool, at: datetime) -> None:
    accepted = [terms for terms in queries.due_terms(person) if str(terms.id) in (form.accepted.data or ())]
    if newcomer:
        name, chosen = form.name.data or "", form.language.data or ""
        actions.introduce(person, name=name, language=chosen, accepted=accepted, by=person, at=at)
        return
    for terms in accepted:
        actions.accept(person, terms, by=person, at=at)
