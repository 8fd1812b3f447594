"""The list of opportunities: search, filters, pages."""

from datetime import datetime
from urllib.parse import urlencode

from flask import current_app, render_template, request, url_for
from flask_babel import gettext, ngettext
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from app.core import clock, formats
from app.core.bilingual import N_, Bilingual
from app.core.money import format_typed
from app.core.web import language
from app.pages import memory, rows, words
from app.pages.views.blueprint import pages
from opportunities.queries import listing
from opportunities.queries.listing import Facet
from opportunities.queries.paging import Cursor, read_cursor, write_cursor
from opportunities.searching import WITHIN_DAYS, Search

AMOUNTS = {"min": N_("%(amount)s or more"), "max": N_("%(amount)s or less")}
OTHERS = {"q": N_("“%(value)s”"), "closes": N_("Closes within %(value)s days")}


@pages.page("/opportunities", "/defis")
def opportunities() -> str:
    """List the opportunities that a search finds, 25 a page."""
    at = clock.now()
    search = Search.of(request.args.to_dict(flat=False))
    page = listing.listed(search, read_cursor(request.args.get("after", "")), at)
    whole = page.previous is None and page.next is None
    count = len(page.rows) if whole else count_of(search, at)
    known = facets(search.stage, at)
    return render_template(
        "pages/opportunities.html",
        search=search,
        heading=heading(search, count),
        rows=rows.shown(page.rows, names(known), at),
        chosen=chosen(search, known),
        filters=memory.recall(("filters", search, language()), at, lambda: _filters(search, known)),
        carried=[pair for pair in search.pairs() if pair[0] != "q"],
        alert_href=alert_address(search),
        query=MultiDict(search.pairs()).to_dict(flat=False),
        without=_without(search, known, at) if not page.rows else [],
        previous=_address(search, page.previous) if page.previous else None,
        next=_address(search, page.next) if page.next else None,
    )


def count_of(search: Search, at: datetime) -> int:
    """Count what a search finds, as far as one counts; kept for a little while."""
    return memory.recall(("count", search), at, lambda: listing.counted(search, at))


def facets(stage: str, at: datetime) -> list[Facet]:
    """List departments and skills with their counts; kept for a little while."""
    return memory.recall(("facets", stage), at, lambda: listing.facets(stage, at))


def names(known: list[Facet]) -> dict[str, Bilingual]:
    """Name the skills by their codes."""
    return {one.code: one.name for one in known if one.kind == "skill"}


def heading(search: Search, count: int) -> str:
    """Say how many there are: the page's heading."""
    many = formats.number(min(count, listing.COUNTED), language()) + ("+" if count > listing.COUNTED else "")
    if not count and search.words:
        return str(gettext("No opportunity matches “%(words)s”", words=search.words))
    if not count:
        return str(gettext("No opportunity matches") if search.filters() else gettext("No open opportunity"))
    if search.words:
        return str(
            ngettext(
                "%(count)s opportunity matches “%(words)s”",
                "%(count)s opportunities match “%(words)s”",
                count,
                count=many,
                words=search.words,
            )
        )
    if search.filters():
        return str(ngettext("%(count)s matching opportunity", "%(count)s matching opportunities", count, count=many))
    return str(ngettext("%(count)s open opportunity", "%(count)s open opportunities", count, count=many))


def _address(search: Search, cursor: Cursor | None = None) -> str:
    pairs = search.pairs()
    if cursor is not None:
        pairs.append(("after", write_cursor(cursor)))
    base = url_for("pages.opportunities")
    return f"{base}?{urlencode(pairs)}" if pairs else base


def chosen(search: Search, known: list[Facet]) -> list[tuple[str, str]]:
    """Name each chosen filter, with the address of the search without it."""
    return [(_filter(name, value, known), _address(left)) for name, value, left in search.filters()]


def _without(search: Search, known: list[Facet], at: datetime) -> list[tuple[str, int, str]]:
    """Say of each filter how many would be found without it."""
    filters = search.filters()
    counts = listing.counted_without([left for _, _, left in filters], at)
    return [
        (_filter(name, value, known), count, _address(left))
        for (name, value, left), count in zip(filters, counts, strict=True)
        if count
    ]


def _filter(name: str, value: str, known: list[Facet]) -> str:
    """Name one filter in the reader's words."""
    if name in ("skill", "department"):
        named = (one.name.text(language()) for one in known if (one.kind, one.code) == (name, value))
        return next(named, value)
    if name in ("language", "state"):
        return str(gettext((words.WORK_LANGUAGES if name == "language" else words.STAGES)[value]))
    if name in ("min", "max"):
        amount = words.money(round(float(value) * 100), language())
        return str(gettext(AMOUNTS[name], amount=amount))
    return str(gettext(OTHERS[name], value=value))


def groups(search: Search, known: list[Facet]) -> list[tuple[str, str, list[tuple[str, str]], str]]:
    """Give the filters that are lists: parameter, label, choices, the one chosen."""
    return [
        ("closes", gettext("Closes"), [("", gettext("Any time")), *_closes()], str(search.within_days or "")),
        ("skill", gettext("Skill"), [("", gettext("Any skill")), *_facet(known, "skill", search.skills)],
         search.skills[0] if search.skills else ""),
        ("department", gettext("Department"),
         [("", gettext("All departments")), *_facet(known, "department", (search.department,))], search.department),
        ("language", gettext("Language of work"),
         [("", gettext("Any language")), *_labels(words.WORK_LANGUAGES, ("en", "fr", "both"))], search.language),
        ("state", gettext("State"), _labels(words.STAGES, tuple(words.STAGES)), search.stage),
        ("sort", gettext("Order"), _labels(words.SORTS, tuple(words.SORTS)), search.sort),
    ]  # fmt: skip


def amounts(search: Search) -> list[tuple[str, str, str]]:
    """Give the two boxes for the value: parameter, label, what stands in it."""
    return [
        ("min", gettext("From"), format_typed(search.least_cents)),
        ("max", gettext("To"), format_typed(search.most_cents)),
    ]


def alert_address(search: Search) -> str | None:
    """Give the page on which one asks to get a search by mail."""
    if "subscriptions.alerts" not in current_app.view_functions:
        return None
    pairs = [pair for pair in search.pairs() if pair[0] not in ("state", "sort")]
    return url_for("subscriptions.alerts") + (f"?{urlencode(pairs)}" if pairs else "")


def _filters(search: Search, known: list[Facet]) -> Markup:
    """Draw the column of filters."""
    values = {"groups": groups(search, known), "amounts": amounts(search), "chosen": search.filters()}
    return rows.close_up(render_template("pages/filters.html", search=search, **values))


def _closes() -> list[tuple[str, str]]:
    return [(str(days), gettext("Within %(days)s days", days=days)) for days in WITHIN_DAYS]


def _labels(labels: dict[str, str], codes: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(code, gettext(labels[code])) for code in codes]


def _facet(known: list[Facet], kind: str, chosen: tuple[str, ...]) -> list[tuple[str, str]]:
    lang = language()
    found = [
        (one.name.text(lang), one.code, one.count)
        for one in known
        if one.kind == kind and (one.count or one.code in chosen)
    ]
    return [(code, f"{name} ({count})") for name, code, count in sorted(found)]
