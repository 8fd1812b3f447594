"""Releasing several payments at once: what waits, the check page, the batch and how its payments stand."""

import re
from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core import clock
from app.core.db import random_key, transaction
from app.core.errors import NotAllowed, NotFound
from auth.models import Department, User
from auth.queries import get_department, roles_in
from auth.views.session import signed_in
from contracts import actions, queries
from contracts.forms import BatchForm
from contracts.policy import STAFF
from contracts.queries import Place
from contracts.views.blueprint import pages
from contracts.views.guards import again

NAME = re.compile(r"(\d{1,12})-(\d{1,6})")
HERE_EN, HERE_FR = "/departments/<code>/releases", "/ministeres/<code>/ordres-de-paiement"


def staff_of(code: str, roles: frozenset[str] = STAFF) -> tuple[Department, User, frozenset[str]]:
    """Give a department to somebody who holds one of the roles there, with those held; others are refused."""
    person, department = signed_in(), get_department(code)
    held = roles_in(person, department.id, clock.now())
    if not held & roles:
        raise NotAllowed
    return department, person, held


def finance_of(code: str) -> tuple[Department, User]:
    """Give a department to its finance people."""
    department, person, _held = staff_of(code, frozenset({"finance"}))
    return department, person


@pages.page(HERE_EN, HERE_FR)
def releases(code: str) -> str:
    """Show finance every accepted milestone that waits for its release, the longest waiting first."""
    department, person = finance_of(code)
    after = request.args.get("after", "")
    before = request.args.get("before", type=int)
    waiting, more = queries.list_waiting(department, person, clock.now(), _place(after) if after else None)
    batches, older = queries.list_batches(department, before)
    return render_template(
        "contracts/releases.html",
        department=department,
        waiting=waiting,
        more=more,
        after=after,
        batches=batches,
        older=older,
        before=before,
    )


@pages.page(f"{HERE_EN}/check", f"{HERE_FR}/verifier", methods=("GET", "POST"))
def check_releases(code: str) -> str | Response:
    """Show what would be paid to whom, and what cannot go and why; then release it all."""
    department, person = finance_of(code)
    places = [_place(name) for name in dict.fromkeys(request.values.getlist("pay"))]
    if not places:
        flash(gettext("Choose at least one payment."))
        return redirect(url_for("contracts.releases", code=code), 303)
    form = BatchForm()
    if form.validate_on_submit():
        return redirect(url_for("contracts.batch", code=code, number=_release(department, person, places, form)), 303)
    form.key.data = random_key()
    found = queries.chosen(department, places[: actions.MOST_TOGETHER], person, clock.now())
    return render_template(
        "contracts/check_releases.html",
        department=department,
        form=form,
        going=[one for one in found if not one.refusal],
        staying=[one for one in found if one.refusal],
    )


def _release(department: Department, person: User, places: Sequence[Place], form: BatchForm) -> int:
    with transaction(department) as at:
        batch = actions.release_together(department, places, form.key.data or "", by=again(person), at=at)
        return batch.number


@pages.page(f"{HERE_EN}/<int:number>", f"{HERE_FR}/<int:number>")
def batch(code: str, number: int) -> str:
    """Show a department's people a batch, and how each of its payments stands."""
    department, _person, held = staff_of(code)
    found = queries.get_batch(department, number)
    return render_template(
        "contracts/batch.html",
        department=department,
        batch=found,
        ordered=[one for one in found.lines if one.attempt],
        refused=[one for one in found.lines if not one.attempt],
        finance="finance" in held,
    )


def _place(name: str) -> Place:
    found = NAME.fullmatch(name)
    if found is None:
        raise NotFound
    return int(found[1]), int(found[2])
