"""Home, health, and the choice of colours."""

from flask import Response, render_template, request
from flask_babel import gettext

from app.core import clock
from app.core.bilingual import LANGUAGES
from app.core.web import language, safe_next
from app.pages import memory, rows
from app.pages.decisions import last_decisions
from app.pages.views import listing as lists
from app.pages.views.blueprint import pages
from opportunities.queries import listing
from opportunities.searching import OPEN, Search

A_YEAR = 365 * 24 * 3600
SHOWN = 5


@pages.get("/")
def root() -> Response:
    """Send a newcomer to the home page in their language."""
    chosen = request.cookies.get("lang") or request.accept_languages.best_match(LANGUAGES) or "en"
    return Response(status=302, headers={"Location": f"/{chosen if chosen in LANGUAGES else 'en'}/"})


@pages.page("/")
def home() -> str:
    """Show what closes soonest, the two doors, and the last decisions."""
    at = clock.now()
    search = Search()
    page = listing.listed(search, None, at, SHOWN)
    count = lists.count_of(search, at) if page.next else len(page.rows)
    return render_template(
        "pages/home.html",
        rows=rows.shown(page.rows, lists.names(lists.facets(OPEN, at)), at, level=3),
        all_words=gettext("All %(opportunities)s", opportunities=lists.heading(search, count)),
        decisions=memory.recall("decisions", at, last_decisions),
        alert_href=lists.alert_address(search),
    )


@pages.get("/health")
def health() -> Response:
    """Answer a load balancer."""
    return Response("ok\n", mimetype="text/plain")


@pages.page("/theme", "/theme", methods=("POST",))
def theme() -> Response:
    """Keep the colours that a reader chose; anything but light and dark follows the system."""
    back = safe_next(request.form.get("back")) or f"/{language()}/"
    answer = Response(status=303, headers={"Location": back})
    chosen = request.form.get("theme", "")
    if chosen in ("light", "dark"):
        answer.set_cookie("theme", chosen, max_age=A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure)
    else:
        answer.delete_cookie("theme")
    return answer
