"""The sandbox's own pages: a visitor plays the provider. There is nothing here while a real provider is used."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core.addresses import read_address
from app.core.bilingual import N_
from app.core.errors import NotFound, NotNow
from app.core.web import safe_next
from auth.views.session import signed_in
from contracts import queries
from contracts.forms import ConfirmForm, SandboxForm
from contracts.gateway import Standing
from contracts.sandbox_gateway import SandboxGateway
from contracts.views.batching import finance_of
from contracts.views.blueprint import gateway, pages
from contracts.views.guards import guarded


@pages.page("/sandbox/accounts/<reference>", "/prestataire-essai/comptes/<reference>", methods=("GET", "POST"))
def sandbox_account(reference: str) -> str | Response | tuple[str, int]:
    """Let the owner of an account play the provider that decides about it."""
    person, provider, form = signed_in(), gateway(), SandboxForm()
    accounts = [queries.find_account(owner) for owner in queries.payees_of(person)]
    account = next((one for one in accounts if one and one.reference == reference), None)
    if account is None or not isinstance(provider, SandboxGateway):
        raise NotFound
    if form.validate_on_submit():
        provider.judge(reference, Standing(form.standing.data))
        back = safe_next(read_address(request.args.get("back")).path)
        return redirect(back or url_for("contracts.payee"), 303)
    page = render_template("contracts/sandbox_account.html", form=form, account=account)
    return (page, 422) if form.errors else page


@pages.page("/sandbox/payers/<reference>", "/prestataire-essai/payeurs/<reference>", methods=("GET", "POST"))
def sandbox_payer(reference: str) -> str | Response:
    """Let finance play the provider that saves a department's card."""
    signed_in()
    provider, form = gateway(), ConfirmForm()
    department, _person = finance_of(reference.removeprefix(f"{provider.name}-"))
    if not isinstance(provider, SandboxGateway):
        raise NotFound
    here = url_for("contracts.payer", code=department.code)
    if form.validate_on_submit():
        provider.save(reference, "Visa 4242")
        return redirect(safe_next(read_address(request.args.get("back")).path) or here, 303)
    return render_template("contracts/sandbox_payer.html", form=form, back=here)


@pages.page("/sandbox/payments/<key>", "/prestataire-essai/paiements/<key>", methods=("GET", "POST"))
def confirm_at_sandbox(key: str) -> str | Response:
    """Let finance play the payer whom the provider asks for a confirmation, or to pay on its page."""
    signed_in()
    number = queries.number_of_payment(key)
    contract, _facts, _person = guarded(number, lambda facts: "finance" in facts.roles and not facts.member)
    payment, provider, form = queries.get_payment(contract, key), gateway(), ConfirmForm()
    if not isinstance(provider, SandboxGateway):
        raise NotFound
    if payment.state != "needs_action":
        raise NotNow(N_("No confirmation of this payment is asked for."))
    if form.validate_on_submit():
        provider.act(payment.key)
        flash(gettext("Confirmed. The payment goes on."))
        position = payment.milestone.position
        return redirect(url_for("contracts.milestone", number=number, position=position), 303)
    return render_template("contracts/confirm_payment.html", form=form, contract=contract, payment=payment)
