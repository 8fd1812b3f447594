"""Open opportunities as a feed, and their closings as a calendar; with the filters of the list."""

from dataclasses import replace
from typing import Any

from flask import Response, current_app, render_template, request, url_for
from flask_babel import gettext
from icalendar import Calendar, Event

from app.core import clock
from app.core.web import language
from opportunities.queries import listing
from opportunities.queries.listing import Listed
from opportunities.searching import OPEN, SORTS, Search
from subscriptions.views.blueprint import pages

ENTRIES = 100


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
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//DevEx//closings//EN")
    calendar.add("x-wr-calname", gettext("Closings of open opportunities"))
    for row in _open(SORTS[0]):
        calendar.add_component(_closing(row))
    return Response(calendar.to_ical(), mimetype="text/calendar")


def _closing(row: Listed) -> Event:
    event = Event()
    event.add("uid", f"closing-{row.number}@{current_app.extensions['devex'].base_url.partition('://')[2]}")
    event.add("dtstamp", row.published_at)
    event.add("dtstart", row.closing_at)
    event.add("dtend", row.closing_at)
    event.add("summary", gettext("Closing: %(title)s", title=row.title.text(language())))
    event.add("url", address("pages.opportunity", number=row))
    return event


def _open(sort: str) -> list[Listed]:
    search = replace(Search.of(request.args.to_dict(flat=False)), stage=OPEN, sort=sort)
    return listing.listed(search, None, clock.now(), ENTRIES).rows


def address(endpoint: str, **values: Any) -> str:
    """Give a page's whole address, as programs elsewhere need it."""
    return str(current_app.extensions["devex"].base_url) + url_for(endpoint, **values)
