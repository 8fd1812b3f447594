"""Alerts on a search: asked for with an address alone, confirmed and stopped from the mail."""

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _

from app.core.db import transaction
from app.core.web import language, limiter
from auth.views.session import current_person
from opportunities.searching import Search
from subscriptions import actions, queries
from subscriptions.forms import AlertForm
from subscriptions.kinds import GROUPS
from subscriptions.matching import read
from subscriptions.models import SavedSearch, Watch
from subscriptions.views.blueprint import PER_MINUTE, pages
from subscriptions.views.words import in_words


@pages.page("/alerts", "/avis", methods=("GET", "POST"))
@limiter.limit(PER_MINUTE, methods=["POST"])
def alerts() -> object:
    """Ask for an alert on the search that stands in the page's address."""
    person = current_person()
    search = read(request.args.to_dict(flat=False))
    form = AlertForm(data={"email": person.email if person else ""})
    asked: list[SavedSearch] = []
    if form.carry_out(lambda at: asked.append(_ask(search, form, at))):
        if asked[0].confirmed_at is not None and person is not None and asked[0].user_id == person.id:
            flash(_("You will be told of new opportunities that match: %(search)s.", search=in_words(search)))
            return redirect(url_for("subscriptions.preferences"), 303)
        return redirect(url_for("subscriptions.sent"), 303)
    page = render_template("subscriptions/alerts.html", form=form, search=in_words(search), query=search.pairs())
    return page, 422 if form.errors else 200


def _ask(search: Search, form: AlertForm, at: datetime) -> SavedSearch:
    """Hand the form to the act."""
    frequency, email = form.frequency.data or "instant", form.email.data or ""
    return actions.ask(search, email, frequency, language(), by=current_person(), at=at)


@pages.page("/alerts/sent", "/avis/envoye")
def sent() -> str:
    """Say that the next step is in the mail."""
    return render_template("subscriptions/sent.html")


@pages.page("/alerts/confirm/<key>", "/avis/confirmer/<key>")
@limiter.limit(PER_MINUTE)
def confirm(key: str) -> object:
    """Confirm an alert, or that one follows an opportunity, by the link in the mail."""
    with transaction() as at:
        confirmed = actions.confirm_any(key, at=at).key
    flash(_("Confirmed. You will be told."))
    return redirect(url_for("subscriptions.listed", key=confirmed), 303)


@pages.page("/alerts/list/<key>", "/avis/liste/<key>")
def listed(key: str) -> str:
    """List what the address behind a key is told of, with a button to stop each; no account is needed."""
    named = actions.named_by(key)
    searches = [(one, in_words(read(one.query))) for one in queries.searches_at(named.address)]
    facts = {"key": key, "address": named.address, "searches": searches, "watches": queries.watches_at(named.address)}
    return render_template("subscriptions/listed.html", **facts)


@pages.page("/alerts/stop/<key>", "/avis/arreter/<key>", methods=("GET", "POST"))
@limiter.limit(PER_MINUTE)
def stop(key: str) -> str:
    """Stop by the link in any message, in one click; mail programs do it by a POST of their own (RFC 8058)."""
    if request.method == "HEAD":
        named = actions.named_by(key)
    else:
        with transaction() as at:
            named = actions.stop(key, at=at)
    return _stopped(key, named)


@pages.page("/alerts/start/<key>", "/avis/reprendre/<key>", methods=("POST",))
def start(key: str) -> object:
    """Take a stop back."""
    with transaction() as at:
        named = actions.restart(key, at=at)
    flash(_("Started again."))
    return redirect(url_for("subscriptions.listed", key=key) if named.subscription else url_for("pages.home"), 303)


@pages.page("/alerts/stop-all/<key>", "/avis/arreter-tout/<key>", methods=("POST",))
def stop_all(key: str) -> str:
    """Send nothing more to the address behind a key."""
    with transaction() as at:
        named = actions.stop_all(key, at=at)
    return _stopped(key, named, everything=True)


def _stopped(key: str, named: actions.Stopped, *, everything: bool = False) -> str:
    subscription = named.subscription
    search = in_words(read(subscription.query)) if isinstance(subscription, SavedSearch) else None
    watched = subscription.opportunity if isinstance(subscription, Watch) else None
    facts = {"key": key, "named": named, "search": search, "watched": watched, "everything": everything}
    return render_template("subscriptions/stopped.html", groups=GROUPS, **facts)


@pages.record
def _without_token(setup: BlueprintSetupState) -> None:
    """A mail program's one-click stop brings no token of ours; its address is the secret."""
    setup.app.extensions["csrf"].exempt(stop)
