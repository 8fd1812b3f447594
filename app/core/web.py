"""Where the core meets the browser: addresses in two languages, filters, headers, refusals as pages."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, current_app, g, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_limiter import Limiter
from flask_limiter.errors import RateLimitExceeded
from flask_limiter.util import get_remote_address
from flask_login import current_user
from markupsafe import Markup
from werkzeug.exceptions import BadRequest, HTTPException, InternalServerError
from werkzeug.routing import BaseConverter

from app.core import clock, formats, web_headers, web_late, web_texts
from app.core.addresses import read_address, slug
from app.core.bilingual import LANGUAGES, N_, Bilingual, other
from app.core.db import database_now, db
from app.core.errors import NotFound, NotNow, Refusal, SignInNeeded
from app.core.markdown import to_html

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = ("core", "auth", "opportunities", "proposals", "evaluations", "contracts", "subscriptions", "pages")
limiter = Limiter(get_remote_address, default_limits=[], strategy="moving-window")
"""How often one visitor may try; views mark what is limited, the factory says where the counts are kept."""


class Numbered(BaseConverter):
    """The public number at the head of an address, with words after it for people: `142-river-gauges`."""

    regex = r"\d{1,12}(?:-[^/]*)?"

    def to_python(self, value: str) -> int:
        """Read the number; the words are for people."""
        return int(value.split("-", 1)[0])

    def to_url(self, value: Any) -> str:  # noqa: ANN401  (a number, or a row with number and title)
        """Write the number, with the words of the title in the page's language."""
        if isinstance(value, int):
            return str(value)
        words = slug(value.title.text(language()))
        return f"{value.number}-{words}" if words else str(value.number)


class Pages(Blueprint):
    """A package's pages: each has an address in English and one in French."""

    def page(self, en: str, fr: str | None = None, methods: tuple[str, ...] = ("GET",)) -> Callable[..., Any]:
        """Register a view at `/en…` and `/fr…`; the language is taken from the address, never an argument."""

        def register(view: Callable[..., Any]) -> Callable[..., Any]:
            for code, path in (("en", en), ("fr", fr or en)):
                self.add_url_rule(f"/{code}{path}", view.__name__, view, methods=methods, defaults={"lang": code})
            return view

        return register


def language() -> str:
    """Give the language of the page."""
    return str(g.get("lang", "en"))


def prepare(app: Flask) -> None:
    """Give an app its languages, filters, headers and answers to refusals."""
    app.url_map.converters["numbered"] = Numbered
    app.url_map.redirect_defaults = False
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(str(ROOT / "translations" / name) for name in CATALOGUES)
    app.before_request(_refuse_unreadable)
    app.url_value_preprocessor(_take_language)
    app.url_defaults(_keep_language)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(_filters())
    app.jinja_env.globals.update(static_url=static_url, N_=N_, database_now=database_now)
    app.jinja_env.globals.update(typed_here=web_late.typed_here)
    web_texts.prepare(app, language)
    app.context_processor(_context)
    web_headers.prepare(app, lambda: person() is not None)
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(500, _fault)


def _refuse_unreadable() -> None:
    """Refuse an address with a NUL in it: nobody types one, and PostgreSQL can look for none."""
    if any("\0" in part for part in (request.path, *request.args, *request.args.values())):
        raise BadRequest


def _take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Take the language from the address; elsewhere (errors outside it, /) from the cookie or the browser."""
    head = request.path.split("/", 2)[1] if "/" in request.path else ""
    chosen = (values or {}).pop("lang", None) or (head if head in LANGUAGES else None)
    g.lang = chosen or request.cookies.get("lang") or request.accept_languages.best_match(LANGUAGES) or "en"
    if g.lang not in LANGUAGES:
        g.lang = "en"


def _keep_language(endpoint: str, values: dict[str, Any]) -> None:
    if "lang" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values["lang"] = language()


def other_language_url() -> str:
    """Give this page's address in the other language, with its query; the home page where there is none."""
    to = other(language())
    if request.endpoint is None or not current_app.url_map.is_endpoint_expecting(request.endpoint, "lang"):
        return f"/{to}/"
    address = url_for(request.endpoint, **{**(request.view_args or {}), "lang": to})
    query = request.query_string.decode()
    return f"{address}?{query}" if query else address


@lru_cache(maxsize=256)
def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.exists() else "0"


def static_url(file: str) -> str:
    """Give a static file's address with its fingerprint, so that it may be kept for ever."""
    return f"/static/{file}?v={_fingerprint(ROOT / 'static' / file)}"


def _filters() -> dict[str, Callable[..., Any]]:
    return {
        "money": lambda cents: formats.money(cents, language()),
        "day": lambda value, zone=formats.DEFAULT_ZONE: formats.day(value, language(), zone),
        "weekday": lambda value, zone=formats.DEFAULT_ZONE: formats.weekday(value, language(), zone),
        "hour": lambda value, zone=formats.DEFAULT_ZONE: formats.hour(value, language(), zone),
        "moment": lambda value, zone=formats.DEFAULT_ZONE: formats.moment(value, language(), zone),
        "zone_name": lambda zone: formats.zone_name(zone, language()),
        "utc": formats.utc,
        "number": lambda value: formats.number(value, language()),
        "time_tag": time_tag,
        "to_the_second": lambda value, zone=formats.DEFAULT_ZONE: time_tag(value, zone, formats.to_the_second),
        "text": bilingual_text,
        "in_time": in_time,
        "prose": prose,
    }


def bilingual_text(value: Bilingual | None) -> Markup:
    """Show a bilingual text to the reader; marked with its language when theirs is missing."""
    if value is None or value.empty:
        return Markup("")
    shown, code = value.pick(language())
    return Markup("{}").format(shown) if code == language() else Markup('<span lang="{}">{}</span>').format(code, shown)


