"""How a department pays: a method saved at the provider, or each payment on a page of the provider; finance decides."""

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core.db import transaction
from app.core.web import language
from auth.models import Department
from auth.queries import get_department
from contracts import actions, queries
from contracts.forms import ConfirmForm
from contracts.gateway import GatewayError
from contracts.views.batching import finance_of
from contracts.views.blueprint import gateway, pages
from contracts.views.guards import again

HERE_EN, HERE_FR = "/departments/<code>/payment", "/ministeres/<code>/paiement"


@pages.page(HERE_EN, HERE_FR, methods=("GET", "POST"))
def payer(code: str) -> str | Response:
    """Show finance how the department pays; choose to pay each payment on a page of the provider."""
    department, person = finance_of(code)
    form = ConfirmForm()
    if form.validate_on_submit():
        try:
            reference = _reference(department)
        except GatewayError:
            return _unavailable(code)
        with transaction() as at:
            actions.pay_on_page(get_department(code), reference, by=again(person), at=at)
        flash(gettext("From now on each payment waits for you on a page of the provider."))
        return redirect(url_for("contracts.payer", code=code), 303)
    found = queries.find_payer(department)
    return render_template("contracts/payer.html", form=form, department=department, payer=found)


@pages.page(f"{HERE_EN}/provider", f"{HERE_FR}/prestataire")
def set_up_payer(code: str) -> Response:
    """Go to the provider, where finance saves a payment method; its address is made anew each time."""
    department, _person = finance_of(code)
    back = current_app.extensions["devex"].base_url + url_for("contracts.back_from_set_up", code=code)
    try:
        return redirect(gateway().set_up(_reference(department), back, language()), 303)
    except GatewayError:
        return _unavailable(code)


@pages.page(f"{HERE_EN}/back", f"{HERE_FR}/retour")
def back_from_set_up(code: str) -> Response:
    """Come back from the provider: ask it which method was saved, and pay by that one."""
    department, person = finance_of(code)
    try:
        reference = _reference(department)
        method = gateway().saved(reference)
    except GatewayError:
        return _unavailable(code)
    if method is None:
        flash(gettext("The provider has no payment method of the department yet."))
    else:
        with transaction() as at:
            actions.save_method(get_department(code), reference, method, by=again(person), at=at)
        flash(gettext("The department pays by %(method)s.", method=method.label))
    return redirect(url_for("contracts.payer", code=code), 303)


def _reference(department: Department) -> str:
    """Name the department to the provider: as it is known there, or by being made known."""
    found = queries.find_payer(department)
    return found.reference if found else gateway().open_payer(department.code, department.name.en)


def _unavailable(code: str) -> Response:
    flash(gettext("The payment provider did not answer. Try again in a minute."))
    return redirect(url_for("contracts.payer", code=code), 303)
