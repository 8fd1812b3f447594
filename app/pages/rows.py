"""Rows of the list as they are drawn: every value already in words, so that the page only places them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from flask import render_template, url_for
from flask_babel import gettext
from markupsafe import Markup

from app.core.addresses import slug
from app.core.bilingual import Bilingual
from app.core.web import language
from app.pages import words
from opportunities.policy import shown_state
from opportunities.queries.listing import Listed

NAMED = 3
"""So many skills are named in a row; the page names all."""


class Shown(NamedTuple):
    """One row in the reader's words: `state` colours `closes`, `lang` marks a title in the other language alone."""

    title: str
    href: str
    value: str
    closes: str
    exact: str
    state: str
    meta: tuple[str, ...]
    lang: str | None


def shown(rows: Sequence[Listed], skills: Mapping[str, Bilingual], now: datetime, level: int = 2) -> list[Markup]:
    """Draw rows in the reader's words, their titles as headings of a level."""
    base, lang = url_for("pages.opportunities"), language()
    return [_drawn(_shown(row, base, lang, skills, now), level, lang) for row in rows]


@lru_cache(maxsize=4096)
def _drawn(row: Shown, level: int, _lang: str) -> Markup:
    """Draw a row, or give what was drawn of the same words before."""
    return close_up(render_template("pages/row.html", row=row, level=level))


def close_up(drawn: str) -> Markup:
    """Take the indentation out of what a template drew (and escaped): on a list it weighs as much as the icon."""
    return Markup("\n".join(filter(None, map(str.strip, drawn.splitlines()))))  # noqa: S704  (a template escapes)


def _shown(row: Listed, base: str, lang: str, skills: Mapping[str, Bilingual], now: datetime) -> Shown:
    title, code = row.title.pick(lang)
    state = shown_state(row, now)
    days = words.days_left(row.closing_at, now, row.zone)
    is_open = state == "open"
    return Shown(
        title,
        f"{base}/{row.number}-{slug(title)}",
        words.money(row.value_cents, lang),
        words.closes(days, lang) if is_open else gettext(words.STATES[state]),
        words.moment(row.closing_at, lang, row.zone),
        ("today" if days <= 0 else "") if is_open else state,
        (row.department.text(lang), _named(row, lang, skills), words.milestones(row.milestones, lang)),
        None if code == lang else code,
    )


def _named(row: Listed, lang: str, skills: Mapping[str, Bilingual]) -> str:
    """Name the first skills, and count the others."""
    known = [skills[code].text(lang) for code in row.skills if code in skills]
    more = f" +{len(known) - NAMED}" if len(known) > NAMED else ""
    return ", ".join(known[:NAMED]) + more
