"""Home and health."""

from flask import Response, request

from app.core.bilingual import LANGUAGES
from app.core.web import language, safe_next
from app.pages.views.blueprint import pages

A_YEAR = 365 * 24 * 3600


@pages.get("/")
def root() -> Response:
    """Send a newcomer to the home page in their language."""
    chosen = request.cookies.get("lang") or request.accept_languages.best_match(LANGUAGES) or "en"
    return Response(status=302, headers={"Location": f"/{chosen if chosen in LANGUAGES else 'en'}/"})


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
