"""What a signed-in person is told of, and by mail or not."""

from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app.core.outbox import EVERYTHING
from auth.models import User
from auth.views.session import signed_in
from subscriptions import actions, queries
from subscriptions.forms import NotificationsForm
from subscriptions.kinds import GROUPS, kinds_in
from subscriptions.matching import read
from subscriptions.views.blueprint import pages
from subscriptions.views.words import in_words


@pages.page("/account/alerts", "/compte/avis", methods=("GET", "POST"))
def preferences() -> object:
    """Choose which groups of notifications come by mail; list one's alerts and what one follows."""
    person = signed_in()
    form = NotificationsForm(data={"groups": switched_on(person)})
    if form.carry_out(lambda at: _switch(person, form, at)):
        flash(_("Your choice is saved."))
        return redirect(url_for("subscriptions.preferences"), 303)
    searches = [(one, in_words(read(one.query))) for one in queries.searches_at(person.email, person)]
    facts = {"form": form, "user": person, "searches": searches, "watches": queries.watches_at(person.email, person)}
    return render_template("subscriptions/preferences.html", **facts), 422 if form.errors else 200


def _switch(person: User, form: NotificationsForm, at: datetime) -> None:
    actions.switch(frozenset(form.groups.data or ()), by=person, at=at)


def switched_on(person: User) -> list[str]:
    """Name the groups that a person hears of by mail: those of which not every kind is switched off."""
    off = queries.switched_off(person.email)
    return [] if EVERYTHING in off else [group for group in GROUPS if not set(kinds_in(group)) <= off]
