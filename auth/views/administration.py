"""Running the platform: departments, people, terms."""

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.core import clock
from app.core.bilingual import Bilingual
from app.core.db import transaction
from app.core.errors import NotAllowed, NotFound
from app.core.web import language
from auth import actions, queries
from auth.actions import DepartmentDetails
from auth.forms import TITLES, DepartmentForm, SuspendForm, TermsForm
from auth.models import User
from auth.views import providers
from auth.views.base import pages
from auth.views.session import signed_in


def administrator() -> User:
    """Give the administrator who is signed in, or refuse."""
    person = signed_in()
    if not queries.is_administrator(person, clock.now()):
        raise NotAllowed
    return person


@pages.page("/admin", "/admin")
def admin() -> str:
    """Show the departments, and which has no officer."""
    administrator()
    at = clock.now()
    departments = queries.all_departments()
    without = {one.id for one in departments if not queries.has_officer(one, at)}
    return render_template("auth/admin.html", departments=departments, without=without)


@pages.page("/admin/departments/new", "/admin/ministeres/nouveau", methods=("GET", "POST"))
def new_department() -> object:
    """Add a department."""
    person = administrator()
    form = DepartmentForm()
    form.offer(language())

    def act(at: datetime) -> None:
        actions.create_department((form.code.data or "").strip(), _details(form), by=person, at=at)

    if form.carry_out(act):
        flash(_("The department is added. Appoint its first officer."))
        return redirect(url_for("auth.department", code=(form.code.data or "").strip()), 303)
    return render_template("auth/edit_department.html", form=form, department=None), 422 if form.errors else 200


def _details(form: DepartmentForm) -> DepartmentDetails:
    return DepartmentDetails(form.name, form.abbreviation, tuple(form.domains.data or ()), form.province.data or "")


@pages.page("/admin/departments/<code>", "/admin/ministeres/<code>", methods=("GET", "POST"))
def edit_department(code: str) -> object:
    """Change a department's names and domains."""
    person = administrator()
    shown = queries.get_department(code)
    form = DepartmentForm()
    form.offer(language(), shown)
    if form.carry_out(lambda at: actions.edit_department(shown, _details(form), by=person, at=at)):
        flash(_("The department is saved."))
        return redirect(url_for("auth.admin"), 303)
    return render_template("auth/edit_department.html", form=form, department=shown), 422 if form.errors else 200


@pages.page("/admin/people", "/admin/personnes")
def people() -> str:
    """Find people."""
    administrator()
    words = request.args.get("q", "")
    found, after = queries.search_people(words, request.args.get("after", ""))
    alike = queries.sharing_an_address([one.key for one in found])
    return render_template("auth/people.html", found=found, words=words, after=after, alike=alike)


@pages.page("/admin/people/<key>", "/admin/personnes/<key>", methods=("GET", "POST"))
def person(key: str) -> object:
    """Show a person to an administrator, who may suspend them or let them in again."""
    by = administrator()
    shown = queries.get_user(key)
    form = SuspendForm()
    if "reinstate" in request.form:
        with transaction() as at:
            actions.reinstate(queries.get_user(key), by=by, at=at)
        flash(_("The account is open again."))
        return redirect(url_for("auth.person", key=key), 303)
    if "join" in request.form:
        return _join(key, request.form["join"], by)
    if form.carry_out(lambda at: actions.suspend(shown, form.reason.data or "", by=by, at=at)):
        flash(_("The account is suspended, and the person is told."))
        return redirect(url_for("auth.person", key=key), 303)
    at = clock.now()
    page = render_template(
        "auth/person.html",
        form=form,
        shown=shown,
        appointments=queries.appointments_of(shown, at),
        organizations=queries.organizations_of(shown),
        alike=queries.likenesses_of(shown),
        joinable=shown.is_active and not queries.has_acted(shown),
        name_of=lambda issuer: providers.name_of(issuer, language()),
    )
    return page, 422 if form.errors else 200


def _join(key: str, other: str, by: User) -> Response:
    with transaction() as at:
        actions.join(queries.get_user(key), queries.get_user(other), by=by, at=at)
    flash(_("They are one person now, who is told."))
    return redirect(url_for("auth.person", key=other), 303)


@pages.page("/admin/terms", "/admin/conditions", methods=("GET", "POST"))
def publish_terms() -> object:
    """Publish a new version of a text."""
    by = administrator()
    kind = request.args.get("kind", "terms")
    if kind not in dict(TITLES):
        raise NotFound
    now = queries.find_terms(kind)
    body = now.body if now else Bilingual()
    form = TermsForm(body_en=body.en, body_fr=body.fr)

    def act(at: datetime) -> None:
        said = Bilingual((form.body_en.data or "").strip(), (form.body_fr.data or "").strip())
        actions.publish_terms(kind, said, by=by, at=at)

    if form.carry_out(act):
        flash(_("The new version is published. It is asked of everybody before they next act."))
        return redirect(url_for("auth.admin"), 303)
    versions = {code: queries.versions_of(code) for code, _title in TITLES}
    page = render_template("auth/publish_terms.html", form=form, versions=versions, titles=TITLES, kind=kind)
    return page, 422 if form.errors else 200
