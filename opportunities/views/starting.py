"""The first page of a draft."""

from flask import current_app, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect

from app.core import clock
from app.core.db import transaction
from app.core.errors import NotAllowed, NotValid
from app.core.web import language
from auth.models import Department, User
from auth.views.session import signed_in
from opportunities import actions, queries
from opportunities.forms import StartForm, options
from opportunities.models import Opportunity
from opportunities.parts import PATTERNS
from opportunities.views.blueprint import pages


@pages.page("/opportunities/new", "/defis/nouveau", methods=("GET", "POST"))
def new() -> object:
    """Ask for a title and what to begin from."""
    person = signed_in()
    departments = queries.departments_to_write_for(person, clock.now())
    if not departments:
        raise NotAllowed
    form = _form(person, departments)
    if form.validate_on_submit():
        try:
            return redirect(url_for("opportunities.draft", number=_start(form, person)), 303)
        except NotValid as refusal:
            form.refuse(refusal)
    elif request.method == "GET":
        _begin_from(request.args.get("copy", ""), form, person)
    copied = _copied(request.values.get("copy", ""), person)
    page = render_template("opportunities/new.html", form=form, patterns=PATTERNS, copied=copied)
    return page, 422 if form.errors else 200


def _copied(number: str, person: User) -> Opportunity | None:
    """Find the opportunity that a draft begins from where a link says so: how it is bought is not asked again."""
    return next((one for one in queries.copyable(person, clock.now()) if str(one.number) == number), None)


def _form(person: User, departments: list[Department]) -> StartForm:
    form = StartForm()
    form.department.choices = options((one.code, one.name.text(language())) for one in departments)
    if form.department.data is None:
        form.department.data = departments[0].code
    form.pattern.choices = options((code, _(one.name)) for code, one in PATTERNS.items())
    earlier = queries.copyable(person, clock.now())
    copies = ((str(one.number), f"{one.number} – {one.title.text(language())}") for one in earlier)
    form.source.choices = options([("", _("Nothing: start empty")), *copies])
    return form


def _begin_from(number: str, form: StartForm, person: User) -> None:
    """Choose the opportunity to copy, with its title and department, which can still be changed."""
    source = _copied(number, person)
    if source is not None:
        form.source.data, form.department.data = number, source.department.code
        form.title_en.data, form.title_fr.data = source.title.en, source.title.fr


def _start(form: StartForm, person: User) -> Opportunity:
    prefix = current_app.extensions["devex"].ocid_prefix
    with transaction() as at:
        department = queries.get_department(form.department.data)
        source = queries.get_visible(int(form.source.data), person, at) if form.source.data else None
        return actions.start(
            department, form.title, ocid_prefix=prefix, by=person, at=at, pattern=form.pattern.data, source=source
        )
