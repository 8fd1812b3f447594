"""A department's people: who holds which role, appointing, lending, delegating, ending."""

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.core import clock
from app.core.bilingual import N_
from app.core.db import transaction
from app.core.errors import NotAllowed, NotValid
from app.core.web import language
from auth import actions, policy, queries
from auth.forms import ROLE_CHOICES, AppointForm, DelegateForm, LendForm, PersonForm
from auth.models import Department, User
from auth.views.base import pages
from auth.views.session import signed_in


def _see(department: Department, person: User) -> frozenset[str]:
    """Let in whoever holds a role there, and administrators; give the roles."""
    roles = queries.roles_in(person, department.id, clock.now())
    if not roles:
        raise NotAllowed
    return roles


def _need_officer(department: Department, person: User, *, or_administrator: bool = False) -> None:
    at = clock.now()
    if not queries.is_own_officer(person, department, at) and not (
        or_administrator and queries.is_administrator(person, at)
    ):
        raise NotAllowed


def _person(form: PersonForm) -> User:
    """Find whom the form names by a verified address."""
    found = queries.find_user_by_address(form.email.data or "")
    if found is None:
        raise NotValid(
            N_("Nobody has signed in with this address yet. Ask them to sign in once, then come back."), field="email"
        )
    return found


@pages.page("/departments/<code>", "/ministeres/<code>")
def department(code: str) -> str:
    """Show who holds which role in a department."""
    person = signed_in()
    shown = queries.get_department(code)
    roles = _see(shown, person)
    at = clock.now()
    return render_template(
        "auth/department.html",
        department=shown,
        lines=queries.roster(shown, at),
        roles=roles,
        officer=queries.is_own_officer(person, shown, at),
        has_officer=queries.has_officer(shown, at),
        user=person,
    )


@pages.page("/departments/<code>/appoint", "/ministeres/<code>/nommer", methods=("GET", "POST"))
def appoint(code: str) -> object:
    """Give a role."""
    person = signed_in()
    shown = queries.get_department(code)
    _need_officer(shown, person, or_administrator=True)
    form = AppointForm()
    first = not queries.is_own_officer(person, shown, clock.now())
    if first:
        form.role.choices = [choice for choice in ROLE_CHOICES if choice.value == "officer"]
        form.role.data = "officer"

    def act(at: datetime) -> None:
        actions.appoint(_person(form), form.role.data or "", shown, by=person, at=at)

    if form.carry_out(act):
        flash(_("The role is given, and the person is told."))
        return redirect(url_for("auth.department", code=code), 303)
    return render_template("auth/appoint.html", form=form, department=shown, first=first), 422 if form.errors else 200


@pages.page("/departments/<code>/lend", "/ministeres/<code>/preter", methods=("GET", "POST"))
def lend(code: str) -> object:
    """Lend an officer to another department."""
    person = signed_in()
    shown = queries.get_department(code)
    _need_officer(shown, person, or_administrator=True)
    form = LendForm()
    form.offer([one for one in queries.all_departments() if one.code != code], language())

    def act(at: datetime) -> None:
        borrower = queries.get_department(form.department.data or "")
        actions.lend(_person(form), shown, borrower, by=person, at=at)

    if form.carry_out(act):
        flash(_("The officer is lent, and told."))
        return redirect(url_for("auth.department", code=code), 303)
    return render_template("auth/lend.html", form=form, department=shown), 422 if form.errors else 200


@pages.page("/departments/<code>/delegate", "/ministeres/<code>/deleguer", methods=("GET", "POST"))
def delegate(code: str) -> object:
    """Let somebody stand in for an officer who is away."""
    person = signed_in()
    shown = queries.get_department(code)
    _need_officer(shown, person)
    form = DelegateForm()

    def act(at: datetime) -> None:
        actions.delegate(_person(form), shown, starts_at=form.starts_at, ends_at=form.ends_at, by=person, at=at)

    if form.carry_out(act):
        flash(_("Your role is delegated for these days."))
        return redirect(url_for("auth.department", code=code), 303)
    return render_template("auth/delegate.html", form=form, department=shown), 422 if form.errors else 200


@pages.page("/departments/<code>/roles/<int:number>", "/ministeres/<code>/roles/<int:number>", methods=("GET", "POST"))
def end_appointment(code: str, number: int) -> object:
    """End a role, after saying what that means."""
    person = signed_in()
    shown = queries.get_department(code)
    appointment = queries.get_appointment(shown, number)
    if not policy.may_end(queries.end_facts(appointment, by=person, at=clock.now())):
        raise NotAllowed
    if request.method == "POST":
        with transaction() as at:
            actions.end_appointment(queries.get_appointment(shown, number), by=person, at=at)
            still_there = queries.roles_in(person, shown.id, at)
        flash(_("The role has ended, and the person is told."))
        return redirect(url_for("auth.department", code=code) if still_there else url_for("auth.account"), 303)
    return render_template("auth/end_appointment.html", department=shown, appointment=appointment)
