"""A person's ways to sign in, and where they are signed in now."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.core import clock
from app.core.db import transaction
from app.core.errors import NotFound
from app.core.web import language
from auth import actions, queries
from auth.actions import sessions
from auth.models import Identity, User
from auth.policy import SESSION_IDLE, SESSION_LONGEST
from auth.views import providers
from auth.views.base import pages
from auth.views.session import current_session, signed_in

HOUR = 3600


@pages.page("/account/ways", "/compte/acces", methods=("GET", "POST"))
def ways() -> object:
    """Show how a person signs in, and take one way away; never the last."""
    person = signed_in()
    if request.method == "POST":
        return _remove(person, request.form.get("remove", ""))
    return render_template(
        "auth/ways.html",
        identities=person.identities,
        name_of=lambda issuer: providers.name_of(issuer, language()),
        providers=providers.configured(),
        alike=queries.likenesses_of(person),
    )


def _remove(person: User, number: str) -> Response:
    here = current_session()
    with transaction(on=person) as at:
        identity = _own_identity(person, number)
        actions.unlink_identity(identity, session_key=here.key if here else "", by=person, at=at)
    flash(_("This way to sign in is removed, and where it was used you are signed out."))
    return redirect(url_for("auth.ways"), 303)


def _own_identity(person: User, number: str) -> Identity:
    for one in person.identities:
        if str(one.id) == number:
            return one
    raise NotFound


@pages.page("/account/sessions", "/compte/sessions", methods=("GET", "POST"))
def own_sessions() -> object:
    """Show where a person is signed in, and end one of these sessions or all others."""
    person = signed_in()
    here = current_session()
    if request.method == "POST":
        return _end(person, request.form.get("end", ""), here.key if here else "")
    return render_template(
        "auth/sessions.html",
        sessions=queries.sessions_of(person, clock.now()),
        here=here.key if here else "",
        name_of=lambda issuer: providers.name_of(issuer, language()),
        idle=int(SESSION_IDLE.total_seconds()) // HOUR,
        longest=int(SESSION_LONGEST.total_seconds()) // HOUR,
    )


def _end(person: User, key: str, here: str) -> Response:
    with transaction() as at:
        if key:
            sessions.end_session(queries.get_session(person, key), by=person, at=at)
        else:
            sessions.end_other_sessions(person, here, by=person, at=at)
    flash(_("The session is ended.") if key else _("You are signed in here alone."))
    return redirect(url_for("auth.own_sessions"), 303)
