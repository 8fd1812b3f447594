"""Rows of the list as they are drawn: every value already in words, so that the page only places them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext

from app.core.bilingual import Bilingual
from app.core.web import language, slug
from app.pages import words
from opportunities.policy import shown_state
from opportunities.queries.listing import Listed


class Shown(NamedTuple):
    """One row in the reader's words; `lang` is set where the title has only the other language."""

    title: str
    href: str
    value: str
    closes: str
    exact: str
    state: str
    state_word: str
    meta: tuple[str, ...]
    lang: str | None


def shown(rows: Sequence[Listed], skills: Mapping[str, Bilingual], now: datetime) -> list[Shown]:
    """Put rows into the reader's words."""
    base = url_for("pages.opportunities")
    return [_shown(row, base, language(), skills, now) for row in rows]


def _shown(row: Listed, base: str, lang: str, skills: Mapping[str, Bilingual], now: datetime) -> Shown:
    title, code = row.title.pick(lang)
    state = shown_state(row, now)
    days = words.days_left(row.closing_at, now, row.zone)
    is_open = state == "open"
    named = ", ".join(skills[one].text(lang) for one in row.skills if one in skills)
    return Shown(
        title,
        f"{base}/{row.number}-{slug(title)}",
        words.money(row.value_cents, lang),
        words.closes(days) if is_open else "",
        words.moment(row.closing_at, lang, row.zone),
        ("today" if days <= 0 else "") if is_open else state,
        gettext("Closes today") if is_open else gettext(words.STATES[state]),
        (row.department.text(lang), named, words.milestones(row.milestones)),
        None if code == lang else code,
    )
