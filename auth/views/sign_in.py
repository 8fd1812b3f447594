"""Arriving and leaving."""

from flask import current_app, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.core.bilingual import LANGUAGES, N_
from app.core.db import transaction
from app.core.errors import NotFound, Refusal
from app.core.web import language, limiter, safe_next, say
from auth import actions, queries
from auth.actions import Claims
from auth.models import Identity, User
from auth.views import github, kept
from auth.views.base import pages
from auth.views.session import begin_session, current_person, end_session, remember

WAITING = "github"
PER_MINUTE = "20 per minute"


@pages.page("/sign-in", "/ouvrir-session")
def sign_in() -> object:
    """Offer the ways to sign in."""
    back = safe_next(request.args.get("next"))
    person = current_person()
    if person is not None:
        return redirect(landing(person, back), 303)
    if current_app.extensions.get("demonstration") is not None and not github.is_configured():
        return redirect(url_for("demonstration.choose", next=back), 303)
    return render_template("auth/sign_in.html", back=back, github=github.is_configured(), kept=bool(kept.tokens()))


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
    if not github.is_configured():
        raise NotFound
    person = current_person()
    linked = person.key if person is not None and "link" in request.args else None
    callback = current_app.extensions["devex"].base_url + url_for("auth.github_callback")
    answer = github.start(callback, language())
    session[WAITING] = {"back": safe_next(request.args.get("next")), "lang": language(), "link": linked}
    return answer


@pages.get("/sign-in/github/callback")
@limiter.limit(PER_MINUTE)
def github_callback() -> Response:
    """Take GitHub's answer; the language is the one in which the sign-in began."""
    waiting = session.pop(WAITING, None) or {}
    g.lang = waiting.get("lang") if waiting.get("lang") in LANGUAGES else language()
    try:
        return _arrive(github.finish(), waiting)
    except github.NotBegunHere:
        return _problem(400, N_("This sign-in was not begun in this browser, or too long ago. Begin again."), waiting)
    except github.Declined as declined:
        if declined.by_person:
            return _problem(403, N_("You did not let GitHub tell us who you are. Nobody was signed in."), waiting)
        return _problem(400, N_("GitHub refused this sign-in. Begin again."), waiting)
    except github.NoAnswer:
        return _problem(502, N_("GitHub did not answer. Your drafts are kept; try again in a moment."), waiting)
    except Refusal as refusal:
        return _problem(refusal.status, refusal.message, waiting)


def _arrive(claims: Claims, waiting: dict[str, str | None]) -> Response:
    link = waiting.get("link")
    person = current_person()
    with transaction() as at:
        if link and person is not None and person.key == link:
            actions.link_identity(person, claims, by=person, at=at)
            return redirect(url_for("auth.account"), 303)
        user = actions.recognize(claims, at=at, language=language())
    return enter(user, safe_next(waiting.get("back")))


def enter(user: User, back: str | None, identity: Identity | None = None) -> Response:
    """Begin a person's session and send them on."""
    begin_session(user, identity)
    return remember(redirect(landing(user, back), 303), user)


def _problem(status: int, message: str, waiting: dict[str, str | None]) -> Response:
    session["problem"] = {"status": status, "message": message, "back": safe_next(waiting.get("back"))}
    return redirect(url_for("auth.sign_in_problem"), 303)


@pages.page("/sign-in/problem", "/ouvrir-session/probleme")
def sign_in_problem() -> object:
    """Say why a sign-in did not succeed, and how to go on."""
    problem = session.get("problem")
    if problem is None:
        return redirect(url_for("auth.sign_in"), 303)
    message, back = say(Refusal(problem["message"])), problem["back"]
    return render_template("auth/sign_in_problem.html", message=message, back=back), problem["status"]


@pages.page("/sign-out", "/fermer-session", methods=("POST",))
def sign_out() -> Response:
    """Sign out."""
    end_session()
    flash(_("You are signed out."))
    return redirect(f"/{language()}/", 303)
