"""One page of a draft, or of an open opportunity where saving it is an addendum: each page is a save."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect

from app.core import clock, formats
from app.core.db import database_now, transaction
from app.core.errors import NotNow, NotValid
from app.core.markdown import to_html
from app.core.web import language, say
from auth.models import User
from opportunities import actions, calendar, forms, queries
from opportunities.models import Opportunity
from opportunities.policy import shown_state
from opportunities.policy.completeness import one_sided
from opportunities.views.blueprint import pages
from opportunities.views.cautions import cautions
from opportunities.views.guards import written
from opportunities.views.parts import CHANGEABLE, PARTS, Part

AUTOSAVE = "X-Autosave"


@dataclass
class Page:
    """A page being answered: which part, of what, by whom, with the words of an addendum while open."""

    part: Part
    opportunity: Opportunity
    person: User
    form: forms.PageForm
    words: forms.WordsForm | None = None
    conflict: str = ""

    @property
    def state(self) -> str:
        """The state that the page is for."""
        return "draft" if self.words is None else "open"

    @property
    def number(self) -> int:
        """The opportunity's number."""
        return self.opportunity.number


def _register(part: Part, prefix: str, en: str, fr: str, state: str) -> None:
    def view(number: int) -> object:
        return _answer(part, number, state)

    view.__name__ = f"{prefix}_{part.code}"
    view.__doc__ = f"Show and save the page {part.code}."
    methods = ("GET", "POST")
    pages.page(f"/opportunities/<numbered:number>/{en}/{part.en}", f"/defis/<numbered:number>/{fr}/{part.fr}", methods)(
        view
    )


for _part in PARTS.values():
    _register(_part, "edit", "draft", "ebauche", "draft")
for _code in CHANGEABLE:
    _register(PARTS[_code], "change", "change", "changement", "open")


def _answer(part: Part, number: int, state: str) -> object:
    opportunity, _facts, person = written(number, state)
    form = part.form() if request.method == "POST" else part.form.of(opportunity)
    _offer(form, opportunity)
    words = forms.WordsForm() if state == "open" else None
    page = Page(part, opportunity, person, form, words)
    if request.method == "GET":
        return _draw(page)
    if form.change_rows(request.form.get("add"), request.form.get("remove")):
        return _draw(page)
    if request.form.get("preview"):
        form.validate()
        form.form_errors = []
        return _draw(page)
    if form.validate() and (words is None or words.validate()):
        return _save(page)
    return _draw(page, 422)


def _save(page: Page) -> object:
    keep: Callable[[Page], None] = _write if page.words is None else _issue
    try:
        keep(page)
    except NotValid as refusal:
        (page.words if page.words and refusal.field in page.words._fields else page.form).refuse(refusal)
        return _draw(page, 422)
    except NotNow as refusal:
        page.opportunity = queries.get_opportunity(page.number)
        if shown_state(page.opportunity, database_now()) != page.state:
            raise
        page.conflict = say(refusal)
        return _draw(page, 409)
    if request.headers.get(AUTOSAVE):
        return jsonify(version=str(queries.get_opportunity(page.number).version))
    if page.words is not None:
        flash(_("The addendum is published. Followers and bidders are being told."))
        return redirect(url_for("opportunities.manage", number=page.number), 303)
    flash(_("Saved."))
    return redirect(url_for("opportunities.draft", number=page.number), 303)


def _write(page: Page) -> None:
    with transaction(on=page.opportunity) as at:
        if isinstance(page.form, forms.DatesForm):
            page.form.take_length(at)
        opportunity = queries.get_opportunity(page.number)
        actions.write(opportunity, page.form.values(), by=page.person, at=at, version=page.form.shown_version)


def _issue(page: Page) -> None:
    words = page.words.body if page.words else forms.WordsForm().body
    with transaction(on=page.opportunity) as at:
        opportunity = queries.get_opportunity(page.number)
        version = page.form.shown_version
        actions.issue_addendum(opportunity, words, page.form.values(), by=page.person, at=at, version=version)


def _offer(form: forms.PageForm, opportunity: Opportunity) -> None:
    """Hand the form what it lets people choose from."""
    if isinstance(form, forms.TermsForm):
        form.offer(queries.skills(), language())
    if isinstance(form, forms.CriteriaForm):
        form.offer(opportunity.plan.stages, language())
    if isinstance(form, forms.DatesForm):
        names = {zone: formats.zone_name(zone, language()) for zone in (*forms.ZONES, opportunity.zone)}
        days = [(str(days), _("%(days)s days", days=days)) for days in calendar.LENGTHS]
        form.offer(names, [*days, (forms.BY_DATE, _("Until the closing that I write below"))])


def _draw(page: Page, status: int = 200) -> object:
    drawn = render_template(
        f"opportunities/edit_{page.part.code}.html",
        part=page.part,
        opportunity=page.opportunity,
        form=page.form,
        words=page.words,
        conflict=page.conflict,
        preview=_preview(page.form) if request.form.get("preview") else None,
        **_beside(page),
    )
    return drawn, status


def _preview(form: forms.PageForm) -> list[tuple[str, Any, Any]]:
    return [(name, to_html(en.data or ""), to_html(fr.data or "")) for name, en, fr in form.markdown()]


def _beside(page: Page) -> dict[str, Any]:
    """Give what stands beside a form: resulting dates, cautions, thresholds, texts in one language only."""
    if page.part.code == "dates":
        return {"dates": _dates(page.opportunity), "suggestions": _suggestions(page.opportunity)}
    if page.part.code == "milestones":
        value = page.form["value_cents"].data
        cents = value if isinstance(value, int) else None
        return {"thresholds": queries.thresholds_just_above(cents, clock.now().date())}
    if page.part.code == "languages":
        return {"one_sided": one_sided(queries.snapshot(page.opportunity))}
    return {}


def _suggestions(opportunity: Opportunity) -> list[tuple[int, Any]]:
    return [(one.days, one.closing) for one in calendar.suggestions(clock.now(), ZoneInfo(opportunity.zone))]


def _dates(opportunity: Opportunity) -> list[tuple[str, Any, list[str]]]:
    """List the moments that the saved dates result in, with what speaks against each."""
    closing = opportunity.closing_at
    if closing is None:
        return []
    zone = ZoneInfo(opportunity.zone)
    moments = [
        (_("Questions end"), opportunity.questions_until),
        (_("Closing"), closing),
    ]
    return [(name, moment, cautions(moment, zone)) for name, moment in moments if moment]
