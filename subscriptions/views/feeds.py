"""Open opportunities as a feed, and their closings as a calendar; with the filters of the list."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Response, current_app, render_template, request, url_for
from flask_babel import gettext
from werkzeug.utils import import_string

from app.core import clock
from app.core.web import language
from opportunities.queries import listing
from opportunities.queries.listing import Listed
from opportunities.searching import OPEN, SORTS, Search
from subscriptions.views.blueprint import pages

ENTRIES = 100
CALENDAR = "subscriptions.views.calendars:calendar"
"""Imported when somebody first asks for a calendar: what writes it is a twentieth of a start."""


@pages.page("/opportunities.atom", "/defis.atom")
def feed() -> Response:
    """Give the newest open opportunities of a search as an Atom feed."""
    rows = _open("newest")
    updated = max((row.published_at for row in rows), default=clock.now())
    page = render_template("subscriptions/feed.xml", rows=rows, updated=updated, address=address)
    return Response(page, mimetype="application/atom+xml")


@pages.page("/opportunities.ics", "/defis.ics")
def closings() -> Response:
    """Give the closings of the open opportunities of a search as a calendar."""
    calendar: Callable[..., bytes] = import_string(CALENDAR)
    name = gettext("Closings of open opportunities")
    return Response(calendar(name, map(_closing, _open(SORTS[0]))), mimetype="text/calendar")


def _closing(row: Listed) -> dict[str, Any]:
    return {
        "uid": f"closing-{row.number}@{current_app.extensions['devex'].base_url.partition('://')[2]}",
        "dtstamp": row.published_at,
        "dtstart": row.closing_at,
        "dtend": row.closing_at,
        "summary": gettext("Closing: %(title)s", title=row.title.text(language())),
        "url": address("pages.opportunity", number=row),
    }


def _open(sort: str) -> list[Listed]:
    search = replace(Search.of(request.args.to_dict(flat=False)), stage=OPEN, sort=sort)
    return listing.listed(search, None, clock.now(), ENTRIES).rows


def address(endpoint: str, **values: Any) -> str:
    """Give a page's whole address, as programs elsewhere need it."""
    return str(current_app.extensions["devex"].base_url) + url_for(endpoint, **values)