_rendered = lru_cache(maxsize=4096)(to_html)  # the same few texts are read again and again


def prose(value: Bilingual | str | None) -> Markup:
    """Show a text written in Markdown to the reader; marked with its language when theirs is missing."""
    source, code = value.pick(language()) if isinstance(value, Bilingual) else (value or "", language())
    if not source:
        return Markup("")
    marked = Markup("") if code == language() else Markup(' lang="{}"').format(code)
    return Markup('<div class="prose"{}>{}</div>').format(marked, _rendered(source))


def time_tag(
    value: datetime | date | None, zone: str = formats.DEFAULT_ZONE, shown: Callable[..., str] = formats.moment
) -> Markup:
    """Show a moment (or day) as `<time>`, the machine's form beside the reader's."""
    if value is None:
        return Markup("")
    if isinstance(value, datetime):
        return Markup('<time datetime="{}" data-zone="{}">{}</time>').format(
            formats.utc(value), zone, shown(value, language(), zone)
        )
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), formats.day(value, language()))


def in_time(value: datetime) -> str:
    """Say how far away a moment is, in the reader's words: `in 6 days`, `3 hours ago`."""
    return str(formats.distance(value - clock.now(), language()))


def person() -> Any:  # noqa: ANN401  (the core knows no package; `auth` gives it its type)
    """Give the person who is signed in, or None."""
    found = current_user._get_current_object()  # noqa: SLF001  (Werkzeug's way to the person behind the proxy)
    return found if found is not None and found.is_authenticated else None


def _context() -> dict[str, Any]:
    theme = request.cookies.get("theme", "system")
    config = current_app.extensions["devex"]
    return {
        "lang": language(),
        "other_language": other(language()),
        "other_language_url": other_language_url,
        "person": person(),
        "theme": theme if theme in ("light", "dark") else "system",
        "brand": {"name": config.brand_fr if language() == "fr" else config.brand_en},
        "demonstration": current_app.extensions.get("demonstration") is not None,
        "now": clock.now(),
    }


def say(refusal: Refusal) -> str:
    """Give a refusal's sentence in the reader's language."""
    return gettext(refusal.message) % refusal.values if refusal.values else gettext(refusal.message)


def refused(refusal: Refusal) -> Any:  # noqa: ANN401  (a Flask answer)
    """Turn a refusal into its page; sealed and nonexistent things answer alike."""
    db.session.rollback()
    if isinstance(refusal, SignInNeeded):
        return _ask_to_sign_in(refusal)
    for hook in current_app.extensions.get("refusal_hooks", ()):
        hook(refusal)
    again = web_late.drawn_again(refusal)
    if again is not None:
        return again
    shown = NotFound() if refusal.sealed else refusal
    links = _way_on() if shown.status == NotNow.status else []
    return render_template("errors/error.html", status=shown.status, message=say(shown), links=links), shown.status


def _way_on() -> list[tuple[str, str]]:
    """Link to the nearest page above this address, where one sees what stands; none if there is none."""
    address, adapter = request.path, current_app.url_map.bind("")
    while address.count("/") > 2:  # noqa: PLR2004  (below `/en/…`)
        address = address.rsplit("/", 1)[0]
        try:
            adapter.match(address, method="GET")
        except HTTPException:
            continue
        return [(gettext("See what stands now"), address)]
    return []


def _ask_to_sign_in(refusal: SignInNeeded) -> Any:  # noqa: ANN401  (a Flask answer)
    """Send to the sign-in (or to newer terms) and back; what was posted is kept by whoever the factory named."""
    if request.headers.get("X-Autosave"):
        return render_template("errors/error.html", status=refusal.status, message=say(refusal)), refusal.status
    if request.method == "GET":
        back = request.full_path.rstrip("?")
    else:
        back = read_address(request.referrer).path or f"/{language()}/"
    answer = redirect(url_for(refusal.endpoint, next=back), 303)
    keep_post = current_app.extensions.get("keep_post")
    if request.method == "POST" and keep_post is not None:
        keep_post(answer)
    return answer


ERRORS = {
    400: N_("This request could not be read. Go back, reload the page and try again."),
    403: N_("You do not have the role that this page or action asks for."),
    404: N_("There is nothing at this address."),
    405: N_("This address does not answer that kind of request."),
    413: N_("What was sent is too large."),
}


def http_error(error: HTTPException) -> Any:  # noqa: ANN401  (a Flask answer)
    """Turn what Werkzeug refuses into a page in the reader's language."""
    status = error.code or 500
    if status < 400:  # noqa: PLR2004  (a redirect)
        return error
    if isinstance(error, RateLimitExceeded):
        return _too_many()
    message = ERRORS.get(status, N_("Something went wrong on our side. Nothing was changed."))
    return render_template("errors/error.html", status=status, message=gettext(message)), status


def _too_many() -> Any:  # noqa: ANN401  (a Flask answer)
    """Say after how many seconds one may try again, on the page and to programs."""
    limit = limiter.current_limit
    seconds = max(1, limit.reset_at - int(clock.now().timestamp())) if limit else 60
    message = ngettext(
        "Too many requests in a short time. Nothing was changed. Try again in %(num)s second.",
        "Too many requests in a short time. Nothing was changed. Try again in %(num)s seconds.",
        seconds,
    )
    page = render_template("errors/error.html", status=429, message=message)
    return page, 429, {"Retry-After": str(seconds)}


def _fault(error: InternalServerError) -> Any:  # noqa: ANN401  (a Flask answer)
    db.session.rollback()
    return http_error(error)


def safe_next(target: str | None) -> str | None:
    """Give a return address if it lies on this site, else None (no open redirect)."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return None
    return target if target.isprintable() else None
