"""Home and health."""

from flask import Response, request

from app.core.bilingual import LANGUAGES
from app.core.web import Pages

pages = Pages("pages", __name__)


@pages.get("/")
def root() -> Response:
    """Send a newcomer to the home page in their language."""
    chosen = request.cookies.get("lang") or request.accept_languages.best_match(LANGUAGES) or "en"
    return Response(status=302, headers={"Location": f"/{chosen if chosen in LANGUAGES else 'en'}/"})


@pages.get("/health")
def health() -> Response:
    """Answer a load balancer."""
    return Response("ok\n", mimetype="text/plain")
