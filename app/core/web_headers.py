"""What every answer tells the browser not to do: run strange code, guess types, be framed, keep what is private."""

from collections.abc import Callable

from flask import Flask, Response, current_app, request

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
STATIC_HEADERS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'"}
"""What a style, script or font needs: the others speak of pages, and would weigh more than the icon."""
TRANSPORT = "max-age=63072000; includeSubDomains"
DOWNLOADED = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""What a browser may do with a file that it shows in spite of us: nothing."""


def prepare(app: Flask, knows_somebody: Callable[[], bool]) -> None:
    """Put the headers on every answer of an app: pages, files, redirects, refusals and faults."""

    def secure(response: Response) -> Response:
        own_file = request.endpoint == "static" and response.mimetype != "text/html"
        if response.headers.get("Content-Disposition", "").startswith("attachment"):
            response.headers["Content-Security-Policy"] = DOWNLOADED
        for name, value in (STATIC_HEADERS if own_file else HEADERS).items():
            response.headers.setdefault(name, value)
        if request.is_secure or current_app.extensions["devex"].secure_cookies:
            response.headers.setdefault("Strict-Transport-Security", TRANSPORT)
        if not own_file:
            kept = "private, no-store" if knows_somebody() or _is_private() else "private, no-cache"
            response.headers["Cache-Control"] = kept
            response.vary.add("Cookie")
        return response

    app.after_request(secure)


def _is_private() -> bool:
    """Say whether nothing may stay behind though nobody is signed in: something is sent, or a secret leads here."""
    return request.method not in ("GET", "HEAD") or "key" in (request.view_args or {})
