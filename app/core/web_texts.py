"""The catalogues of a page: looked for once for each language, as a page asks for its texts a hundred times."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask_babel import Babel, get_translations

from app.core import formats


def prepare(app: Flask, language: Callable[[], str]) -> None:
    """Give an app its catalogues, and templates a short way to them; `language` names that of the page."""
    Babel(app, locale_selector=lambda: formats.locale(language()))
    known: dict[str, Any] = {}

    def catalogue() -> Any:  # noqa: ANN401  (Babel's translations)
        code = language()
        return known.get(code) or known.setdefault(code, get_translations())

    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda one: catalogue().ugettext(one),
        lambda one, many, count: catalogue().ungettext(one, many, count),
        newstyle=True,
    )
