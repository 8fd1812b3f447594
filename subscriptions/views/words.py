"""A search in the reader's words."""

from collections.abc import Iterator

from flask_babel import gettext

from app.core import formats
from app.core.bilingual import N_
from app.core.web import language
from opportunities.searching import Search
from subscriptions import queries

WORK = {
    "en": N_("work in English"),
    "fr": N_("work in French"),
    "both": N_("work in both languages"),
}


def in_words(search: Search) -> str:
    """Say what a search looks for: `“maps”, Python, from $5,000`."""
    return ", ".join(_phrases(search)) or str(gettext("All new opportunities"))


def _phrases(search: Search) -> Iterator[str]:
    if search.words:
        yield str(gettext("“%(words)s”", words=search.words))
    names = queries.names_of(search)
    yield from (names[code].text(language()) for code in (*search.skills, search.department) if code in names)
    if search.least_cents is not None:
        yield str(gettext("from %(amount)s", amount=formats.money(search.least_cents, language())))
    if search.most_cents is not None:
        yield str(gettext("up to %(amount)s", amount=formats.money(search.most_cents, language())))
    if search.language:
        yield str(gettext(WORK[search.language]))
