"""Arriving and leaving."""

from flask import current_app, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.core.bilingual import LANGUAGES, N_
from app.core.db import transaction
from app.core.errors import NotNow, Refusal
from app.core.web import language, limiter, safe_next, say
from auth import actions, queries
from auth.actions import Claims
from auth.models import Identity, User
from auth.views import kept, providers
from auth.views.base import pages
from auth.views.session import begin_session, current_person, end_session, remember

WAITING = "waiting"
PER_MINUTE = "20 per minute"


@pages.page("/sign-in", "/ouvrir-session")
def sign_in() -> object:
    """Offer the ways to sign in."""
    back = safe_next(request.args.get("next"))
    person = current_person()
    if person is not None:
        return redirect(landing(person, back), 303)
    ways = providers.configured()
    if current_app.extensions.get("demonstration") is not None and not ways:
        return redirect(url_for("demonstration.choose", next=back), 303)
    return render_template("auth/sign_in.html", back=back, ways=ways, kept=bool(kept.tokens()))


def landing(person: User, back: str | None) -> str:
    """Say where a person goes on after signing in: new terms, then what was kept, then where they were."""
    if queries.due_terms(person):
        return url_for("auth.welcome", next=back)
    if kept.shown_posts():
        return url_for("auth.kept_posts", next=back)
    return back or url_for("pages.my_work")


@pages.page("/sign-in/github", "/ouvrir-session/github")
@limiter.limit(PER_MINUTE)
def sign_in_with_github() -> object:
    """Send to GitHub; with `link`, to add that identity to the person who is signed in."""
    return _send_to(providers.GITHUB)


@pages.page("/sign-in/staff", "/ouvrir-session/personnel")
@limiter.limit(PER_MINUTE)
def sign_in_as_staff() -> object:
    """Send to the staff provider; with `link`, to add that identity to the person who is signed in."""
    return _send_to(providers.STAFF)


def _send_to(code: str) -> Response:
    provider = providers.get(code)
    person = current_person()
    linked = person.key if person is not None and "link" in request.args else None
    waiting = {
        "by": code, "back": safe_next(request.args.get("next")), "lang": language(), "link": linked,
    }  # fmt: skip
    callback = current_app.extensions["devex"].base_url + url_for(f"auth.{code}_callback")
    try:
        answer = provider.start(callback, language())
    except providers.NoAnswer:
        return _problem(502, NO_ANSWER, waiting)
    session[WAITING] = waiting
    return answer


@pages.get("/sign-in/github/callback")
@limiter.limit(PER_MINUTE)
def github_callback() -> Response:
    """Take GitHub's answer; the language is the one in which the sign-in began."""
    return _take_answer(providers.GITHUB)


@pages.get("/sign-in/staff/callback")
@limiter.limit(PER_MINUTE)
def staff_callback() -> Response:
    """Take the staff provider's answer; the language is the one in which the sign-in began."""
    return _take_answer(providers.STAFF)


NOT_BEGUN = N_("This sign-in was not begun in this browser, or too long ago. Begin again.")
NOT_LET = N_("You did not let %(provider)s tell us who you are. Nobody was signed in.")
REFUSED = N_("%(provider)s refused this sign-in. Begin again.")
NO_ANSWER = N_("%(provider)s did not answer as it should. Your drafts are kept; try again in a moment.")
SIGNED_OUT = N_("You were signed out meanwhile. Sign in as you did before, then add this way again.")


def _take_answer(code: str) -> Response:
    provider = providers.get(code)
    waiting = session.pop(WAITING, None) or {}
    g.lang = waiting.get("lang") if waiting.get("lang") in LANGUAGES else language()
    waiting["by"] = code
    try:
        return _arrive(provider.finish(), waiting)
    except providers.NotBegunHere:
        return _problem(400, NOT_BEGUN, waiting)
    except providers.Declined as declined:
        return _problem(403 if declined.by_person else 400, NOT_LET if declined.by_person else REFUSED, waiting)
    except providers.NoAnswer:
        return _problem(502, NO_ANSWER, waiting)
    except Refusal as refusal:
        return _problem(refusal.status, refusal.message, waiting)


def _arrive(claims: Claims, waiting: dict[str, str | None]) -> Response:
    link = waiting.get("link")
    person = current_person()
    if link:
        if person is None or person.key != link:
            raise NotNow(SIGNED_OUT)
        return _add(person, claims)
    with transaction() as at:
        identity = actions.recognize(claims, at=at, language=language())
        user = identity.user
    return enter(user, safe_next(waiting.get("back")), identity)


def _add(person: User, claims: Claims) -> Response:
    """Add a way to sign in; one that is another person's stays theirs, and administrators are told of both."""
    try:
        with transaction() as at:
            actions.link_identity(person, claims, by=person, at=at)
    except actions.BelongsToAnother:
        with transaction() as at:
            actions.note_same_human(person, claims, by=person, at=at)
        raise
    flash(_("This way to sign in is added."))
    return redirect(url_for("auth.ways"), 303)


def enter(user: User, back: str | None, identity: Identity | None = None) -> Response:
    """Begin a person's session and send them on."""
    begin_session(user, identity)
    return remember(redirect(landing(user, back), 303), user)


def _problem(status: int, message: str, waiting: dict[str, str | None]) -> Response:
    session["problem"] = {
        "status": status, "message": message, "back": safe_next(waiting.get("back")), "by": waiting.get("by"),
        "link": bool(waiting.get("link")),
    }  # fmt: skip
    return redirect(url_for("auth.sign_in_problem"), 303)


@pages.page("/sign-in/problem", "/ouvrir-session/probleme")
def sign_in_problem() -> object:
    """Say why a sign-in did not succeed, and how to go on."""
    problem = session.get("problem")
    if problem is None:
        return redirect(url_for("auth.sign_in"), 303)
    names = {one.code: one.name.text(language()) for one in providers.configured()}
    message = say(Refusal(problem["message"], provider=names.get(problem.get("by"), "")))
    added = problem.get("link") and current_person() is not None
    page = render_template("auth/sign_in_problem.html", message=message, back=problem["back"], added=added)
    return page, problem["status"]


@pages.page("/sign-out", "/fermer-session", methods=("POST",))
def sign_out() -> Response:
    """Sign out."""
    end_session()
    flash(_("You are signed out."))
    return redirect(f"/{language()}/", 303)
