"""The texts that people accept, for everybody to read, by version."""

from flask import render_template

from app.core.markdown import to_html
from app.core.web import language
from auth import queries
from auth.forms import TITLES
from auth.views.base import pages


def _show(kind: str, number: int | None) -> str:
    shown = queries.get_terms(kind, number)
    body, code = shown.body.pick(language())
    return render_template(
        "auth/terms.html", terms=shown, title=dict(TITLES)[kind], body=to_html(body), body_language=code,
        versions=queries.versions_of(kind), endpoint=f"auth.{kind}",
    )  # fmt: skip


@pages.page("/terms/<int:number>", "/conditions/<int:number>")
@pages.page("/terms", "/conditions")
def terms(number: int | None = None) -> str:
    """Show the terms of use."""
    return _show("terms", number)


@pages.page("/privacy/<int:number>", "/confidentialite/<int:number>")
@pages.page("/privacy", "/confidentialite")
def privacy(number: int | None = None) -> str:
    """Show the privacy notice."""
    return _show("privacy", number)


@pages.page("/eligibility/<int:number>", "/admissibilite/<int:number>")
@pages.page("/eligibility", "/admissibilite")
def eligibility(number: int | None = None) -> str:
    """Show the eligibility statement."""
    return _show("eligibility", number)
